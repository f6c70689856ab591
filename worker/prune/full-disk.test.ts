import { expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import { listSnapshots } from '#engine/hierarchy/snapshots.ts';
import { trashedGroups } from '#engine/trash/list-trash.ts';
import { hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { readFact, removeUnchanged } from './remove-unchanged.ts';

test('where there is no room for a note in the trash, what retention does not keep goes for good', async () => {
  const memory = new MemoryBackend(() => 1_700_000_000_000);
  let isFull = false;
  const store = await openTestStore({
    backend: hookedBackend(memory, (call, key) => {
      const grows = call === 'put' || call === 'makeDirectory';
      if (isFull && grows && key.startsWith('.trash'))
        throw new BackupError('STORAGE_FULL', 'No space is left.');
    }),
  });
  const ref = snapshotRef('elsa');
  await backUp(store, ref, randomPieces(1));
  isFull = true;
  const note = { by: 'system', reason: 'prune' as const };
  expect(await removeUnchanged(store, await readFact(store, ref), note)).toBe(null);
  expect(await listSnapshots(store.backend, ref)).toEqual([]);
  const trashed = [];
  for await (const group of trashedGroups(store.backend)) trashed.push(group);
  expect(trashed).toEqual([]);

  isFull = false;
  await backUp(store, ref, randomPieces(1));
  expect(await removeUnchanged(store, await readFact(store, ref), note)).toMatchObject({ time: ref.time });
});

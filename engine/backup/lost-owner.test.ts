import { expect, test } from 'vitest';
import { hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';

test('a process that was paused while it wrote the manifest, and lost the datastore, reports no success', async () => {
  let lost = false;
  const backend = hookedBackend(new MemoryBackend(Date.now), (call, key) => {
    // Somebody else may have collected garbage meanwhile, and knew nothing of this backup.
    if (call === 'put' && key.endsWith('index.json.blob')) lost = true;
  });
  const store = await openTestStore({
    backend,
    assertOwned: () => {
      if (lost) throw Object.assign(new Error('lost'), { code: 'DATASTORE_NOT_OWNED' });
    },
  });
  await expect(backUp(store, snapshotRef('a'), randomPieces(2))).rejects.toThrow('lost');
  expect(store.locks.list()).toEqual([]);
  expect(store.processLock.oldestWriter()).toBe(null);
});

import { expect, test } from 'vitest';
import { hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore } from '#testing/open-store.ts';
import { ALICE, backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { removeSnapshot } from './remove-snapshot.ts';

/** Whoever reads a snapshot has it locked; so whoever removes it must have it until the last file is gone. */

test.each([['for good', null] as const, ['into the trash', { by: ALICE, reason: 'forget' }] as const])(
  'a removal %s holds snapshot and manifest at every call of the storage',
  async (_, note) => {
    const memory = new MemoryBackend(() => 1_700_000_000_000);
    const unlocked: string[] = [];
    let isRemoving = false;
    const backend = hookedBackend(memory, (call, key) => {
      if (!isRemoving || !['rename', 'removeTree'].includes(call)) return;
      if (store.locks.list().length < 2) unlocked.push(`${call} ${key}`);
    });
    const store = await openTestStore({ backend });
    await backUp(store, snapshotRef('a'), randomPieces(1));
    isRemoving = true;
    await removeSnapshot(store, snapshotRef('a'), note);
    expect(unlocked).toEqual([]);
    expect(store.locks.list()).toEqual([]);
  },
);

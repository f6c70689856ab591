import { beforeEach, expect, test } from 'vitest';
import type { Datastore } from '#engine/datastore.ts';
import { setProtected } from '#engine/hierarchy/change-snapshot.ts';
import { listSnapshots } from '#engine/hierarchy/snapshots.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { readFact, removeUnchanged } from './remove-unchanged.ts';

let store: Datastore;
const ref = snapshotRef('elsa');
const isThere = async () => (await listSnapshots(store.backend, ref)).length === 1;

beforeEach(async () => {
  store = await openTestStore({ backend: new MemoryBackend(() => 1_700_000_000_000) });
  await backUp(store, ref, randomPieces(1));
});

test('a snapshot that is as it was planned goes, and holds nothing afterwards', async () => {
  const planned = await readFact(store, ref);
  expect(planned).toEqual({ ref, time: ref.time, finished: true, protected: false });
  await removeUnchanged(store, planned);
  expect(await isThere()).toBe(false);
  expect(store.locks.list()).toEqual([]);
});

test('one that was unfinished when it was planned, and is finished now, stays', async () => {
  const planned = { ...(await readFact(store, ref)), finished: false };
  await expect(removeUnchanged(store, planned)).rejects.toMatchObject({
    code: 'SNAPSHOT_LOCKED',
    message: expect.stringMatching(/ was finished meanwhile\.$/),
  });
  expect(await isThere()).toBe(true);
  expect(store.locks.list()).toEqual([]);
});

test('one that was protected since then stays', async () => {
  const planned = await readFact(store, ref);
  await setProtected(store, ref, true);
  expect(await readFact(store, ref)).toMatchObject({ protected: true });
  await expect(removeUnchanged(store, planned)).rejects.toMatchObject({ code: 'SNAPSHOT_PROTECTED' });
  expect(await isThere()).toBe(true);
});

test.each(['shared', 'exclusive'] as const)('one that somebody else holds stays: %s', async (mode) => {
  const planned = await readFact(store, ref);
  using _lock = store.locks[mode](snapshotPlace(ref), 'somebody else');
  await expect(removeUnchanged(store, planned)).rejects.toMatchObject({ code: 'SNAPSHOT_LOCKED' });
  expect(await isThere()).toBe(true);
  expect(store.locks.list()).toHaveLength(1);
});

test('one that is gone is told apart', async () => {
  const planned = await readFact(store, ref);
  await removeUnchanged(store, planned);
  await expect(removeUnchanged(store, planned)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
});

test('from the look to the removal nobody else can take it', async () => {
  const planned = await readFact(store, ref);
  let [refused, isOver] = [0, false];
  const removal = removeUnchanged(store, planned).finally(() => {
    isOver = true;
  });
  // At every turn until the end somebody tries to take it, and then does not let go of it: the removal would fail.
  const intruder = (async () => {
    while (!isOver) {
      try {
        return store.locks.exclusive(snapshotPlace(ref), 'intruder');
      } catch {
        refused += 1;
      }
      await Promise.resolve();
    }
    return null;
  })();
  await removal;
  expect(refused).toBeGreaterThan(3);
  expect(await isThere()).toBe(false);
  (await intruder)?.release();
});

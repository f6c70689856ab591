import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore } from '#testing/open-store.ts';
import { backUp, begin, randomPieces, snapshotRef, TEST_TIME } from '#testing/session-client.ts';
import type { Datastore } from '../datastore.ts';
import { snapshotPlace } from '../locks/places.ts';
import { setProtected } from './change-snapshot.ts';
import { removeGroup } from './remove-snapshot.ts';
import { listSnapshots } from './snapshots.ts';

let store: Datastore;
const group = snapshotRef('elsa');
const at = (offset: number) => snapshotRef('elsa', TEST_TIME + offset);
const left = async () => (await listSnapshots(store.backend, group)).map(({ time }) => time - TEST_TIME);

beforeEach(async () => {
  store = await openTestStore({ backend: new MemoryBackend(() => 1_700_000_000_000) });
  for (const offset of [0, 1, 2]) await backUp(store, at(offset), randomPieces(1));
});

describe('removing a group', () => {
  test('takes its snapshots, oldest first, and the group itself', async () => {
    const { removed, kept } = await removeGroup(store, group);
    expect(removed.map(({ time }) => time - TEST_TIME)).toEqual([0, 1, 2]);
    expect(kept).toEqual([]);
    expect(await store.backend.list('host')).toEqual([]);
    expect(store.locks.list()).toEqual([]);
  });

  test('leaves what is protected, and with it the group', async () => {
    await setProtected(store, at(1), true);
    const { removed, kept } = await removeGroup(store, group);
    expect([removed.length, kept.map(({ time }) => time - TEST_TIME)]).toEqual([2, [1]]);
    expect(await left()).toEqual([1]);
    expect(store.locks.list()).toEqual([]);
  });

  test('removes nothing while any snapshot of it is in use', async () => {
    const lock = store.locks.shared(snapshotPlace(at(2)), 'a restore');
    await expect(removeGroup(store, group)).rejects.toMatchObject({ code: 'SNAPSHOT_LOCKED' });
    expect(await left()).toEqual([2, 1, 0]);
    lock.release();
    expect(store.locks.list()).toEqual([]);
  });

  test('removes nothing while it is being backed up, and knows a group that is not there', async () => {
    const session = await begin(store, at(3));
    await expect(removeGroup(store, group)).rejects.toMatchObject({ code: 'GROUP_LOCKED' });
    expect(await left()).toEqual([3, 2, 1, 0]);
    await session.abort();
    await expect(removeGroup(store, snapshotRef('none'))).rejects.toMatchObject({ code: 'GROUP_NOT_FOUND' });
  });
});

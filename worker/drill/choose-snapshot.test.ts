import { beforeEach, expect, test } from 'vitest';
import type { NamespacePath, SnapshotRef } from '#domain/ids.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listGroups } from '#engine/hierarchy/groups.ts';
import { manifestKey } from '#engine/hierarchy/snapshots.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { chooseSnapshot } from './choose-snapshot.ts';

const signal = new AbortController().signal;
const at = (hours: number, id = 'a') => ({ ...snapshotRef(id), time: snapshotRef(id).time + hours * 3600 });
let store: Datastore;

beforeEach(async () => {
  store = await openTestStore({ backend: new MemoryBackend(() => 1_700_000_000_000) });
});

async function choose(chance: number, time: number | null = null) {
  const groups = await listGroups(store.backend, '' as NamespacePath);
  return chooseSnapshot(store.backend, groups, { time, random: () => chance, signal });
}

const made = async (...snapshots: SnapshotRef[]) => {
  for (const snapshot of snapshots) await backUp(store, snapshot, randomPieces(1));
};

test('each snapshot of each group has its share of the chance', async () => {
  await made(at(0, 'a'), at(1, 'a'), at(2, 'a'), at(0, 'b'));
  const chosen = await Promise.all([0, 0.25, 0.5, 0.75].map((chance) => choose(chance)));
  const times = chosen.map(({ snapshot }) => snapshot && `${snapshot.id} ${snapshot.time - at(0).time}`);
  expect(new Set(times)).toEqual(new Set(['a 0', 'a 3600', 'a 7200', 'b 0']));
});

test('what is not finished and what a speed test left is never chosen', async () => {
  await made(at(0, 'a'), at(1, 'a'), at(0, 'benchmark'));
  await store.backend.remove(manifestKey(at(1, 'a')));
  for (const chance of [0, 0.3, 0.6, 0.99]) expect((await choose(chance)).snapshot).toEqual(at(0, 'a'));
});

test('one whose manifest is damaged can be chosen: that is what a drill is to find', async () => {
  await made(at(0));
  await store.backend.put(manifestKey(at(0)), new Uint8Array(50));
  expect((await choose(0.5)).snapshot).toEqual(at(0));
});

test('nothing is chosen where there is nothing, and what is named has to be there', async () => {
  expect(await choose(0.5)).toEqual({ snapshot: null, encrypted: 0 });
  await made(at(0));
  expect((await choose(0, at(0).time)).snapshot).toEqual(at(0));
  await expect(choose(0, at(1).time)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
});

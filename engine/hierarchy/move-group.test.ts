import { beforeEach, expect, test } from 'vitest';
import type { GroupRef, NamespacePath } from '#domain/ids.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { ALICE, backUp, begin, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { auditDatastore } from '../audit/audit-datastore.ts';
import type { Datastore } from '../datastore.ts';
import { manifestPlace, namespacePlace, snapshotPlace } from '../locks/places.ts';
import { finishMoves } from './finish-moves.ts';
import { groupExists, readGroupFacts, readOwner } from './groups.ts';
import { moveGroup } from './move-group.ts';
import { noteMove } from './move-journal.ts';
import { moveNamespace } from './move-namespace.ts';
import { createNamespace } from './namespaces.ts';
import { listSnapshots } from './snapshots.ts';

const BY = 'bob@ibs';
const never = new AbortController().signal;
const NOBODY = { moved: async () => {}, trashed: async () => {} };
const ns = (path: string) => path as NamespacePath;
const ref = snapshotRef('a');
const group: GroupRef = { namespace: ref.namespace, type: ref.type, id: ref.id };
const inside = (namespace: string) => ({ ...group, namespace: ns(namespace) });
const at = (hours: number, namespace = '') => ({
  ...ref,
  ...inside(namespace),
  time: ref.time + hours * 3600,
});

let memory: MemoryBackend;
let store: Datastore;

beforeEach(async () => {
  const clock = testClock();
  memory = new MemoryBackend(clock.now);
  store = await openTestStore({ backend: memory, clock });
  await createNamespace(store, ns('x'));
  await backUp(store, at(0), randomPieces(1));
  await backUp(store, at(1), randomPieces(1));
});

const move = (from: GroupRef, to: GroupRef, merge = false, check = async () => {}) =>
  moveGroup(store, { from, to, merge, by: BY }, { check, ...NOBODY });
const moveNs = (from: string, to: string) =>
  moveNamespace(store, { from: ns(from), to: ns(to), by: BY }, { check: async () => {}, ...NOBODY });

async function findings() {
  const { findings: found } = await auditDatastore(store, { deep: true, signal: never, report: () => {} });
  return found.map(({ code, where }) => `${code} ${where}`);
}

/** Nothing has changed, and nobody holds anything. */
async function expectUntouched(): Promise<void> {
  expect(store.locks.list()).toEqual([]);
  expect(await listSnapshots(store.backend, group)).toEqual([at(1), at(0)]);
  expect([...memory.objects.keys()].filter((key) => key.startsWith('.moves/'))).toEqual([]);
}

test('a group is at its new place with all that it holds, and nowhere else', async () => {
  await memory.put('host/a/notes', Buffer.from('mail'));
  expect(await move(group, inside('x'))).toEqual({ snapshots: 2, merged: false, trashed: 0 });
  expect(await listSnapshots(store.backend, inside('x'))).toEqual([at(1, 'x'), at(0, 'x')]);
  expect(await readGroupFacts(store.backend, inside('x'))).toEqual({ owner: ALICE, notes: 'mail' });
  expect(await groupExists(store.backend, group)).toBe(false);
  expect(await findings()).toEqual([]);
});

test('by one rename, however many snapshots it has', async () => {
  for (const hour of [2, 3, 4, 5]) await backUp(store, at(hour), randomPieces(1));
  let renames = 0;
  const rename = memory.rename.bind(memory);
  memory.rename = (from, to) => {
    renames += 1;
    return rename(from, to);
  };
  expect((await move(group, inside('x'))).snapshots).toBe(6);
  expect(renames).toBe(1);
});

test.each([
  {
    what: 'a group that is not there',
    from: { ...group, id: 'none' as never },
    to: inside('x'),
    code: 'GROUP_NOT_FOUND',
  },
  { what: 'a namespace that is not there', from: group, to: inside('y'), code: 'NAMESPACE_NOT_FOUND' },
])('is refused: $what', async ({ from, to, code }) => {
  await expect(move(from, { ...to, id: from.id })).rejects.toMatchObject({ code });
  await expectUntouched();
});

test('is refused while one of its snapshots, a manifest or a namespace is in use', async () => {
  for (const place of [snapshotPlace(at(1)), namespacePlace(ns('x'))]) {
    using _held = store.locks.exclusive(place, 'somebody');
    await expect(move(group, inside('x'))).rejects.toMatchObject({ code: place.code });
  }
  {
    using _read = store.locks.shared(snapshotPlace(at(0)), 'restore');
    await expect(move(group, inside('x'))).rejects.toMatchObject({ code: 'SNAPSHOT_LOCKED' });
  }
  const manifest = store.locks.exclusive(manifestPlace(at(0)), 'notes');
  const moving = move(group, inside('x'));
  while (!store.locks.list().some(({ key }) => key === snapshotPlace(at(1)).key)) await Promise.resolve();
  manifest.release();
  await moving;
});

test('is refused by whoever is asked under the locks, and when a removal of one is under way', async () => {
  const no = () => Promise.reject(new Error('not yours'));
  await expect(move(group, inside('x'), false, no)).rejects.toThrow('not yours');
  await expectUntouched();
  await memory.makeDirectory('host/a/.2023-11-14T20:13:20Z.deleting');
  {
    using _removal = store.locks.exclusive(snapshotPlace({ ...ref, time: 1_700_000_000 - 7200 }), 'removal');
    await expect(move(group, inside('x'))).rejects.toMatchObject({ code: 'SNAPSHOT_LOCKED' });
  }
  await move(group, inside('x'));
  expect(await findings()).toEqual([]);
});

test('into a group that is there: only merged, of one owner, with times that do not overlap', async () => {
  await backUp(store, at(-5, 'x'), randomPieces(1));
  await expect(move(group, inside('x'))).rejects.toMatchObject({ code: 'GROUP_EXISTS' });
  await backUp(store, at(0.5, 'x'), randomPieces(1));
  await expect(move(group, inside('x'))).rejects.toMatchObject({ code: 'GROUP_EXISTS', hint: /in between/ });
  await expect(move(group, inside('x'), true)).rejects.toMatchObject({ code: 'MOVE_TIMES_OVERLAP' });
  await expectUntouched();
  await memory.removeTree('ns/x/host/a/2023-11-14T22:43:20Z');
  await memory.put('host/a/notes', Buffer.from('of the one that moves'));
  expect(await move(group, inside('x'), true)).toEqual({ snapshots: 2, merged: true, trashed: 0 });
  expect((await listSnapshots(store.backend, inside('x'))).map(({ time }) => time)).toEqual([
    ...[at(1).time, at(0).time, at(-5).time],
  ]);
  expect(await readGroupFacts(store.backend, inside('x'))).toMatchObject({ notes: 'of the one that moves' });
  expect(await groupExists(store.backend, group)).toBe(false);
  expect(await findings()).toEqual([]);
});

test('into a group of somebody else it is refused, merged or not; an empty one is no group', async () => {
  await backUp(store, at(-5, 'x'), randomPieces(1));
  await memory.put('ns/x/host/a/owner', Buffer.from('bob@ibs\n'));
  for (const merge of [false, true]) {
    await expect(move(group, inside('x'), merge)).rejects.toMatchObject({ code: 'OWNER_MISMATCH' });
  }
  await expectUntouched();
  await memory.removeTree('ns/x/host/a/2023-11-14T17:13:20Z');
  await move(group, inside('x'));
  expect(await readOwner(store.backend, inside('x'))).toBe(ALICE);
});

test('a move that was noted and not begun is crossed out, one that is under way is left alone', async () => {
  await noteMove(store, { kind: 'group', from: group, to: inside('x'), merge: false, by: BY });
  expect(await findings()).toEqual(['move-interrupted host/a']);
  const session = await begin(store, at(2));
  expect(await finishMoves(store, () => NOBODY, never)).toBe(0);
  await session.abort();
  expect(await finishMoves(store, () => NOBODY, never)).toBe(1);
  await expectUntouched();
});

test('a namespace moves with all below it, and is refused where it cannot be', async () => {
  for (const path of ['x/y', 'z']) await createNamespace(store, ns(path));
  await backUp(store, at(0, 'x/y'), randomPieces(1));
  await expect(moveNs('x', 'z')).rejects.toMatchObject({ code: 'NAMESPACE_EXISTS' });
  await expect(moveNs('x', 'x/w')).rejects.toMatchObject({ code: 'MOVE_INTO_ITSELF' });
  await expect(moveNs('x/y', 'x')).rejects.toMatchObject({ code: 'NAMESPACE_EXISTS' });
  await expect(moveNs('x', 'q/x')).rejects.toMatchObject({ code: 'NAMESPACE_NOT_FOUND' });
  const deep = ['z', 'z/2', 'z/2/3', 'z/2/3/4', 'z/2/3/4/5', 'z/2/3/4/5/6'];
  for (const path of deep.slice(1)) await createNamespace(store, ns(path));
  await expect(moveNs('x', `${deep.at(-1)}/7`)).rejects.toMatchObject({ code: 'NAMESPACE_INVALID' });
  const session = await begin(store, at(5, 'x/y'));
  await expect(moveNs('x', 'z/x')).rejects.toMatchObject({ code: 'GROUP_LOCKED' });
  await session.abort();
  expect(await moveNs('x', 'z/x')).toEqual({ namespaces: 1, groups: 1, snapshots: 1, trashed: 0 });
  expect(await listSnapshots(store.backend, inside('z/x/y'))).toEqual([at(0, 'z/x/y')]);
  expect(store.locks.list()).toEqual([]);
  expect(await findings()).toEqual([]);
});

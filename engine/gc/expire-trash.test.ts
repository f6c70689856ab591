import { beforeEach, expect, test } from 'vitest';
import type { SnapshotRef } from '#domain/ids.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { TrashItem } from '#domain/trash.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { below } from '../hierarchy/layout.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { readIdentity } from '../identity.ts';
import { snapshotPlace } from '../locks/places.ts';
import { trashedGroups } from '../trash/list-trash.ts';
import { restoreTrashed } from '../trash/restore-trashed.ts';
import { contentKey, itemKey } from '../trash/trash-layout.ts';
import { type CollectReport, collectGarbage } from './collect.ts';
import type { SpaceUse } from './space-use.ts';

const HOUR_MS = 3_600_000;

let clock: ReturnType<typeof testClock>;
let memory: MemoryBackend;
let store: Datastore;
let removed: TrashItem[];
let warnings: string[];
let use: SpaceUse | null;

beforeEach(async () => {
  clock = testClock();
  memory = new MemoryBackend(clock.now);
  store = await openTestStore({ backend: memory, clock });
  [removed, warnings, use] = [[], [], null];
});

async function collect(days: number, dryRun = false): Promise<CollectReport> {
  return collectGarbage(store, {
    ...{ dryRun, graceSeconds: 3600, expectedSnapshots: null, storedBytes: null },
    trash: { days, removed: async (item) => void removed.push(item) },
    ...{ tryAccessTime: async () => null, signal: new AbortController().signal, report: () => {} },
    warn: (text) => warnings.push(text),
    missing: async () => {},
    spaceUse: async (found) => {
      use = found;
    },
  });
}

async function forget(snapshot: SnapshotRef): Promise<TrashItem> {
  const item = await removeSnapshot(store, snapshot, { by: 'bob@ibs', reason: 'prune' });
  if (item === null) throw new Error('it went for good');
  return item;
}

async function trashed(): Promise<TrashItem[]> {
  const all: TrashItem[] = [];
  for await (const { items } of trashedGroups(memory)) all.push(...items);
  return all;
}

const areThere = (pieces: Buffer[]) =>
  pieces.map((piece) => memory.objects.has(chunkKey(digestOf(piece)))).every(Boolean);

test('a day means: gone with the first collection that starts 24 hours or more later, its chunks as well', async () => {
  const pieces = randomPieces(3);
  await backUp(store, snapshotRef('a'), pieces);
  clock.advance(48 * HOUR_MS);
  const item = await forget(snapshotRef('a'));
  clock.advance(24 * HOUR_MS - 1000);
  expect(await collect(1)).toMatchObject({ trashed: 1, expired: 0 });
  expect({ removed, whole: areThere(pieces) }).toEqual({ removed: [], whole: true });
  clock.advance(1000);
  expect(await collect(1)).toMatchObject({ trashed: 0, expired: 1, counts: { removed: { files: 3 } } });
  expect({ removed, left: await trashed() }).toEqual({ removed: [item], left: [] });
  expect([...memory.directories.keys()].filter((key) => key.startsWith('.trash/'))).toEqual([]);
});

test('a plan removes nothing, and counts as if it were gone', async () => {
  const [gone, stays] = [randomPieces(2), randomPieces(1)];
  await backUp(store, snapshotRef('a'), gone);
  await backUp(store, snapshotRef('b'), stays);
  await forget(snapshotRef('a'));
  clock.advance(30 * HOUR_MS);
  await forget(snapshotRef('b'));
  expect(await collect(1, true)).toMatchObject({ trashed: 1, expired: 1, counts: { removed: { files: 2 } } });
  expect({ removed, warnings, trashBytes: use?.trashBytes }).toEqual({
    removed: [],
    warnings: [],
    trashBytes: null,
  });
  expect(await trashed()).toHaveLength(2);
  expect(areThere([...gone, ...stays])).toBe(true);
});

test('what a wrong clock has put there in the future stays, whatever the days', async () => {
  await backUp(store, snapshotRef('a'), randomPieces(1));
  clock.advance(10 * HOUR_MS);
  const item = await forget(snapshotRef('a'));
  clock.advance(-HOUR_MS);
  expect(await collect(0)).toMatchObject({ trashed: 1, expired: 0 });
  expect(warnings).toEqual([
    expect.stringMatching(/^1 snapshot stays in the trash, put there in the future/),
  ]);
  clock.advance(HOUR_MS);
  expect(await collect(0)).toMatchObject({ trashed: 0, expired: 1 });
  expect(removed).toEqual([item]);
});

test('a clock that is far ahead empties nothing: it was moved, or it was so when the server came back', async () => {
  await backUp(store, snapshotRef('a'), randomPieces(1));
  clock.advance(HOUR_MS);
  await forget(snapshotRef('a'));
  const now = clock.now;
  clock.now = () => now() + 1000 * HOUR_MS;
  expect(await collect(1)).toMatchObject({ trashed: 1, expired: 0 });
  expect(await collect(1, true)).toMatchObject({ trashed: 1, expired: 0 });
  expect(warnings.at(-1)).toMatch(
    /^1 snapshot stays in the trash .*clock of the server was moved ahead by 41\sd/,
  );
  clock.advance(24 * HOUR_MS); // which are seen to go by
  expect(await collect(1, true)).toMatchObject({ trashed: 0, expired: 1 });

  await store.close();
  clock.now = () => now() + 3000 * HOUR_MS;
  store = await openTestStore({ backend: memory, clock, uuid: (await readIdentity(memory))?.uuid ?? '' });
  expect(await collect(1)).toMatchObject({ trashed: 1, expired: 0 });
  expect(warnings.at(-1)).toContain('no server had the datastore open for');
  clock.advance(25 * HOUR_MS); // the last sign of life is that of its first opening
  expect(await collect(1)).toMatchObject({ trashed: 0, expired: 1 });
});

test('one that somebody holds stays until the next time, with a warning', async () => {
  const pieces = randomPieces(2);
  await backUp(store, snapshotRef('a'), pieces);
  await forget(snapshotRef('a'));
  clock.advance(48 * HOUR_MS);
  {
    using _held = store.locks.exclusive(snapshotPlace(snapshotRef('a')), 'restore from the trash');
    expect(await collect(1)).toMatchObject({ trashed: 1, expired: 0 });
  }
  expect(warnings).toEqual([expect.stringContaining('stays in the trash')]);
  expect(areThere(pieces)).toBe(true);
  expect(await collect(1)).toMatchObject({ trashed: 0, expired: 1 });
});

test('what leaves the trash cannot be restored meanwhile: what it needs is not marked', async () => {
  const pieces = randomPieces(2);
  await backUp(store, snapshotRef('a'), pieces);
  const item = await forget(snapshotRef('a'));
  clock.advance(48 * HOUR_MS);
  const list = memory.list.bind(memory);
  let refused: unknown = null;
  memory.list = async (directory) => {
    if (directory === '' && refused === null) {
      refused = await restoreTrashed(store, item, 'bob@ibs' as PrincipalId).catch((error) => error);
    }
    return list(directory);
  };
  expect(await collect(1)).toMatchObject({ trashed: 0, expired: 1, missingChunks: 0 });
  expect(refused).toMatchObject({ code: 'SNAPSHOT_LOCKED' });
  expect({ whole: areThere(pieces), left: await trashed() }).toEqual({ whole: false, left: [] });
});

test('what a crash has left of a move is tidied, and its time does not matter', async () => {
  await backUp(store, snapshotRef('a'), randomPieces(1));
  const item = await forget(snapshotRef('a'));
  await memory.removeTree(contentKey(item));
  expect(await collect(30)).toMatchObject({ trashed: 0, expired: 0 });
  expect(memory.directories.has(itemKey(item))).toBe(false);
});

test('an index that cannot be read stops it, and the hint says to empty it', async () => {
  await backUp(store, snapshotRef('a'), randomPieces(1));
  const item = await forget(snapshotRef('a'));
  await memory.put(below(contentKey(item), 'root.pxar.didx'), Buffer.from('nonsense'));
  await expect(collect(1)).rejects.toMatchObject({
    code: 'GC_INDEX_UNREADABLE',
    hint: expect.stringContaining('trash empty'),
  });
});

test('a link in the place of the trash stops it: chunks that indexes behind it need would be lost', async () => {
  const list = memory.list.bind(memory);
  memory.list = async (directory) => {
    const entries = await list(directory);
    return directory === '' ? [...entries, { name: '.trash', kind: 'other' }] : entries;
  };
  await expect(collect(1)).rejects.toMatchObject({ code: 'GC_INDEX_UNREADABLE' });
});

test('what only the trash needs is summed; what it shares with snapshots is theirs', async () => {
  const [shared, alone, twice, outside] = [
    randomPieces(1),
    randomPieces(2),
    randomPieces(1),
    randomPieces(1),
  ];
  const later = { ...snapshotRef('a'), time: snapshotRef('a').time + 1 };
  await backUp(store, snapshotRef('b'), shared);
  await backUp(store, snapshotRef('a'), [...shared, ...alone, ...twice, ...outside]);
  await backUp(store, later, twice);
  await backUp(store, snapshotRef('c'), outside);
  const copy = await memory.get('host/c/2023-11-14T22:13:20Z/root.pxar.didx', 1e6);
  await removeSnapshot(store, snapshotRef('c'));
  await memory.put('copy.didx', copy); // somebody's copy, outside of every snapshot
  await forget(snapshotRef('a'));
  await forget(later);
  await collect(1);
  const sizeOf = (pieces: Buffer[]) =>
    pieces.reduce(
      (sum, piece) => sum + (memory.objects.get(chunkKey(digestOf(piece)))?.bytes.length ?? 0),
      0,
    );
  expect(use?.trashBytes).toBe(sizeOf([...alone, ...twice]));
  expect(use?.snapshots).toEqual([
    { snapshot: snapshotRef('b'), exclusiveBytes: sizeOf(shared), totalBytes: sizeOf(shared) },
  ]);
});

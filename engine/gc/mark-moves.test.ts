import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { TrashItem } from '#domain/trash.ts';
import { type Hook, hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { snapshotKey } from '../hierarchy/layout.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { removeTrashed } from '../trash/remove-trashed.ts';
import { restoreTrashed } from '../trash/restore-trashed.ts';
import { contentKey } from '../trash/trash-layout.ts';
import { type CollectReport, collectGarbage } from './collect.ts';

/** Snapshots that move between their group and the trash while a collection marks: none of their chunks may go. */

const NOTE = { by: 'bob@ibs', reason: 'forget' as const };
const BOB = 'bob@ibs' as PrincipalId;
const WEEK_MS = 7 * 86_400_000;

let clock: ReturnType<typeof testClock>;
let memory: MemoryBackend;
let store: Datastore;
let hook: Hook;
let pieces: Buffer[];

const moved = snapshotRef('m');
const other = { ...moved, time: moved.time + 60 };

beforeEach(async () => {
  clock = testClock();
  memory = new MemoryBackend(clock.now);
  hook = () => {};
  store = await openTestStore({ backend: hookedBackend(memory, (call, key) => hook(call, key)), clock });
  pieces = randomPieces(3);
  await backUp(store, moved, pieces);
  await backUp(store, other, randomPieces(1)); // so that the group stays
  clock.advance(WEEK_MS);
});

async function forget(): Promise<TrashItem> {
  const item = await removeSnapshot(store, moved, NOTE);
  if (item === null) throw new Error('it went for good');
  return item;
}

const restore = (item: TrashItem) => restoreTrashed(store, item, BOB);

function collect(): Promise<CollectReport> {
  return collectGarbage(store, {
    ...{ dryRun: false, graceSeconds: 0, expectedSnapshots: null, storedBytes: null },
    ...{ tryAccessTime: async () => null, signal: new AbortController().signal },
    ...{ report: () => {}, warn: () => {}, missing: async () => {} },
  });
}

function expectWhole(): void {
  const lost = pieces.map(digestOf).filter((digest) => !memory.objects.has(chunkKey(digest)));
  expect(lost).toEqual([]);
}

/**
 * What is done, each once and in this order, at the moments of a mark: before the group is walked, between the groups and
 * the trash, while the trash is walked, and when what was moved is read at the end.
 */
interface Script {
  beforeGroups?: () => Promise<unknown>;
  afterGroups?: () => Promise<unknown>;
  atEnd?: (key: string) => Promise<unknown>;
}

function play({ beforeGroups, afterGroups, atEnd }: Script): { steps: string[] } {
  const played = { steps: [] as string[] };
  let [groupLists, isPlaying] = [0, false];
  const step = async (name: string, work: (() => Promise<unknown>) | undefined) => {
    if (!work || played.steps.includes(name)) return;
    isPlaying = true;
    played.steps.push(name);
    await work();
    isPlaying = false;
  };
  hook = async (call, key) => {
    if (isPlaying) return;
    if (call === 'list' && key === 'ns') await step('before groups', beforeGroups);
    if (call === 'list' && key === 'host/m') groupLists += 1;
    if (call === 'list' && key === '.trash/ct') await step('after groups', afterGroups);
    const isMoved = key.startsWith(`${snapshotKey(moved)}/`) && groupLists > 1;
    if (call === 'open' && isMoved && played.steps.includes('after groups')) {
      await step('at the end', atEnd && (() => atEnd(key)));
    }
  };
  return played;
}

test('out of the trash, behind the walk of its group and before that of the trash', async () => {
  const item = await forget();
  const played = play({ afterGroups: () => restore(item) });
  const { trashed, indexFiles } = await collect();
  expect(played.steps).toEqual(['after groups']);
  expect({ trashed, indexFiles }).toEqual({ trashed: 0, indexFiles: 2 });
  expectWhole();
});

test('into the trash, before its group is walked', async () => {
  let isForgotten = false;
  hook = async (call, key) => {
    if (isForgotten || call !== 'open' || !key.startsWith(snapshotKey(moved))) return;
    isForgotten = true;
    await forget();
  };
  expect(await collect()).toMatchObject({ trashed: 1, indexFiles: 2 });
  expectWhole();
});

test('into the trash, between the walks of its group and of the trash: it counts once', async () => {
  const played = play({ afterGroups: () => forget() });
  const { references, archiveBytes } = await collect();
  expect(played.steps).toEqual(['after groups']);
  expect({ references, archiveBytes }).toEqual({ references: 4, archiveBytes: 4 * 3000 });
  expectWhole();
});

test('into the trash and out of it again: each walk looks where it is not', async () => {
  let item: TrashItem | null = null;
  const played = play({
    beforeGroups: async () => {
      item = await forget();
    },
    afterGroups: async () => item && restore(item),
  });
  expect(await collect()).toMatchObject({ trashed: 0, indexFiles: 2 });
  expect(played.steps).toEqual(['before groups', 'after groups']);
  expectWhole();
});

test('out of the trash, and in again just before it is read at its new place', async () => {
  const item = await forget();
  const played = play({ afterGroups: () => restore(item), atEnd: () => forget() });
  await collect();
  expect(played.steps).toEqual(['after groups', 'at the end']);
  expectWhole();
});

test('out of the trash and then removed for good: only then its chunks go', async () => {
  const item = await forget();
  const played = play({
    afterGroups: () => restore(item),
    atEnd: async () => removeTrashed(store, await forget(), 'test'),
  });
  const { counts } = await collect();
  expect(played.steps).toEqual(['after groups', 'at the end']);
  expect(counts.removed.files).toBe(pieces.length);
});

test('a move that is under way when all else is read is waited for', async () => {
  const item = await forget();
  const renamed = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  let restoring: Promise<void> | null = null;
  let isOver = false;
  hook = async (call, key) => {
    if (call === 'list' && key === '.trash/ct' && restoring === null) {
      restoring = restore(item);
      await renamed.promise;
    }
    if (call !== 'rename' || key !== contentKey(item)) return;
    // Renamed, and not told yet: the storage takes its time to answer.
    return async () => {
      renamed.resolve();
      await mayEnd.promise;
    };
  };
  const collection = collect().finally(() => {
    isOver = true;
  });
  await renamed.promise;
  for (let turn = 0; turn < 500; turn += 1) await setImmediate();
  expect(isOver).toBe(false);
  mayEnd.resolve();
  await restoring;
  await collection;
  expectWhole();
});

test('a mark that waits for a move can be cancelled', async () => {
  using _move = store.placed.moving();
  const cancel = new AbortController();
  using watch = store.placed.watch();
  const waiting = watch.next(cancel.signal);
  cancel.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
});

test('a rename that fails after it was carried out is told all the same', async () => {
  const item = await forget();
  let restored: Promise<void> | null = null;
  hook = async (call, key) => {
    if (call === 'list' && key === '.trash/ct' && restored === null) {
      restored = restore(item);
      await restored.catch(() => {});
    }
    if (call !== 'rename' || key !== contentKey(item)) return;
    return async () => {
      throw new BackupError('STORAGE_UNREACHABLE', 'The flush of the directory failed.');
    };
  };
  await collect();
  await expect(restored).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
  expect(memory.directories.has(snapshotKey(moved))).toBe(true);
  expectWhole();
});

import { beforeEach, expect, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, fileName, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { fileKey, manifestKey } from '../hierarchy/snapshots.ts';
import { type CollectOptions, collectGarbage } from './collect.ts';

const HOUR_MS = 3_600_000;
const cutOff = snapshotRef('a');
const index = fileKey(cutOff, fileName('root.pxar.didx'));
const [kept, lost] = [randomPieces(2), randomPieces(3)];

let clock: ReturnType<typeof testClock>;
let memory: MemoryBackend;
let store: Datastore;
let warnings: string[];

/** One that is finished, and one that a crash has cut off before it got its manifest. */
beforeEach(async () => {
  clock = testClock();
  memory = new MemoryBackend(clock.now);
  store = await openTestStore({ backend: memory, clock });
  warnings = [];
  await backUp(store, snapshotRef('b'), kept);
  await backUp(store, cutOff, lost);
  await memory.remove(manifestKey(cutOff));
});

const collect = (options: Partial<CollectOptions> = {}) =>
  collectGarbage(store, {
    ...{ dryRun: false, graceSeconds: 24 * 3600, expectedSnapshots: null, storedBytes: null },
    ...{ tryAccessTime: async () => null, signal: new AbortController().signal, report: () => {} },
    ...{ warn: (text) => warnings.push(text), missing: async () => {} },
    ...options,
  });

const stored = (pieces: readonly Buffer[]) =>
  pieces.filter((piece) => memory.objects.has(chunkKey(digestOf(piece)))).length;

/** As it is after a power cut: the name was on the disk already, the content was not, or not all of it. */
function tear(bytes: number): void {
  const object = memory.objects.get(index);
  if (object) object.bytes = object.bytes.subarray(0, bytes);
}

test.each([
  ['empty', 0],
  ['shorter than its header', 100],
  ['cut short', 4096 + 50],
])(
  'an index of an unfinished snapshot that is %s stops nobody once it is older than the grace',
  async (_, bytes) => {
    tear(bytes);
    clock.advance(48 * HOUR_MS);
    const report = await collect({ expectedSnapshots: 2, wasFinished: async () => false });
    expect(report).toMatchObject({ snapshots: 2, indexFiles: 1, missingChunks: 0 });
    expect(warnings).toEqual([expect.stringContaining(`${index} cannot be read`)]);
    expect([stored(kept), stored(lost)]).toEqual([2, 0]);
  },
);

test('within the grace it stops it: somebody may still be at work there', async () => {
  clock.advance(48 * HOUR_MS);
  await memory.put(index, Buffer.of());
  clock.advance(23 * HOUR_MS);
  await expect(collect()).rejects.toMatchObject({ code: 'GC_INDEX_UNREADABLE' });
  expect(stored(lost)).toBe(3);
  clock.advance(2 * HOUR_MS);
  expect((await collect()).counts.removed.files).toBe(3);
});

test.each([
  ['it has a manifest', () => memory.put(manifestKey(cutOff), Buffer.of(1)), false],
  ['it is known as finished, and has lost its manifest', async () => {}, true],
])('when %s, an index that is cut short stops it', async (_, change, wasFinished) => {
  await change();
  tear(4096 + 50);
  clock.advance(48 * HOUR_MS);
  await expect(collect({ wasFinished: async () => wasFinished })).rejects.toMatchObject({
    code: 'GC_INDEX_UNREADABLE',
  });
  expect(stored(lost)).toBe(3);
});

test('outside of snapshots it stops it', async () => {
  await memory.makeDirectory('rescued');
  await memory.put('rescued/root.pxar.didx', Buffer.of());
  clock.advance(48 * HOUR_MS);
  await expect(collect()).rejects.toMatchObject({ code: 'GC_INDEX_UNREADABLE' });
});

test('one that can be read keeps what it needs, with or without a manifest', async () => {
  clock.advance(48 * HOUR_MS);
  expect((await collect()).counts.removed.files).toBe(0);
  expect([stored(lost), warnings]).toEqual([3, []]);
});

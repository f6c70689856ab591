import { beforeEach, describe, expect, test } from 'vitest';
import type { SnapshotRef } from '#domain/ids.ts';
import { type Hook, hookedBackend } from '#testing/hooked-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, begin, fileName, randomPieces, snapshotRef, uploadPiece } from '#testing/session-client.ts';
import { auditDatastore } from '../audit/audit-datastore.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { type Digest, digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { snapshotKey } from '../hierarchy/layout.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { fileKey } from '../hierarchy/snapshots.ts';
import { setAside } from '../verify/bad-chunk.ts';
import { type CollectOptions, type CollectReport, collectGarbage } from './collect.ts';
import type { MissingChunk } from './find-missing.ts';
import { GC_STATUS_NAME } from './gc-status.ts';

const HOUR_MS = 3_600_000;
const GRACE_SECONDS = 24 * 3600;
const PIECE_BYTES = 3000;

let clock: ReturnType<typeof testClock>;
let memory: MemoryBackend;
let store: Datastore;
let hook: Hook;
let warnings: string[];
let missing: MissingChunk[];
let owned: () => void;

beforeEach(async () => {
  clock = testClock();
  memory = new MemoryBackend(clock.now);
  [hook, owned, warnings, missing] = [() => {}, () => {}, [], []];
  const backend = hookedBackend(memory, (call, key) => hook(call, key));
  store = await openTestStore({ backend, clock, assertOwned: () => owned() });
});

function collect(options: Partial<CollectOptions> = {}): Promise<CollectReport> {
  return collectGarbage(store, {
    dryRun: false,
    graceSeconds: GRACE_SECONDS,
    expectedSnapshots: null,
    storedBytes: null,
    tryAccessTime: async () => null,
    signal: new AbortController().signal,
    report: () => {},
    warn: (text) => warnings.push(text),
    missing: async (chunk) => {
      missing.push(chunk);
    },
    ...options,
  });
}

function later(hours: number, start = snapshotRef('a')): SnapshotRef {
  return { ...start, time: start.time + hours * 3600 };
}

/** The chunks that are stored, as digests. */
function stored(): string[] {
  return [...memory.objects.keys()]
    .filter((key) => /^\.chunks\/.*\/[0-9a-f]{64}$/.test(key))
    .map(nameOf)
    .sort();
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function digests(...pieces: Buffer[][]): Digest[] {
  return [...new Set(pieces.flat().map(digestOf))].sort();
}

/** Everything that finished snapshots need is there and whole. */
async function expectWhole(): Promise<void> {
  const signal = new AbortController().signal;
  const report = await auditDatastore(store, { deep: true, signal, report: () => {} });
  expect(report.findings.filter((finding) => finding.severity === 'error')).toEqual([]);
}

/** Does `work` once, before the first call that matches. */
function onFirst(
  matches: (call: string, key: string) => boolean,
  work: () => Promise<void>,
): { done: boolean } {
  const state = { done: false };
  hook = async (call, key) => {
    if (state.done || !matches(call, key)) return;
    state.done = true;
    await work();
  };
  return state;
}

describe('what goes', () => {
  test('is what no snapshot needs and nobody used within the grace; the rest stays', async () => {
    const [kept, gone] = [randomPieces(3), randomPieces(4)];
    await backUp(store, snapshotRef('a'), [...kept, ...gone]);
    await backUp(store, snapshotRef('b'), kept);
    await removeSnapshot(store, snapshotRef('a'));
    clock.advance(23 * HOUR_MS);
    const early = await collect();
    expect(early.counts).toMatchObject({ used: { files: 3 }, removed: { files: 0 }, pending: { files: 4 } });
    expect(stored()).toEqual(digests(kept, gone));
    clock.advance(2 * HOUR_MS);
    const { counts } = await collect();
    expect(counts).toMatchObject({ used: { files: 3 }, removed: { files: 4 }, pending: { files: 0 } });
    expect(counts.removed.bytes).toBe(early.counts.pending.bytes);
    expect(stored()).toEqual(digests(kept));
    await expectWhole();
  });

  test('a plan tells the same and removes nothing', async () => {
    await backUp(store, snapshotRef('a'), randomPieces(5));
    await backUp(store, snapshotRef('b'), randomPieces(2));
    await removeSnapshot(store, snapshotRef('a'));
    clock.advance(48 * HOUR_MS);
    const plan = await collect({ dryRun: true });
    expect(stored()).toHaveLength(7);
    expect(store.chunks.tally.take()).toMatchObject({ chunks: 7 });
    expect(memory.objects.has(GC_STATUS_NAME)).toBe(false);
    const { dryRun: _, ...result } = await collect();
    expect({ ...result, dryRun: true }).toEqual(plan);
    expect(stored()).toHaveLength(2);
    const status = JSON.parse(String(Buffer.from(memory.objects.get(GC_STATUS_NAME)?.bytes ?? [])));
    expect(status).toMatchObject({
      'disk-chunks': 2,
      'removed-chunks': 5,
      'index-data-bytes': 2 * PIECE_BYTES,
    });
  });

  test('is taken off the count of the chunks', async () => {
    await backUp(store, snapshotRef('a'), randomPieces(5));
    await removeSnapshot(store, snapshotRef('a'));
    const { chunks, bytes } = store.chunks.tally.take();
    clock.advance(48 * HOUR_MS);
    await collect();
    expect(store.chunks.tally.take()).toEqual({ chunks: -chunks, bytes: -bytes });
  });

  test('a chunk that was used again counts as used then', async () => {
    const pieces = randomPieces(2);
    await backUp(store, snapshotRef('a'), pieces);
    await removeSnapshot(store, snapshotRef('a'));
    clock.advance(48 * HOUR_MS);
    await backUp(store, later(48), pieces.slice(0, 1));
    await removeSnapshot(store, later(48));
    expect((await collect()).counts).toMatchObject({ removed: { files: 1 }, pending: { files: 1 } });
  });

  test('names that are not ours stay, and what interrupted writes have left goes', async () => {
    const digest = digestOf(Buffer.from('x'));
    const others = ['readme', `${digest}.old`, `${digest.toUpperCase()}`, `${digest}.10.bad`];
    for (const name of others) memory.objects.set(`.chunks/${digest.slice(0, 4)}/${name}`, object());
    for (const name of [...others, `${digest}.tmp_abcdef`]) link(`.chunks/${digest.slice(0, 4)}`, name);
    memory.objects.set(`${chunkKey(digest)}.tmp_abcdef`, object());
    clock.advance(48 * HOUR_MS);
    expect((await collect()).counts.leftoversRemoved).toEqual({ files: 1, bytes: 1 });
    expect(memory.directories.get(`.chunks/${digest.slice(0, 4)}`)).toEqual(new Set(others));
  });
});

function object() {
  const seconds = Math.floor(clock.now() / 1000);
  return { bytes: Buffer.from('x'), modifiedAt: seconds, accessedAt: seconds };
}

function link(directory: string, name: string): void {
  memory.directories.get(directory)?.add(name);
}

describe('while others work', () => {
  test('what a running backup has sent stays, however long ago that was', async () => {
    const pieces = randomPieces(3);
    const session = await begin(store, snapshotRef('a'));
    const writerId = await session.createDynamicIndex(fileName('root.pxar.didx'));
    for (const piece of pieces) await uploadPiece(session, writerId, piece);
    clock.advance(10 * 24 * HOUR_MS);
    await backUp(store, later(240, snapshotRef('b')), randomPieces(1));
    expect((await collect()).counts.removed.files).toBe(0);
    expect(stored()).toHaveLength(4);
    await session.abort();
    expect((await collect()).counts.removed.files).toBe(3);
  });

  test('(a) listed, then a newer snapshot is made from it and it goes: nothing of the newer one is lost', async () => {
    const pieces = randomPieces(4);
    await backUp(store, snapshotRef('a'), pieces);
    clock.advance(48 * HOUR_MS);
    const race = onFirst(
      (call, key) => call === 'open' && key === fileKey(snapshotRef('a'), fileName('root.pxar.didx')),
      async () => {
        await backUp(store, later(48), pieces, new Set(digests(pieces)));
        await removeSnapshot(store, snapshotRef('a'));
      },
    );
    const report = await collect();
    expect(race.done).toBe(true);
    expect(report).toMatchObject({ neededChunks: 4, missingChunks: 0, counts: { removed: { files: 0 } } });
    await expectWhole();
  });

  test('(a) the same where an older snapshot keeps the listing from being the same', async () => {
    const [old, pieces] = [randomPieces(1), randomPieces(4)];
    await backUp(store, snapshotRef('a'), old);
    await backUp(store, later(1), pieces);
    clock.advance(48 * HOUR_MS);
    const race = onFirst(
      (call, key) => call === 'open' && key.startsWith(snapshotKey(later(1))),
      async () => {
        await backUp(store, later(48), pieces, new Set(digests(pieces)));
        await removeSnapshot(store, later(1));
      },
    );
    await collect();
    expect(race.done).toBe(true);
    expect(stored()).toEqual(digests(old, pieces));
    await expectWhole();
  });

  test('a backup that ends in a group that was read already is read at the end', async () => {
    const [first, second] = [randomPieces(2), randomPieces(2)];
    await backUp(store, snapshotRef('a'), first);
    await backUp(store, snapshotRef('b'), second);
    clock.advance(48 * HOUR_MS);
    const race = onFirst(
      (call, key) => call === 'open' && key.startsWith('host/b/'),
      async () => {
        await backUp(store, later(48), first, new Set(digests(first)));
        await removeSnapshot(store, snapshotRef('a'));
      },
    );
    const { indexFiles } = await collect();
    expect(race.done).toBe(true);
    expect(indexFiles).toBe(3);
    await expectWhole();
  });

  test('a snapshot that comes under another name behind our back is found when its group is listed again', async () => {
    await backUp(store, snapshotRef('a'), randomPieces(1));
    await backUp(store, later(1), randomPieces(2));
    clock.advance(48 * HOUR_MS);
    const race = onFirst(
      (call, key) => call === 'open' && key.startsWith(snapshotKey(later(1))),
      () => memory.rename(snapshotKey(later(1)), snapshotKey(later(2))),
    );
    await collect();
    expect(race.done).toBe(true);
    expect(stored()).toHaveLength(3);
  });

  test('a chunk that is sent between the look at it and its removal is not lost', async () => {
    const pieces = randomPieces(1);
    const [digest] = digests(pieces);
    await backUp(store, snapshotRef('a'), pieces);
    await removeSnapshot(store, snapshotRef('a'));
    clock.advance(48 * HOUR_MS);
    let done = false;
    hook = (call, key) => {
      if (done || call !== 'stat' || key !== chunkKey(digest as Digest)) return;
      done = true;
      return async () => void (await backUp(store, later(48), pieces));
    };
    expect((await collect()).counts).toMatchObject({ removed: { files: 0 }, pending: { files: 1 } });
    expect(done).toBe(true);
    await expectWhole();
  });

  test('a new snapshot directory without files is no reason to wait', async () => {
    await backUp(store, snapshotRef('a'), randomPieces(1));
    const session = await begin(store, later(1));
    expect(await collect()).toMatchObject({ snapshots: 2, indexFiles: 1 });
    await session.abort();
  });

  test('two collections of one datastore do not run at once', async () => {
    await backUp(store, snapshotRef('a'), randomPieces(1));
    let second: Promise<CollectReport> | undefined;
    onFirst(
      (call) => call === 'open',
      async () => {
        second = collect();
        await second.catch(() => {});
      },
    );
    await collect();
    await expect(second).rejects.toMatchObject({ code: 'DATASTORE_IN_USE' });
    await collect();
  });

  test.each([[true], [false]])(
    'a plan (%s: begun first) and a collection do not keep each other out',
    async (first) => {
      await backUp(store, snapshotRef('a'), randomPieces(1));
      await backUp(store, snapshotRef('b'), randomPieces(2));
      await removeSnapshot(store, snapshotRef('b'));
      clock.advance(48 * HOUR_MS);
      let second: CollectReport | undefined;
      onFirst(
        (call) => call === 'open',
        async () => {
          second = await collect({ dryRun: !first });
        },
      );
      const report = await collect({ dryRun: first });
      expect((first ? second : report)?.counts.removed.files).toBe(2);
      expect(stored()).toHaveLength(1);
    },
  );
});

describe('what is set aside', () => {
  test('stays as long as its chunk is needed and missing, and goes when it was sent anew', async () => {
    const [piece] = randomPieces(1);
    const digest = digestOf(piece as Buffer);
    await backUp(store, snapshotRef('a'), [piece as Buffer]);
    const broken = memory.objects.get(chunkKey(digest));
    if (broken) broken.bytes = Buffer.from('broken');
    await setAside(store, digest);
    clock.advance(48 * HOUR_MS);
    expect(await collect()).toMatchObject({ missingChunks: 1, counts: { badKept: { files: 1 } } });
    expect(missing).toEqual([{ digest, indexKey: fileKey(snapshotRef('a'), fileName('root.pxar.didx')) }]);
    await backUp(store, later(48), [piece as Buffer]);
    expect(await collect()).toMatchObject({ missingChunks: 0, counts: { badRemoved: { files: 1 } } });
    expect(stored()).toEqual([digest]);
    await expectWhole();
  });

  test('goes with the last snapshot that needed it', async () => {
    const [piece] = randomPieces(1);
    const digest = digestOf(piece as Buffer);
    await backUp(store, snapshotRef('a'), [piece as Buffer]);
    memory.objects.set(chunkKey(digest), object());
    await setAside(store, digest);
    await removeSnapshot(store, snapshotRef('a'));
    clock.advance(48 * HOUR_MS);
    expect((await collect()).counts.badRemoved.files).toBe(1);
  });
});

test('a chunk in the directory of another one is missing where it belongs, and is left to whoever put it there', async () => {
  const [piece] = randomPieces(1);
  const digest = digestOf(piece as Buffer);
  await backUp(store, snapshotRef('a'), [piece as Buffer]);
  const elsewhere = `.chunks/${digest.startsWith('0000') ? 'ffff' : '0000'}`;
  await memory.rename(chunkKey(digest), `${elsewhere}/${digest}`);
  clock.advance(48 * HOUR_MS);
  expect(await collect()).toMatchObject({
    missingChunks: 1,
    counts: { used: { files: 0 }, removed: { files: 0 } },
  });
  expect(missing.map((chunk) => chunk.digest)).toEqual([digest]);
  expect(memory.objects.has(`${elsewhere}/${digest}`)).toBe(true);
});

describe('indexes', () => {
  const index = fileKey(snapshotRef('a'), fileName('root.pxar.didx'));

  test('that belong to no snapshot are kept whole, and named', async () => {
    const pieces = randomPieces(2);
    await backUp(store, snapshotRef('a'), pieces);
    await memory.makeDirectory('rescued');
    await memory.put('rescued/root.pxar.didx', memory.objects.get(index)?.bytes ?? Buffer.of());
    await removeSnapshot(store, snapshotRef('a'));
    clock.advance(48 * HOUR_MS);
    expect(await collect()).toMatchObject({
      strangers: 1,
      counts: { used: { files: 2 }, removed: { files: 0 } },
    });
    expect(warnings).toEqual([expect.stringContaining('rescued/root.pxar.didx')]);
  });

  test.each([
    ['cut off', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
    ['shorter than its header', (bytes: Uint8Array) => bytes.subarray(0, 100)],
    ['with another magic number', (bytes: Uint8Array) => Buffer.from(bytes).fill(0, 0, 8)],
  ])('%s: nothing is removed, and the file is named', async (_, damage) => {
    await backUp(store, snapshotRef('b'), randomPieces(2));
    await removeSnapshot(store, snapshotRef('b'));
    await backUp(store, snapshotRef('a'), randomPieces(2));
    const object = memory.objects.get(index);
    if (object) object.bytes = damage(object.bytes);
    clock.advance(48 * HOUR_MS);
    await expect(collect()).rejects.toMatchObject({
      code: 'GC_INDEX_UNREADABLE',
      message: expect.stringContaining(index),
    });
    expect(stored()).toHaveLength(4);
  });
});

describe('nothing is removed', () => {
  beforeEach(async () => {
    await backUp(store, snapshotRef('b'), randomPieces(2));
    await removeSnapshot(store, snapshotRef('b'));
    await backUp(store, snapshotRef('a'), randomPieces(1));
    clock.advance(48 * HOUR_MS);
  });

  async function expectRefused(code: string, options: Partial<CollectOptions> = {}): Promise<void> {
    await expect(collect(options)).rejects.toMatchObject({ code });
    expect(stored()).toHaveLength(3);
  }

  test('when most of the snapshots that were recorded are not there', async () => {
    await expectRefused('SNAPSHOTS_MISSING', { expectedSnapshots: 3 });
    expect((await collect({ expectedSnapshots: 2 })).counts.removed.files).toBe(2);
  });

  test('when the clock of the storage is another', () =>
    expectRefused('GC_CLOCK_UNSURE', {
      tryAccessTime: async () => ({ problem: null, clockOffsetSeconds: -61 }),
    }));

  test('when access times do not stick', () =>
    expectRefused('DATASTORE_FILESYSTEM_UNFIT', {
      tryAccessTime: async () => ({
        problem: 'an explicit access time is not kept',
        clockOffsetSeconds: null,
      }),
    }));

  test('when the last one ended in the future', async () => {
    const inAnHour = Math.floor(clock.now() / 1000) + 3600;
    memory.objects.set(GC_STATUS_NAME, { ...object(), modifiedAt: inAnHour });
    link('', GC_STATUS_NAME);
    await expectRefused('GC_CLOCK_UNSURE');
  });

  test('when the clock jumps between marking and sweeping', async () => {
    const still = clock.monotonic();
    clock.monotonic = () => still;
    onFirst(
      (call) => call === 'open',
      async () => clock.advance(61_000),
    );
    await expectRefused('GC_CLOCK_UNSURE');
  });

  test('when somebody else owns the datastore by then', async () => {
    onFirst(
      (call) => call === 'open',
      async () => {
        owned = () => {
          throw Object.assign(new Error('lost'), { code: 'DATASTORE_NOT_OWNED' });
        };
      },
    );
    await expectRefused('DATASTORE_NOT_OWNED');
  });

  test('when it is cancelled while it marks', async () => {
    const cancel = new AbortController();
    onFirst(
      (call) => call === 'open',
      async () => cancel.abort(new Error('cancelled')),
    );
    await expect(collect({ signal: cancel.signal })).rejects.toThrow('cancelled');
    expect(stored()).toHaveLength(3);
  });
});

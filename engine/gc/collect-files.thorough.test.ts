import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SnapshotRef } from '#domain/ids.ts';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { localBackend, testClock, testPool } from '#testing/open-store.ts';
import { roomyDirectory } from '#testing/roomy-directory.ts';
import { backUp, randomPieces, snapshotRef } from '#testing/session-client.ts';
import { auditDatastore } from '../audit/audit-datastore.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { type Digest, digestOf } from '../chunks/digest.ts';
import { makeShardMemory, ShardMutex } from '../chunks/shard-mutex.ts';
import type { Datastore } from '../datastore.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { openDatastore } from '../open.ts';
import { lockFile, setAccessTime } from '../posix.ts';
import { checkAccessTime } from '../probe/access-time.ts';
import { completeProvision, provisionDatastore } from '../provision.ts';
import { setAside } from '../verify/bad-chunk.ts';
import { type CollectOptions, collectGarbage } from './collect.ts';
import { MarkTable } from './mark-table.ts';
import type { SpaceUse } from './space-use.ts';
import { type SweepPlace, sweepFiles } from './sweep-files.ts';

/** Collections on real directories, where threads list, look and remove. */

const root = roomyDirectory('ibs-gc');
const clock = testClock(Date.now());
const backend = localBackend(root);
let store: Datastore;
let hour = 0;

beforeAll(async () => {
  const uuid = randomUUID();
  const signal = new AbortController().signal;
  await provisionDatastore({ backend, uuid, creationId: uuid, now: clock.now(), signal, report: () => {} });
  await completeProvision(backend);
  const owner = { workerId: uuid, host: 'test', epoch: 1, assertOwned: () => {}, isGone: () => true };
  const suspect = () => {};
  store = await openDatastore({ backend, pool: testPool(), clock, syncLevel: 'none', uuid, owner, suspect });
});
afterAll(async () => {
  await store.close();
  spawn('rm', ['-rf', root], { detached: true, stdio: 'ignore' }).unref();
});
beforeEach(() => {
  hour += 1;
});

/** A snapshot later than those of all tests before. */
function next(id: string): SnapshotRef {
  const first = snapshotRef(id);
  return { ...first, time: first.time + hour * 3600 };
}

const pathOf = (digest: Digest) => join(root, chunkKey(digest));

function collect(options: Partial<CollectOptions> = {}) {
  return collectGarbage(store, {
    ...{ dryRun: false, graceSeconds: 3600, expectedSnapshots: null, storedBytes: null },
    tryAccessTime: async () => ({ problem: null, ...checkAccessTime(root, clock.now()) }),
    signal: new AbortController().signal,
    ...{ report: () => {}, warn: () => {}, missing: async () => {} },
    ...options,
  });
}

/** As if it had been used last two days ago. */
function age(...pieces: Buffer[]): void {
  for (const piece of pieces) setAccessTime(pathOf(digestOf(piece)), Math.floor(Date.now() / 1000) - 172_800);
}

test('what is needed, what waits and what goes, by the files themselves and by the count', async () => {
  const [kept, waiting, gone] = [randomPieces(20), randomPieces(10), randomPieces(300)];
  await backUp(store, next('kept'), kept);
  await backUp(store, next('gone'), [...waiting, ...gone]);
  await removeSnapshot(store, next('gone'));
  age(...kept, ...gone);
  const before = chunksOnDisk(root);
  store.chunks.tally.take();
  const { counts } = await collect();
  expect(counts).toMatchObject({ used: { files: 20 }, pending: { files: 10 }, removed: { files: 300 } });
  const after = chunksOnDisk(root);
  expect(after).toEqual({
    chunkCount: counts.used.files + counts.pending.files,
    chunkBytes: counts.used.bytes + counts.pending.bytes,
  });
  const lean = await collect({ dryRun: true, storedBytes: async () => after.chunkBytes });
  expect(lean).toMatchObject({ usedBytes: counts.used.bytes, counts: { used: { files: 20, bytes: 0 } } });
  expect(before.chunkBytes - after.chunkBytes).toBe(counts.removed.bytes);
  expect(store.chunks.tally.take()).toEqual({ chunks: -300, bytes: -counts.removed.bytes });
  const signal = new AbortController().signal;
  expect((await auditDatastore(store, { deep: true, signal, report: () => {} })).errors).toBe(0);
});

test('who uses the space is told as it is on the disk', async () => {
  const [own, shared] = [randomPieces(3), randomPieces(2)];
  await backUp(store, next('one'), [...own, ...shared]);
  await backUp(store, next('two'), shared);
  const bytesOf = (list: Buffer[]) =>
    list.reduce((sum, piece) => sum + fs.statSync(pathOf(digestOf(piece))).size, 0);
  let use: SpaceUse | null = null;
  await collect({
    spaceUse: async (told) => {
      use = told;
    },
  });
  const { snapshots, groups } = use as unknown as SpaceUse;
  expect(snapshots).toContainEqual({
    snapshot: next('one'),
    exclusiveBytes: bytesOf(own),
    totalBytes: bytesOf([...own, ...shared]),
  });
  expect(groups.find(({ group }) => group.id === 'two')).toMatchObject({
    exclusiveBytes: 0,
    totalBytes: bytesOf(shared),
  });
});

test('a chunk that was set aside today is kept as evidence, though its data is old', async () => {
  const [piece] = randomPieces(1) as [Buffer];
  await backUp(store, next('bad'), [piece]);
  fs.writeFileSync(pathOf(digestOf(piece)), 'broken');
  age(piece);
  await setAside(store, digestOf(piece));
  await removeSnapshot(store, next('bad'));
  expect((await collect()).counts).toMatchObject({ badKept: { files: 1 }, badRemoved: { files: 0 } });
});

test('directories, links and names of others in the place of chunks are left alone', async () => {
  const digest = digestOf(Buffer.from('nobody'));
  const target = join(root, '.chunks', digest.slice(0, 4), 'target');
  fs.writeFileSync(target, 'x');
  fs.symlinkSync(target, pathOf(digest));
  const other = digestOf(Buffer.from('nobody else'));
  fs.mkdirSync(pathOf(other));
  clock.advance(172_800_000);
  try {
    const offset = { problem: null, clockOffsetSeconds: 0 };
    await collect({ tryAccessTime: async () => offset });
  } finally {
    clock.advance(-172_800_000);
  }
  expect(fs.readlinkSync(pathOf(digest))).toBe(target);
  expect(fs.statSync(pathOf(other)).isDirectory()).toBe(true);
  for (const path of [target, pathOf(digest)]) fs.unlinkSync(path);
  fs.rmdirSync(pathOf(other));
});

test.each([
  ['a group', (root: string) => [join(root, 'host/linked'), join(root, 'elsewhere')]],
  [
    'an index outside of snapshots',
    (root: string) => [join(root, 'copy.pxar.didx'), join(root, 'elsewhere')],
  ],
])('%s that is a link stops it: what is behind it would count as unneeded', async (_, place) => {
  const pieces = randomPieces(2);
  await backUp(store, next('linked'), pieces);
  await removeSnapshot(store, next('linked'));
  age(...pieces);
  const [link = '', target = ''] = place(root);
  fs.mkdirSync(target);
  fs.symlinkSync(target, link);
  try {
    await expect(collect()).rejects.toMatchObject({
      code: 'GC_INDEX_UNREADABLE',
      message: expect.stringContaining(link.slice(root.length + 1)),
    });
    expect(fs.existsSync(pathOf(digestOf(pieces[0] as Buffer)))).toBe(true);
  } finally {
    fs.unlinkSync(link);
    fs.rmdirSync(target);
  }
  // Somebody's link beside the snapshots is none of our business.
  fs.symlinkSync(root, join(root, 'shortcut'));
  expect((await collect()).counts.removed.files).toBe(2);
  fs.unlinkSync(join(root, 'shortcut'));
});

test('while another process writes, nothing is collected; while we collect, nobody else writes', async () => {
  const fd = fs.openSync(join(root, '.lock'), 'r+');
  expect(lockFile(fd, 'shared')).toBe(true);
  await expect(collect()).rejects.toMatchObject({ code: 'DATASTORE_IN_USE' });
  lockFile(fd, 'none');
  let sawLock = true;
  await collect({
    report: () => {
      sawLock &&= !lockFile(fd, 'shared');
    },
  });
  expect(sawLock).toBe(true);
  expect(lockFile(fd, 'shared')).toBe(true);
  fs.closeSync(fd);
});

describe('a part of a sweep', () => {
  const mutex = new ShardMutex(makeShardMemory());

  function place(more: Partial<SweepPlace>): SweepPlace {
    const { direct } = backend.traits;
    if (direct === null) throw new Error('no files');
    return {
      ...{
        direct,
        marks: new MarkTable().share(),
        cutoffs: { keepSince: 1 },
        dryRun: false,
        sizes: false,
        from: 0,
        to: 65_536,
      },
      ...{ until: process.hrtime.bigint() + 10n ** 12n, turn: 10n ** 12n },
      ...more,
    };
  }

  test('does nothing when the time is over', async () => {
    const part = sweepFiles(place({ until: process.hrtime.bigint() - 1n, from: 7 }), mutex);
    expect(part).toMatchObject({ next: 7, removed: [], failure: null });
  });

  test('removes nothing when it has waited for a shard until the time was over', async () => {
    const [piece] = randomPieces(1) as [Buffer];
    await backUp(store, next('late'), [piece]);
    await removeSnapshot(store, next('late'));
    const soon = Math.floor(Date.now() / 1000) + 3600;
    const from = Number.parseInt(digestOf(piece).slice(0, 4), 16);
    const until = process.hrtime.bigint() + 50_000_000n;
    const late = new ShardMutex(makeShardMemory());
    late.hold = (_, work) => {
      while (process.hrtime.bigint() < until);
      return work();
    };
    const part = sweepFiles(place({ cutoffs: { keepSince: soon }, from, until }), late);
    expect(part).toMatchObject({ next: from, removed: [], failure: null });
    expect(fs.existsSync(pathOf(digestOf(piece)))).toBe(true);
  });

  test('gets on by one removal at least, however short its turn is', async () => {
    const pieces = randomPieces(3);
    await backUp(store, next('turns'), pieces);
    await removeSnapshot(store, next('turns'));
    const there = () => pieces.filter((piece) => fs.existsSync(pathOf(digestOf(piece)))).length;
    const soon = Math.floor(Date.now() / 1000) + 3600;
    const more = { cutoffs: { keepSince: soon }, turn: 0n };
    for (const digest of pieces.map(digestOf)) {
      const from = Number.parseInt(digest.slice(0, 4), 16);
      const part = sweepFiles(place({ ...more, from }), mutex);
      expect(part.removed.length).toBeGreaterThan(0);
      expect(part.next).toBe(from + 1);
    }
    expect(there()).toBe(0);
  });

  test('tells what it has removed before it failed, and goes no further', async () => {
    const pieces = randomPieces(40);
    await backUp(store, next('failing'), pieces);
    await removeSnapshot(store, next('failing'));
    const digests = pieces.map(digestOf).sort();
    const broken = join(root, '.chunks', (digests[20] as Digest).slice(0, 4));
    fs.renameSync(broken, `${broken}-away`);
    fs.writeFileSync(broken, 'no directory');
    try {
      const soon = Math.floor(Date.now() / 1000) + 3600;
      const part = sweepFiles(place({ cutoffs: { keepSince: soon }, dryRun: false }), mutex);
      expect(part.failure).toMatchObject({ code: 'STORAGE_UNREACHABLE' });
      expect(part.next).toBe(Number.parseInt((digests[20] as Digest).slice(0, 4), 16));
      expect(part.removed.map((chunk) => chunk.digest)).toEqual(expect.arrayContaining(digests.slice(0, 20)));
      expect(fs.existsSync(pathOf(digests[30] as Digest))).toBe(true);
    } finally {
      fs.unlinkSync(broken);
      fs.renameSync(`${broken}-away`, broken);
    }
  });
});

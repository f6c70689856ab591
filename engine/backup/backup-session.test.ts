import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { faultyBackend } from '#testing/faulty-backend.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock, testPool } from '#testing/open-store.ts';
import {
  ALICE,
  backUp,
  begin,
  fileName,
  manifestBlob,
  randomPieces,
  snapshotRef,
  TEST_TIME,
  uploadArchive,
  uploadBlob,
  uploadPiece,
} from '#testing/session-client.ts';
import { auditDatastore } from '../audit/audit-datastore.ts';
import { ChunkStore } from '../chunks/chunk-store.ts';
import { encodeBlob } from '../chunks/data-blob.ts';
import { digestOf, digestToBytes, ZERO_CHUNK_DIGEST } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { setNotes, setProtected, updateManifest } from '../hierarchy/change-snapshot.ts';
import { listGroups, readOwner } from '../hierarchy/groups.ts';
import { createNamespace, listNamespaces } from '../hierarchy/namespaces.ts';
import { removeSnapshot } from '../hierarchy/remove-snapshot.ts';
import { listSnapshots, readSnapshotInfo } from '../hierarchy/snapshots.ts';
import { FIXED_CHUNK_BYTES } from '../indexes/fixed-index-writer.ts';
import { snapshotPlace } from '../locks/places.ts';
import { beginBackup } from './begin-backup.ts';

const GHOST = {
  name: fileName('ghost.blob'),
  sizeBytes: 12,
  checksum: '00'.repeat(32),
  cryptMode: 'none' as const,
};

let store: Datastore;
beforeEach(async () => {
  store = await openTestStore({ backend: new MemoryBackend(() => 1_700_000_000_000) });
});

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return isBackupError(error) ? error.code : String(error);
  }
}

async function textOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** The invariants hold and nothing is locked. */
async function expectSound(target: Datastore = store): Promise<void> {
  const report = await auditDatastore(target, {
    deep: true,
    signal: new AbortController().signal,
    report: () => {},
  });
  expect(report.findings).toEqual([]);
  expect(target.locks.list()).toEqual([]);
  expect(target.processLock.oldestWriter()).toBe(null);
}

describe('a backup', () => {
  test('is listed as finished with its files, sizes, owner and statistics', async () => {
    const session = await backUp(store, snapshotRef('elsa'), randomPieces(10));
    expect(session.statistics).toMatchObject({ count: 10, duplicates: 0 });
    const info = await readSnapshotInfo(store.backend, snapshotRef('elsa'));
    expect(info).toMatchObject({ finished: true, damage: null, protected: false, verifyState: null });
    expect(info?.files.map((file) => file.name)).toEqual([
      'root.pxar.didx',
      'host.conf.blob',
      'index.json.blob',
    ]);
    expect(info?.files[0]?.sizeBytes).toBe(30_000);
    expect(await readOwner(store.backend, snapshotRef('elsa'))).toBe(ALICE);
    await expectSound();
  });

  test('that repeats the last one uploads nothing and refers to its chunks', async () => {
    const pieces = randomPieces(20);
    await backUp(store, snapshotRef('elsa'), pieces);
    const known = new Set(pieces.map((piece) => digestOf(piece)));
    const session = await backUp(store, snapshotRef('elsa', TEST_TIME + 1), pieces, known);
    expect(session.statistics.count).toBe(0);
    await expectSound();
  });

  test('stores a chunk once for two namespaces', async () => {
    await createNamespace(store, 'a' as never);
    await createNamespace(store, 'a/b' as never);
    const pieces = randomPieces(5);
    await backUp(store, snapshotRef('elsa', TEST_TIME, 'a'), pieces);
    const session = await backUp(store, snapshotRef('elsa', TEST_TIME, 'a/b'), pieces);
    expect(session.statistics.duplicates).toBe(5);
    expect(await listNamespaces(store.backend)).toEqual(['', 'a', 'a/b']);
    await expectSound();
  });

  test('is invisible as finished until finish returns, and gone after an abort', async () => {
    const session = await begin(store, snapshotRef('elsa'));
    const archive = await uploadArchive(session, 'root.pxar.didx', randomPieces(3));
    await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshotRef('elsa'), [archive]));
    expect(await readSnapshotInfo(store.backend, snapshotRef('elsa'))).toMatchObject({ finished: false });
    await session.abort();
    await session.abort();
    expect(await listGroups(store.backend, '' as never)).toEqual([]);
    await expectSound();
  });

  test('of an image refers to the zero chunk for every hole', async () => {
    const session = await begin(store, snapshotRef('disk'));
    const count = 50;
    const writerId = await session.createFixedIndex(
      fileName('disk.img.fidx'),
      count * FIXED_CHUNK_BYTES,
      null,
    );
    const zero = encodeBlob(Buffer.alloc(FIXED_CHUNK_BYTES), { compress: true });
    const upload = { digest: ZERO_CHUNK_DIGEST, sizeBytes: FIXED_CHUNK_BYTES, encoded: zero };
    await session.uploadChunk('fixed', writerId, upload);
    const offsets = Array.from({ length: count }, (_, position) => position * FIXED_CHUNK_BYTES);
    await session.append(
      'fixed',
      writerId,
      offsets.map(() => ZERO_CHUNK_DIGEST).reverse(),
      offsets.toReversed(),
    );
    const hash = createHash('sha256');
    for (const _ of offsets) hash.update(digestToBytes(ZERO_CHUNK_DIGEST));
    const checksum = hash.digest('hex');
    await session.closeIndex('fixed', writerId, {
      chunkCount: count,
      sizeBytes: count * FIXED_CHUNK_BYTES,
      checksum,
    });
    const entry = { name: fileName('disk.img.fidx'), sizeBytes: count * FIXED_CHUNK_BYTES, checksum };
    await session.addBlob(
      fileName('index.json.blob'),
      manifestBlob(snapshotRef('disk'), [{ ...entry, cryptMode: 'none' }]),
    );
    await session.finish();
    await expectSound();
  });
});

describe('an incremental image', () => {
  const image = fileName('disk.img.fidx');

  async function firstImage(): Promise<{ checksum: string; digests: Buffer[] }> {
    const pieces = [randomBytes(FIXED_CHUNK_BYTES), randomBytes(FIXED_CHUNK_BYTES), randomBytes(1000)];
    const sizeBytes = 2 * FIXED_CHUNK_BYTES + 1000;
    const session = await begin(store, snapshotRef('disk'));
    const writerId = await session.createFixedIndex(image, sizeBytes, null);
    const digests: Buffer[] = [];
    for (const [position, piece] of pieces.entries()) {
      const digest = digestOf(piece);
      const encoded = encodeBlob(piece, { compress: false });
      await session.uploadChunk('fixed', writerId, { digest, sizeBytes: piece.length, encoded });
      await session.append('fixed', writerId, [digest], [position * FIXED_CHUNK_BYTES]);
      digests.push(digestToBytes(digest));
    }
    const checksum = createHash('sha256').update(Buffer.concat(digests)).digest('hex');
    await session.closeIndex('fixed', writerId, { chunkCount: 3, sizeBytes, checksum });
    const entry = { name: image, sizeBytes, checksum, cryptMode: 'none' as const };
    await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshotRef('disk'), [entry]));
    await session.finish();
    return { checksum, digests };
  }

  test('starts from the last index and sends only what changed', async () => {
    const { checksum, digests } = await firstImage();
    const sizeBytes = 2 * FIXED_CHUNK_BYTES + 1000;
    const session = await begin(store, snapshotRef('disk', TEST_TIME + 1));
    const writerId = await session.createFixedIndex(image, sizeBytes, checksum);
    const changed = randomBytes(FIXED_CHUNK_BYTES);
    const encoded = encodeBlob(changed, { compress: false });
    const upload = { digest: digestOf(changed), sizeBytes: FIXED_CHUNK_BYTES, encoded };
    await session.uploadChunk('fixed', writerId, upload);
    await session.append('fixed', writerId, [upload.digest], [FIXED_CHUNK_BYTES]);
    const expected = [digests[0], digestToBytes(upload.digest), digests[2]].map(
      (digest) => digest ?? Buffer.alloc(0),
    );
    const newChecksum = createHash('sha256').update(Buffer.concat(expected)).digest('hex');
    // Counts and sizes of the changes alone, as a hypervisor with a dirty bitmap sends them.
    const claim = { chunkCount: 1, sizeBytes: FIXED_CHUNK_BYTES, checksum: newChecksum };
    await session.closeIndex('fixed', writerId, claim);
    const entry = { name: image, sizeBytes, checksum: newChecksum, cryptMode: 'none' as const };
    const manifest = manifestBlob(snapshotRef('disk', TEST_TIME + 1), [entry]);
    await session.addBlob(fileName('index.json.blob'), manifest);
    await session.finish();
    await expectSound();
  });

  test('is refused when the checksum or the number of chunks is another', async () => {
    const { checksum } = await firstImage();
    const session = await begin(store, snapshotRef('disk', TEST_TIME + 1));
    const wrong = '00'.repeat(32);
    expect(await textOf(session.createFixedIndex(image, 2 * FIXED_CHUNK_BYTES + 1000, wrong))).toMatch(
      /doesn't match/,
    );
    expect(await textOf(session.createFixedIndex(image, 9 * FIXED_CHUNK_BYTES, checksum))).toMatch(
      /sizes not equal/,
    );
    expect(await textOf(session.createFixedIndex(fileName('no.img.fidx'), 5, checksum))).toMatch(
      /no previous backup/,
    );
    await session.abort();
    await expectSound();
  });
});

describe('a backup is refused', () => {
  test('in a namespace that does not exist', async () => {
    expect(await codeOf(begin(store, snapshotRef('elsa', TEST_TIME, 'nowhere')))).toBe('NAMESPACE_NOT_FOUND');
    await expectSound();
  });

  test('while another one of the group runs, naming it', async () => {
    const session = await begin(store, snapshotRef('elsa'));
    const second = begin(store, snapshotRef('elsa', TEST_TIME + 1));
    expect(await textOf(second)).toMatch(/Backup group host\/elsa is in use: backup of host\/elsa/);
    await session.abort();
    await expectSound();
  });

  test('for anyone but the owner of the group', async () => {
    await backUp(store, snapshotRef('elsa'), randomPieces(1));
    const other = begin(store, snapshotRef('elsa', TEST_TIME + 1), 'bob@ibs' as typeof ALICE);
    expect(await textOf(other)).toMatch('backup owner check failed (bob@ibs != alice@ibs)');
    await expectSound();
  });

  test('at the time of an existing snapshot or before', async () => {
    await backUp(store, snapshotRef('elsa'), randomPieces(1));
    expect(await codeOf(begin(store, snapshotRef('elsa')))).toBe('SNAPSHOT_TIME_TOO_OLD');
    expect(await codeOf(begin(store, snapshotRef('elsa', TEST_TIME - 1)))).toBe('SNAPSHOT_TIME_TOO_OLD');
    await expectSound();
  });

  test('while its base is being removed', async () => {
    await backUp(store, snapshotRef('elsa'), randomPieces(1));
    const removal = store.locks.exclusive(snapshotPlace(snapshotRef('elsa')), 'removal');
    expect(await codeOf(begin(store, snapshotRef('elsa', TEST_TIME + 1)))).toBe('SNAPSHOT_LOCKED');
    removal.release();
    await expectSound();
  });
});

describe('the base of a running backup', () => {
  test('cannot be forgotten', async () => {
    await backUp(store, snapshotRef('elsa'), randomPieces(1));
    const session = await begin(store, snapshotRef('elsa', TEST_TIME + 1));
    expect(await codeOf(removeSnapshot(store, snapshotRef('elsa')))).toBe('SNAPSHOT_LOCKED');
    await session.abort();
    await removeSnapshot(store, snapshotRef('elsa'));
    await expectSound();
  });

  test('is none when its verification failed', async () => {
    await backUp(store, snapshotRef('elsa'), randomPieces(1));
    await updateManifest(
      store,
      snapshotRef('elsa'),
      { verify_state: { state: 'failed', upid: 'UPID:x' } },
      'test',
    );
    const session = await begin(store, snapshotRef('elsa', TEST_TIME + 1));
    expect(session.previous).toBe(null);
    expect(await textOf(session.openPrevious(fileName('root.pxar.didx')))).toBe('no valid previous backup');
    await session.abort();
  });

  test('that vanished keeps the backup from finishing', async () => {
    const pieces = randomPieces(2);
    await backUp(store, snapshotRef('elsa'), pieces);
    const session = await begin(store, snapshotRef('elsa', TEST_TIME + 1));
    const archive = await uploadArchive(session, 'root.pxar.didx', pieces);
    const manifest = manifestBlob(snapshotRef('elsa', TEST_TIME + 1), [archive]);
    await session.addBlob(fileName('index.json.blob'), manifest);
    await store.backend.removeTree(`host/elsa/${new Date(TEST_TIME * 1000).toISOString().slice(0, 19)}Z`);
    expect(await textOf(session.finish())).toMatch(/base snapshot .* was removed/);
    await session.abort();
    await expectSound();
  });
});

describe('the protocol is enforced', () => {
  test('only known chunks at the right place are appended', async () => {
    const session = await begin(store, snapshotRef('elsa'));
    const writerId = await session.createDynamicIndex(fileName('root.pxar.didx'));
    const [piece = Buffer.alloc(1)] = randomPieces(1);
    const digest = await uploadPiece(session, writerId, piece);
    const stranger = digestOf(Buffer.from('stranger'));
    expect(await textOf(session.append('dynamic', writerId, [stranger], [0]))).toBe(
      `no such chunk ${stranger}`,
    );
    expect(await textOf(session.append('dynamic', writerId, [digest], [5]))).toMatch(
      /strange chunk offset \(0 != 5\)/,
    );
    expect(await textOf(session.append('dynamic', writerId, [digest], []))).toMatch(
      /wrong length \(1 != 0\)/,
    );
    expect(await textOf(session.append('dynamic', 77, [digest], [0]))).toMatch(/'77' not registered/);
    expect(await textOf(session.append('fixed', writerId, [digest], [0]))).toMatch(/not registered/);
    await session.abort();
    await expectSound();
  });

  test('names, extensions and second writers are checked', async () => {
    const session = await begin(store, snapshotRef('elsa'));
    expect(await textOf(session.createDynamicIndex(fileName('x.fidx')))).toMatch(/wrong archive extension/);
    expect(await textOf(session.createFixedIndex(fileName('x.didx'), 5, null))).toMatch(
      /wrong archive extension/,
    );
    expect(await textOf(session.addBlob(fileName('x.didx'), Buffer.alloc(20)))).toMatch(
      /wrong blob file extension/,
    );
    await session.createDynamicIndex(fileName('x.didx'));
    expect(await textOf(session.createDynamicIndex(fileName('x.didx')))).toMatch(/already open or complete/);
    await session.abort();
    await expectSound();
  });

  test('an index closes only with the count, size and checksum that it really has', async () => {
    const session = await begin(store, snapshotRef('elsa'));
    const writerId = await session.createDynamicIndex(fileName('root.pxar.didx'));
    const [piece = Buffer.alloc(1)] = randomPieces(1);
    const digest = await uploadPiece(session, writerId, piece);
    await session.append('dynamic', writerId, [digest], [0]);
    const claim = { chunkCount: 1, sizeBytes: piece.length, checksum: '00'.repeat(32) };
    const close = (more: object) => session.closeIndex('dynamic', writerId, { ...claim, ...more });
    expect(await textOf(close({ chunkCount: 2 }))).toMatch(/unexpected chunk count \(1 != 2\)/);
    expect(await textOf(close({ sizeBytes: 1 }))).toMatch(/unexpected file size/);
    expect(await textOf(close({}))).toMatch(/unexpected checksum/);
    expect(await textOf(session.finish())).toMatch(/open index writer/);
    await session.abort();
    await expectSound();
  });

  test('a second close is refused and the backup still finishes', async () => {
    const session = await begin(store, snapshotRef('elsa'));
    const archive = await uploadArchive(session, 'root.pxar.didx', randomPieces(1));
    const claim = { chunkCount: 1, sizeBytes: archive.sizeBytes, checksum: archive.checksum };
    expect(await textOf(session.closeIndex('dynamic', 1, claim))).toMatch(/not registered/);
    await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshotRef('elsa'), [archive]));
    await session.finish();
    await expectSound();
  });

  test('a fixed index takes one short chunk and no more', async () => {
    const session = await begin(store, snapshotRef('elsa'));
    const writerId = await session.createFixedIndex(fileName('d.img.fidx'), 5, null);
    for (const [position, piece] of [Buffer.from('aaaaa'), Buffer.from('bbbbb')].entries()) {
      const encoded = encodeBlob(piece, { compress: false });
      const upload = session.uploadChunk('fixed', writerId, {
        digest: digestOf(piece),
        sizeBytes: 5,
        encoded,
      });
      expect(await textOf(upload)).toMatch(position === 0 ? 'no error' : /multiple end chunks/);
    }
    await session.abort();
  });

  const REFUSED_MANIFESTS: [string, Buffer | null, RegExp, boolean][] = [
    ['no files', manifestBlob(snapshotRef('elsa'), []), /file count == 0/, false],
    ['a file that was never uploaded', manifestBlob(snapshotRef('elsa'), [GHOST]), /was not uploaded/, true],
    ['another snapshot', manifestBlob(snapshotRef('anna'), []), /belongs to another snapshot/, true],
    ['no manifest at all', null, /no manifest was uploaded/, true],
  ];
  test.each(REFUSED_MANIFESTS)('finish refuses %s', async (_name, blob, expected, withFile) => {
    const session = await begin(store, snapshotRef('elsa'));
    if (withFile) await uploadBlob(session, 'a.blob', Buffer.from('a'));
    if (blob) await session.addBlob(fileName('index.json.blob'), blob);
    expect(await textOf(session.finish())).toMatch(expected);
    await session.abort();
    expect(await listGroups(store.backend, '' as never)).toEqual([]);
    await expectSound();
  });

  test('finish refuses a wrong checksum or size in the manifest', async () => {
    for (const change of [{ checksum: '11'.repeat(32) }, { sizeBytes: 1 }]) {
      const session = await begin(store, snapshotRef('elsa'));
      const archive = await uploadArchive(session, 'root.pxar.didx', randomPieces(1));
      const manifest = manifestBlob(snapshotRef('elsa'), [{ ...archive, ...change }]);
      await session.addBlob(fileName('index.json.blob'), manifest);
      expect(await textOf(session.finish())).toMatch(/is not ours/);
      await session.abort();
    }
    await expectSound();
  });

  test('after finish nothing can be changed and an abort keeps the snapshot', async () => {
    const session = await backUp(store, snapshotRef('elsa'), randomPieces(1));
    expect(await textOf(session.createDynamicIndex(fileName('x.didx')))).toMatch(
      /already marked as finished/,
    );
    expect(await textOf(session.finish())).toMatch(/already/);
    await session.abort();
    expect(await listSnapshots(store.backend, snapshotRef('elsa'))).toHaveLength(1);
  });

  test('an abort during finish never removes what was reported as finished', async () => {
    const session = await begin(store, snapshotRef('elsa'));
    const archive = await uploadArchive(session, 'root.pxar.didx', randomPieces(1));
    await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshotRef('elsa'), [archive]));
    const [finish] = await Promise.allSettled([session.finish(), session.abort()]);
    const listed = (await readSnapshotInfo(store.backend, snapshotRef('elsa')))?.finished ?? false;
    expect(listed).toBe(finish.status === 'fulfilled');
    await expectSound();
  });

  test('a worker that lost the datastore does not finish a backup', async () => {
    let owned = true;
    const mine = await openTestStore({
      backend: new MemoryBackend(() => 0),
      assertOwned: () => {
        if (!owned) throw new BackupError('DATASTORE_NOT_OWNED', 'Another worker owns it.');
      },
    });
    const session = await begin(mine, snapshotRef('elsa'));
    const archive = await uploadArchive(session, 'root.pxar.didx', randomPieces(1));
    await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshotRef('elsa'), [archive]));
    owned = false;
    expect(await codeOf(session.finish())).toBe('DATASTORE_NOT_OWNED');
    expect(await readSnapshotInfo(mine.backend, snapshotRef('elsa'))).toMatchObject({ finished: false });
  });
});

describe('snapshots', () => {
  test('keep notes and protection, and a protected one cannot be removed', async () => {
    await backUp(store, snapshotRef('elsa'), randomPieces(1));
    await setNotes(store, snapshotRef('elsa'), 'before the upgrade\nsecond line');
    await setProtected(store, snapshotRef('elsa'), true);
    const info = await readSnapshotInfo(store.backend, snapshotRef('elsa'));
    expect(info).toMatchObject({ notes: 'before the upgrade\nsecond line', protected: true, finished: true });
    expect(await codeOf(removeSnapshot(store, snapshotRef('elsa')))).toBe('SNAPSHOT_PROTECTED');
    await setProtected(store, snapshotRef('elsa'), false);
    await removeSnapshot(store, snapshotRef('elsa'));
    expect(await codeOf(removeSnapshot(store, snapshotRef('elsa')))).toBe('SNAPSHOT_NOT_FOUND');
    expect(await listGroups(store.backend, '' as never)).toEqual([]);
    await expectSound();
  });

  test('are protected while they are read, and not while they are removed', async () => {
    const ref = snapshotRef('elsa');
    await backUp(store, ref, randomPieces(1));
    {
      using _restore = store.locks.shared(snapshotPlace(ref), 'restore');
      await setProtected(store, ref, true);
      await setProtected(store, ref, false);
    }
    using _removal = store.locks.exclusive(snapshotPlace(ref), 'removal');
    expect(await codeOf(setProtected(store, ref, true))).toBe('SNAPSHOT_LOCKED');
    expect(await readSnapshotInfo(store.backend, ref)).toMatchObject({ protected: false });
  });

  test('a damaged manifest makes an entry that says so, never an error of the list', async () => {
    await backUp(store, snapshotRef('elsa'), randomPieces(1));
    const time = new Date(TEST_TIME * 1000).toISOString().slice(0, 19);
    await store.backend.put(`host/elsa/${time}Z/index.json.blob`, Buffer.from('rubbish'));
    const info = await readSnapshotInfo(store.backend, snapshotRef('elsa'));
    expect(info).toMatchObject({ finished: true, sizeBytes: null });
    expect(info?.damage).toMatch(/damaged/);
  });
});

test('every call of a backup fails once: nothing half-made stays visible and no lock is held', async () => {
  const pieces = randomPieces(4);
  let call = 1;
  for (; ; call += 1) {
    const clock = testClock();
    const memory = new MemoryBackend(clock.now);
    const sound = await openTestStore({ backend: memory, clock });
    await backUp(sound, snapshotRef('elsa'), pieces);
    const error = () => new BackupError('STORAGE_UNREACHABLE', `call ${call} failed`);
    const faulty = faultyBackend(memory, { call, error });
    const chunks = new ChunkStore({ backend: faulty, pool: testPool(), durable: false });
    const target: Datastore = { ...sound, backend: faulty, chunks };
    const failed = await backUp(target, snapshotRef('elsa', TEST_TIME + 1), randomPieces(4)).then(
      () => false,
      () => true,
    );
    const infos = await listSnapshots(memory, snapshotRef('elsa'));
    const first = await readSnapshotInfo(memory, snapshotRef('elsa'));
    expect(first?.finished).toBe(true);
    const second =
      infos.length > 1 ? await readSnapshotInfo(memory, snapshotRef('elsa', TEST_TIME + 1)) : null;
    if (!failed) expect(second?.finished).toBe(true);
    await expectSound(sound);
    if (faulty.fired() === 0) break;
  }
  expect(call).toBeGreaterThan(20);
});

test('a finished backup tells when its last flush began, not when all was done', async () => {
  const clock = testClock();
  const memory = new MemoryBackend(clock.now);
  const target = await openTestStore({ backend: memory, clock, syncLevel: 'filesystem' });
  const session = await begin(target, snapshotRef('web'));
  const file = await uploadBlob(session, 'a.blob', Buffer.from('a'));
  await session.addBlob(fileName('index.json.blob'), manifestBlob(snapshotRef('web'), [file]));
  vi.spyOn(memory, 'flush').mockImplementation(async () => clock.advance(90_000));
  expect(session.flushedAt).toBe(null);
  const started = clock.now();
  await session.finish();
  expect(session.flushedAt).toBe(started + 90_000);
  expect(clock.now()).toBe(started + 180_000);
});

test('a backup whose last flush fails is not listed as finished, also when it cannot be removed', async () => {
  const memory = new MemoryBackend(testClock().now);
  const target = await openTestStore({ backend: memory, syncLevel: 'filesystem' });
  const failure = new BackupError('STORAGE_UNREACHABLE', 'the disk is gone');
  let flushes = 0;
  vi.spyOn(memory, 'flush').mockImplementation(async () => {
    flushes += 1;
    if (flushes > 1) throw failure;
  });
  const removeTree = memory.removeTree.bind(memory);
  vi.spyOn(memory, 'removeTree').mockImplementation(async (key) => {
    if ((await memory.list(key).catch(() => [])).length > 0) throw failure;
    return removeTree(key);
  });
  await expect(backUp(target, snapshotRef('web'), randomPieces(1))).rejects.toThrow(failure.message);
  expect(flushes).toBe(2);
  expect(await readSnapshotInfo(memory, snapshotRef('web'))).toBe(null);
});

describe('a benchmark', () => {
  const benchmark = (id: string, time: number, caller = ALICE) =>
    beginBackup(store, { snapshot: snapshotRef(id, time), caller, benchmark: true, log: () => {} });

  test('ignores the owner of its group, and is refused in every other', async () => {
    await backUp(store, snapshotRef('benchmark'), randomPieces(1));
    const session = await benchmark('benchmark', TEST_TIME + 1, 'bob@ibs' as typeof ALICE);
    await session.abort();
    expect(await codeOf(benchmark('elsa', TEST_TIME))).toBe('PROTOCOL_VIOLATION');
    expect((await listGroups(store.backend, '' as never)).map(({ id }) => id)).toEqual(['benchmark']);
    await expectSound();
  });

  test('leaves nothing, also when it is finished like a backup', async () => {
    const session = await benchmark('benchmark', TEST_TIME);
    const archive = await uploadArchive(session, 'root.pxar.didx', randomPieces(2));
    const manifest = manifestBlob(snapshotRef('benchmark'), [archive]);
    await session.addBlob(fileName('index.json.blob'), manifest);
    await session.finish();
    expect(session.finished).toBe(false);
    await session.abort();
    expect(await listGroups(store.backend, '' as never)).toEqual([]);
    await expectSound();
  });
});

test('an image of unknown length ends with its first short chunk, also inside of one list', async () => {
  const session = await begin(store, snapshotRef('disk'));
  const writerId = await session.createFixedIndex(fileName('disk.img.fidx'), null, null);
  const zero = encodeBlob(Buffer.alloc(FIXED_CHUNK_BYTES), { compress: true });
  const short = Buffer.from('the end');
  const [full, end] = [ZERO_CHUNK_DIGEST, digestOf(short)];
  await session.uploadChunk('fixed', writerId, {
    ...{ digest: full, sizeBytes: FIXED_CHUNK_BYTES, encoded: zero },
  });
  const encoded = encodeBlob(short, { compress: false });
  await session.uploadChunk('fixed', writerId, { digest: end, sizeBytes: short.length, encoded });
  expect(await textOf(session.append('fixed', writerId, [end, full], [0, FIXED_CHUNK_BYTES]))).toMatch(
    /exceeds the announced size/,
  );
  const checksum = digestOf(digestToBytes(end));
  await session.closeIndex('fixed', writerId, { chunkCount: 1, sizeBytes: short.length, checksum });
  await session.abort();
  await expectSound();
});

test('an index that cannot be started leaves no file behind, whichever call fails', async () => {
  const clock = testClock();
  const backend = new MemoryBackend(clock.now);
  const sound = await openTestStore({ backend, clock });
  const first = await begin(sound, snapshotRef('disk'));
  const writerId = await first.createFixedIndex(fileName('disk.img.fidx'), FIXED_CHUNK_BYTES, null);
  const encoded = encodeBlob(Buffer.alloc(FIXED_CHUNK_BYTES), { compress: true });
  const zero = { digest: ZERO_CHUNK_DIGEST, sizeBytes: FIXED_CHUNK_BYTES, encoded };
  await first.uploadChunk('fixed', writerId, zero);
  await first.append('fixed', writerId, [ZERO_CHUNK_DIGEST], [0]);
  const checksum = digestOf(digestToBytes(ZERO_CHUNK_DIGEST));
  await first.closeIndex('fixed', writerId, { chunkCount: 1, sizeBytes: FIXED_CHUNK_BYTES, checksum });
  const entry = { name: fileName('disk.img.fidx'), sizeBytes: FIXED_CHUNK_BYTES, checksum };
  const manifest = manifestBlob(snapshotRef('disk'), [{ ...entry, cryptMode: 'none' }]);
  await first.addBlob(fileName('index.json.blob'), manifest);
  await first.finish();
  for (let call = 1; ; call += 1) {
    const error = () => new BackupError('STORAGE_UNREACHABLE', `call ${call} failed`);
    const session = await begin(sound, snapshotRef('disk', TEST_TIME + 1));
    const faulty = faultyBackend(backend, { call, error });
    Object.assign(sound, { backend: faulty });
    const opened = session.createFixedIndex(fileName('disk.img.fidx'), FIXED_CHUNK_BYTES, checksum);
    await opened.catch(() => {});
    Object.assign(sound, { backend });
    expect(backend.stagedCount()).toBe(faulty.fired() === 0 ? 1 : 0);
    await session.abort();
    expect(backend.stagedCount()).toBe(0);
    if (faulty.fired() === 0) break;
    expect(call).toBeLessThan(50);
  }
  await expectSound(sound);
});

test('what the chunk files grew by is counted also for chunks that no index took', async () => {
  const session = await begin(store, snapshotRef('elsa'));
  const payload = Buffer.alloc(50_000, 3);
  const upload = (compress: boolean) => ({
    digest: digestOf(payload),
    sizeBytes: payload.length,
    encoded: encodeBlob(payload, { compress }),
  });
  const { length: large } = upload(false).encoded;
  const { length: small } = upload(true).encoded;
  expect(await codeOf(session.uploadChunk('dynamic', 99, upload(false)))).toBe('PROTOCOL_VIOLATION');
  expect(session.statistics).toMatchObject({ count: 0, addedChunks: 1, addedBytes: large });
  // A smaller encoding takes the place of the larger one: fewer bytes, and no chunk more.
  expect(await codeOf(session.uploadChunk('dynamic', 99, upload(true)))).toBe('PROTOCOL_VIOLATION');
  expect(session.statistics).toMatchObject({ addedChunks: 1, addedBytes: small });
  await session.abort();
  await expectSound();
});

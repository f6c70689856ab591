import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import {
  backUp,
  begin,
  fileName,
  manifestBlob,
  randomPieces,
  snapshotRef,
  TEST_TIME,
  uploadArchive,
} from '#testing/session-client.ts';
import { auditDatastore } from '../audit/audit-datastore.ts';
import { fileError } from '../backends/local/errors.ts';
import { findEarlier } from '../backup/previous-snapshot.ts';
import { chunkKey, digestOfBadName } from '../chunks/chunk-key.ts';
import { type Digest, digestOf } from '../chunks/digest.ts';
import { fileKey, manifestKey, readSnapshotInfo } from '../hierarchy/snapshots.ts';
import { openIndex } from '../indexes/open-index.ts';
import { StoredArchive } from '../restore/stored-archive.ts';
import { forgetHealed, judgeChunk, setAside } from './bad-chunk.ts';

const FIRST = snapshotRef('web', TEST_TIME);

/** A store with one backup of two pieces, the first of which has a flipped bit. */
async function damagedStore() {
  const backend = new MemoryBackend(testClock().now);
  const store = await openTestStore({ backend });
  const pieces = randomPieces(2);
  await backUp(store, FIRST, pieces);
  const digest = digestOf(pieces[0] ?? Buffer.alloc(0));
  const bytes = Buffer.from(await backend.get(chunkKey(digest), 1e6));
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await backend.put(chunkKey(digest), bytes);
  return { backend, store, pieces, digest };
}

function audit(store: Parameters<typeof auditDatastore>[0]) {
  return auditDatastore(store, { deep: false, signal: new AbortController().signal, report: () => {} });
}

test('reading a damaged chunk tells of it by name', async () => {
  const { store, digest } = await damagedStore();
  const name = 'root.pxar.didx';
  const reader = await store.backend.open(fileKey(FIRST, name));
  onTestFinished(() => reader.close());
  const index = await openIndex(name, reader);
  const told: Digest[] = [];
  const archive = new StoredArchive(store, index, (damaged) => told.push(damaged));
  await expect(archive.readAt(0, 100)).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
  expect(told).toEqual([digest]);
  expect(await archive.readAt(3000, 100)).toHaveLength(100);
});

test('it is set aside once, the audit names the snapshot, and the next backup does not build on that', async () => {
  const { backend, store, digest } = await damagedStore();
  const next = snapshotRef('web', TEST_TIME + 60);
  expect((await findEarlier(store, next)).usable).toEqual(FIRST);
  const setAsideAs = `${chunkKey(digest)}.0.bad`;
  expect(await judgeChunk(store, digest)).toBe('damaged');
  expect(await setAside(store, digest)).toEqual({ digest, setAsideAs });
  expect(await backend.stat(chunkKey(digest))).toBe(undefined);
  expect(await judgeChunk(store, digest)).toBe('missing');
  expect(await setAside(store, digest)).toEqual({ digest, setAsideAs: null });
  expect((await audit(store)).findings).toEqual([
    {
      ...{ code: 'chunk-damaged', invariant: 1, severity: 'error' },
      where: 'host/web/2023-11-14T22:13:20Z',
      what: `root.pxar.didx: chunk ${digest} is damaged and was set aside.`,
    },
  ]);
  expect(await findEarlier(store, next)).toEqual({ newestTime: TEST_TIME, usable: null });
});

test('a backup that sends it again heals it', async () => {
  const { store, digest, pieces } = await damagedStore();
  await setAside(store, digest);
  expect(await forgetHealed(store)).toEqual([]);
  await backUp(store, snapshotRef('web', TEST_TIME + 60), pieces);
  expect(await forgetHealed(store)).toEqual([digest]);
  expect(store.damaged.size).toBe(0);
  expect((await audit(store)).findings).toEqual([]);
  expect((await findEarlier(store, snapshotRef('web', TEST_TIME + 120))).usable).toMatchObject({
    time: TEST_TIME + 60,
  });
});

test('what was sent anew since it was found damaged stays', async () => {
  const { store, digest, pieces } = await damagedStore();
  expect(await judgeChunk(store, digest)).toBe('damaged');
  await store.backend.remove(chunkKey(digest));
  await backUp(store, snapshotRef('web', TEST_TIME + 60), pieces);
  expect(await setAside(store, digest)).toBe(null);
  expect(await judgeChunk(store, digest)).toBe('sound');
  expect(store.damaged.size).toBe(0);
});

test('what the disk does not give is not taken out of use', async () => {
  const { backend, store, digest } = await damagedStore();
  const get = backend.get.bind(backend);
  const fails = vi.spyOn(backend, 'get').mockImplementation(async (key, ...more) => {
    if (key === chunkKey(digest))
      throw fileError(Object.assign(new Error('EIO'), { errno: -5 }), key, 'read');
    return get(key, ...more);
  });
  expect(await judgeChunk(store, digest)).toBe('unreadable');
  expect(await setAside(store, digest)).toBe(null);
  expect(store.damaged.size).toBe(0);
  fails.mockRestore();
  expect(await judgeChunk(store, digest)).toBe('damaged');
});

describe('a chunk that is found damaged while a backup builds on it', () => {
  /** A backup that refers to both chunks of the one before, without sending them. */
  async function building() {
    const { store, digest, pieces, backend } = await damagedStore();
    const second = snapshotRef('web', TEST_TIME + 60);
    const session = await begin(store, second);
    const name = fileName('root.pxar.didx');
    await (await session.openPrevious(name)).close();
    const known = new Set(pieces.map((piece) => digestOf(piece)));
    const archive = await uploadArchive(session, name, pieces, known);
    await session.addBlob(fileName('index.json.blob'), manifestBlob(second, [archive]));
    return { store, backend, digest, pieces, session, second };
  }

  test('fails it, so that it is sent anew', async () => {
    const { store, digest, pieces, session, second } = await building();
    await setAside(store, digest);
    await expect(session.finish()).rejects.toMatchObject({ code: 'CHUNK_MISSING' });
    await session.abort();
    expect(await readSnapshotInfo(store.backend, second)).toBe(null);
    await backUp(store, second, pieces);
    expect((await audit(store)).findings).toEqual([]);
  });

  test('fails it also in its last moment', async () => {
    const { store, backend, digest, session, second } = await building();
    const put = backend.put.bind(backend);
    vi.spyOn(backend, 'put').mockImplementation(async (key, ...more) => {
      await put(key, ...more);
      if (key === manifestKey(second)) await setAside(store, digest);
    });
    await expect(session.finish()).rejects.toMatchObject({ code: 'CHUNK_MISSING' });
    await session.abort();
    expect(await readSnapshotInfo(store.backend, second)).toBe(null);
  });

  test('does not matter when another backup has sent it meanwhile', async () => {
    const { store, digest, pieces, session, second } = await building();
    await setAside(store, digest);
    await backUp(store, snapshotRef('other'), pieces);
    await session.finish();
    expect(await readSnapshotInfo(store.backend, second)).toMatchObject({ finished: true });
    expect((await audit(store)).findings).toEqual([]);
  });
});

test('a sound one stays, whoever complains', async () => {
  const { store, pieces } = await damagedStore();
  expect(await judgeChunk(store, digestOf(pieces[1] ?? Buffer.alloc(0)))).toBe('sound');
  expect(store.damaged.size).toBe(0);
});

test.each([
  [`${'a'.repeat(64)}.3.bad`, 'a'.repeat(64)],
  ['a'.repeat(64), null],
  [`${'a'.repeat(63)}.3.bad`, null],
  [`${'a'.repeat(64)}.33.bad`, null],
  [`${'A'.repeat(64)}.3.bad`, null],
])('%s', (name, digest) => {
  expect(digestOfBadName(name)).toBe(digest);
});

import { expect, onTestFinished, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { openTestStore, testClock } from '#testing/open-store.ts';
import { backUp, randomPieces, snapshotRef, TEST_TIME } from '#testing/session-client.ts';
import { auditDatastore } from '../audit/audit-datastore.ts';
import { findEarlier } from '../backup/previous-snapshot.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { type Digest, digestOf } from '../chunks/digest.ts';
import { fileKey } from '../hierarchy/snapshots.ts';
import { openIndex } from '../indexes/open-index.ts';
import { StoredArchive } from '../restore/stored-archive.ts';
import { digestOfBadName, forgetHealed, judgeChunk, setAside } from './bad-chunk.ts';

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
  expect(await setAside(store, digest, 'damaged')).toEqual({ digest, setAsideAs });
  expect(await backend.stat(chunkKey(digest))).toBe(undefined);
  expect(await judgeChunk(store, digest)).toBe('missing');
  expect(await setAside(store, digest, 'missing')).toEqual({ digest, setAsideAs: null });
  expect((await audit(store)).findings).toEqual([
    {
      severity: 'error',
      where: 'host/web/2023-11-14T22:13:20Z',
      what: `root.pxar.didx: chunk ${digest} is damaged and was set aside.`,
    },
  ]);
  expect(await findEarlier(store, next)).toEqual({ newestTime: TEST_TIME, usable: null });
});

test('a backup that sends it again heals it', async () => {
  const { store, digest, pieces } = await damagedStore();
  await setAside(store, digest, 'damaged');
  expect(await forgetHealed(store)).toEqual([]);
  await backUp(store, snapshotRef('web', TEST_TIME + 60), pieces);
  expect(await forgetHealed(store)).toEqual([digest]);
  expect(store.damaged.size).toBe(0);
  expect((await audit(store)).findings).toEqual([]);
  expect((await findEarlier(store, snapshotRef('web', TEST_TIME + 120))).usable).toMatchObject({
    time: TEST_TIME + 60,
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

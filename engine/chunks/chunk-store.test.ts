import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { LocalBackend } from '../backends/local/local-backend.ts';
import { setAccessTime } from '../posix.ts';
import { chunkKey } from './chunk-key.ts';
import { ChunkPool } from './chunk-pool.ts';
import { ChunkStore } from './chunk-store.ts';
import { checkBlob, encodeBlob } from './data-blob.ts';
import { type Digest, digestOf } from './digest.ts';
import { DigestMap } from './digest-map.ts';
import { decideInsert } from './insert-rule.ts';

const pool = new ChunkPool(2);
afterAll(() => pool.close());

const PAYLOAD = Buffer.from('backup '.repeat(1000));
const DIGEST = digestOf(PAYLOAD);
const KEY = randomBytes(32);

interface Fixture {
  backend: ObjectBackend;
  store: ChunkStore;
}

async function localStore(): Promise<Fixture> {
  const root = temporaryDirectory();
  const backend = new LocalBackend(root, {
    keepsAccessTime: true,
    knowsCapacity: true,
    defaultSyncLevel: 'none',
  });
  return { backend, store: await prepare(backend) };
}

async function memoryStore(): Promise<Fixture> {
  const backend = new MemoryBackend(() => 1000);
  return { backend, store: await prepare(backend) };
}

async function prepare(backend: ObjectBackend): Promise<ChunkStore> {
  await backend.makeDirectory('.chunks');
  await backend.makeDirectory(`.chunks/${DIGEST.slice(0, 4)}`);
  return new ChunkStore({ backend, pool, durable: true });
}

function upload(encoded: Uint8Array, digest: Digest = DIGEST, sizeBytes = PAYLOAD.length) {
  return { encoded, digest, sizeBytes };
}

const plain = () => encodeBlob(PAYLOAD, { compress: false });
const packed = () => encodeBlob(PAYLOAD, { compress: true });
const sealed = () => encodeBlob(PAYLOAD, { compress: false, key: KEY });

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return isBackupError(error) ? error.code : String(error);
  }
}

for (const [name, open] of Object.entries({ local: localStore, memory: memoryStore })) {
  describe(`chunk store, ${name}`, () => {
    test('a chunk goes in once and comes back', async () => {
      const { store } = await open();
      expect(await store.ingest(upload(packed()))).toMatchObject({
        duplicate: false,
        addedBytes: packed().length,
      });
      expect(await store.ingest(upload(packed()))).toMatchObject({ duplicate: true, addedBytes: 0 });
      expect(Buffer.from(await store.loadPayload(DIGEST, PAYLOAD.length))).toEqual(PAYLOAD);
      expect(Buffer.from(await store.load(DIGEST))).toEqual(packed());
    });

    test('a smaller encoding replaces a larger one, never the other way round', async () => {
      const { store } = await open();
      await store.ingest(upload(plain()));
      const smaller = await store.ingest(upload(packed()));
      expect(smaller).toMatchObject({ duplicate: false, storedBytes: packed().length });
      expect(smaller.addedBytes).toBeLessThan(0);
      expect(await store.ingest(upload(plain()))).toMatchObject({
        duplicate: true,
        storedBytes: packed().length,
      });
    });

    test('a wrong checksum of the sender is replaced by a right one', async () => {
      const { store } = await open();
      const blob = packed();
      blob.writeUInt32LE(0, 8);
      await store.ingest(upload(blob));
      expect(checkBlob(await store.load(DIGEST)).compressed).toBe(true);
    });

    test.each([
      [
        'other content',
        () => upload(encodeBlob(Buffer.from(PAYLOAD.map((byte) => byte ^ 1)), { compress: true })),
      ],
      ['a wrong size', () => upload(packed(), DIGEST, PAYLOAD.length + 1)],
      ['a bomb', () => upload(encodeBlob(Buffer.alloc(32 << 20), { compress: true }), DIGEST, 1024)],
      ['no blob', () => upload(Buffer.from('this is not a blob at all'))],
      ['a short header', () => upload(sealed().subarray(0, 30))],
    ])('%s is refused and leaves nothing', async (_name, make) => {
      const { store, backend } = await open();
      expect(await codeOf(store.ingest(make()))).toBe('DATA_INVALID');
      expect(await backend.list(`.chunks/${DIGEST.slice(0, 4)}`)).toEqual([]);
    });

    test('an empty file under the name of a chunk is healed', async () => {
      const { store, backend } = await open();
      await backend.put(chunkKey(DIGEST), Buffer.alloc(0));
      expect(await store.ingest(upload(packed()))).toMatchObject({ duplicate: false });
      expect(Buffer.from(await store.loadPayload(DIGEST, PAYLOAD.length))).toEqual(PAYLOAD);
    });

    test('rubbish that was stored as encrypted gives way to verified plain data', async () => {
      const { store } = await open();
      await store.ingest(upload(encodeBlob(Buffer.from('rubbish'), { compress: false, key: KEY })));
      const result = await store.ingest(upload(packed()));
      expect(result.warning).toMatch(/encrypted chunk/);
      expect(Buffer.from(await store.loadPayload(DIGEST, PAYLOAD.length))).toEqual(PAYLOAD);
    });

    test('an encrypted chunk never takes the place of plain data', async () => {
      const { store } = await open();
      await store.ingest(upload(packed()));
      expect(await codeOf(store.ingest(upload(sealed())))).toBe('DATA_INVALID');
    });

    test('what may be half written is overwritten instead of trusted', async () => {
      const { store, backend } = await open();
      const torn = packed();
      torn.fill(0, 20);
      await backend.put(chunkKey(DIGEST), torn);
      store.distrustSince(0);
      expect(await store.ingest(upload(packed()))).toMatchObject({ duplicate: false });
      expect(Buffer.from(await store.loadPayload(DIGEST, PAYLOAD.length))).toEqual(PAYLOAD);
    });

    test('what may be half written is read, and kept when it is whole', async () => {
      const { store } = await open();
      await store.ingest(upload(packed()));
      store.distrustSince(0);
      expect(await store.ingest(upload(packed()))).toMatchObject({ duplicate: true });
      expect(await codeOf(store.ingest(upload(sealed())))).toBe('DATA_INVALID');
      expect(Buffer.from(await store.loadPayload(DIGEST, PAYLOAD.length))).toEqual(PAYLOAD);
    });

    test('what may be half written but is whole gives way to no other encrypted chunk', async () => {
      const { store } = await open();
      const first = sealed();
      await store.ingest(upload(first));
      store.distrustSince(0);
      expect(await store.ingest(upload(sealed()))).toMatchObject({ duplicate: true });
      expect(Buffer.from(await store.load(DIGEST))).toEqual(first);
    });

    test('damage and absence are told apart when loading', async () => {
      const { store, backend } = await open();
      expect(await codeOf(store.load(DIGEST))).toBe('CHUNK_MISSING');
      await backend.put(chunkKey(DIGEST), encodeBlob(Buffer.from('other'), { compress: false }));
      expect(await codeOf(store.loadPayload(DIGEST, PAYLOAD.length))).toBe('DATA_CORRUPT');
    });
  });
}

describe('chunk files', () => {
  test('a duplicate moves the access time and not the modification time', async () => {
    const { store, backend } = await localStore();
    await store.ingest(upload(packed()));
    const path = `${backend.traits.direct?.shown}/${chunkKey(DIGEST)}`;
    setAccessTime(path, 1000);
    const before = fs.statSync(path, { bigint: true });
    await store.ingest(upload(packed()));
    const after = fs.statSync(path, { bigint: true });
    expect(before.atimeNs).toBe(1000n * 10n ** 9n);
    expect(after.atimeNs).toBeGreaterThan(before.atimeNs);
    expect(after.mtimeNs).toBe(before.mtimeNs);
  });

  test('without its chunk directory the storage counts as gone, and nothing is made', async () => {
    const { store, backend } = await localStore();
    await backend.removeDirectory(`.chunks/${DIGEST.slice(0, 4)}`);
    expect(await codeOf(store.ingest(upload(packed())))).toBe('STORAGE_UNREACHABLE');
    expect(await backend.list('.chunks')).toEqual([]);
  });

  test('a symbolic link or directory under the name of a chunk is damage', async () => {
    for (const make of [
      (path: string) => fs.symlinkSync('/etc/passwd', path),
      (path: string) => fs.mkdirSync(path),
    ]) {
      const { store, backend } = await localStore();
      make(`${backend.traits.direct?.shown}/${chunkKey(DIGEST)}`);
      expect(await codeOf(store.load(DIGEST))).toBe('DATA_CORRUPT');
      expect(['DATA_CORRUPT', 'STORAGE_UNREACHABLE']).toContain(await codeOf(store.ingest(upload(packed()))));
    }
  });

  test('the same chunk from many sides at once is stored once', async () => {
    const { store, backend } = await localStore();
    const results = await Promise.all(Array.from({ length: 50 }, () => store.ingest(upload(packed()))));
    expect(results.filter((result) => !result.duplicate)).toHaveLength(1);
    expect(await backend.list(`.chunks/${DIGEST.slice(0, 4)}`)).toHaveLength(1);
  });
});

interface Stored {
  sizeBytes: number;
  encrypted: boolean;
  torn?: boolean;
}

test.each([
  ['nothing there', null, false, 'write'],
  ['the same size', { sizeBytes: 50, encrypted: false }, false, 'keep'],
  ['stored is smaller', { sizeBytes: 40, encrypted: false }, false, 'keep'],
  ['stored is larger', { sizeBytes: 60, encrypted: false }, false, 'write'],
  ['stored is encrypted, incoming plain', { sizeBytes: 50, encrypted: true }, false, 'write'],
  ['stored is plain, incoming encrypted', { sizeBytes: 50, encrypted: false }, true, 'refuse'],
  ['both encrypted, other size', { sizeBytes: 60, encrypted: true }, true, 'refuse'],
  ['both encrypted, same size', { sizeBytes: 50, encrypted: true }, true, 'keep'],
  ['torn and plain, incoming plain', { sizeBytes: 40, encrypted: false, torn: true }, false, 'write'],
  ['torn and plain, incoming encrypted', { sizeBytes: 50, encrypted: false, torn: true }, true, 'refuse'],
  ['torn and encrypted, incoming encrypted', { sizeBytes: 60, encrypted: true, torn: true }, true, 'write'],
  ['no more than a plain header', { sizeBytes: 12, encrypted: false }, false, 'write'],
  ['no more than an encrypted header', { sizeBytes: 44, encrypted: true }, true, 'write'],
] as const)('insert rule: %s', (_name, stored: Stored | null, encrypted, action) => {
  const storedChunk = stored && {
    sizeBytes: stored.sizeBytes,
    kind: { compressed: false, encrypted: stored.encrypted },
    torn: stored.torn ?? false,
  };
  const incoming = { sizeBytes: 50, kind: { compressed: false, encrypted } };
  expect(decideInsert(storedChunk, incoming).action).toBe(action);
});

test('what takes the place of a stored chunk is on the disk before', async () => {
  const { store, backend } = await memoryStore();
  const unflushed = new ChunkStore({ backend, pool, durable: false });
  await store.ingest(upload(plain()));
  const put = vi.spyOn(backend, 'put');
  await unflushed.ingest(upload(packed()));
  expect(put).toHaveBeenCalledWith(chunkKey(DIGEST), expect.anything(), { durable: true });
});

test('the digest map finds every entry it was given and no other', () => {
  const map = new DigestMap();
  const digests = Array.from({ length: 20_000 }, () => randomBytes(32));
  for (const [position, digest] of digests.entries()) map.set(digest, position + 1);
  for (const digest of digests.slice(0, 100)) map.set(digest, 7);
  expect(map.count).toBe(20_000);
  for (const [position, digest] of digests.entries())
    expect(map.get(digest)).toBe(position < 100 ? 7 : position + 1);
  for (let count = 0; count < 1000; count += 1) expect(map.get(randomBytes(32))).toBe(undefined);
});

test('the digest map never moves more than a small part of its entries at once', () => {
  const map = new DigestMap();
  const alloc = vi.spyOn(Buffer, 'alloc');
  onTestFinished(() => void alloc.mockRestore());
  for (let count = 0; count < 200_000; count += 1) map.set(randomBytes(32), 1);
  const largest = Math.max(...alloc.mock.calls.map(([bytes]) => bytes));
  expect(largest).toBeLessThan((200_000 * 36) / 64);
});

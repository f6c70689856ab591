import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { digestFromBytes, digestOf, digestToBytes, ZERO_CHUNK_DIGEST } from '../chunks/digest.ts';
import { DynamicIndexReader } from './dynamic-index-reader.ts';
import { DynamicIndexWriter } from './dynamic-index-writer.ts';
import { FixedIndexReader } from './fixed-index-reader.ts';
import { FIXED_CHUNK_BYTES, FixedIndexWriter } from './fixed-index-writer.ts';
import { HEADER_BYTES, type IndexSink, MemorySource } from './index-header.ts';

/** A sink in memory: what a staged file is on disk. */
class MemorySink implements IndexSink {
  bytes = Buffer.alloc(0);

  async write(bytes: Uint8Array, position: number): Promise<void> {
    if (position + bytes.length > this.bytes.length) {
      this.bytes = Buffer.concat([this.bytes, Buffer.alloc(position + bytes.length - this.bytes.length)]);
    }
    this.bytes.set(bytes, position);
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    target.set(this.bytes.subarray(position, position + target.length));
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return isBackupError(error) ? error.code : String(error);
  }
}

const TEXT_DIGEST = digestToBytes(digestOf(Buffer.from('Hello, datastore!\n')));

describe('fixed index', () => {
  test('golden vector: two zero chunks', async () => {
    const sink = new MemorySink();
    const writer = await FixedIndexWriter.create(sink, 2 * FIXED_CHUNK_BYTES, 1);
    const zero = digestToBytes(ZERO_CHUNK_DIGEST);
    await writer.add(0, Buffer.concat([zero, zero]), FIXED_CHUNK_BYTES);
    const closed = await writer.finish();
    expect(closed.checksum).toBe('03ae066c707c588592d9e27aa2444ca98423e0999024f1ceaa11a153790b37de');
    expect(sink.bytes.length).toBe(HEADER_BYTES + 64);
    const reader = await FixedIndexReader.open(new MemorySource(sink.bytes));
    expect([reader.sizeBytes, reader.count, reader.createdAt]).toEqual([2 * FIXED_CHUNK_BYTES, 2, 1]);
    expect(await reader.checksum()).toBe(closed.checksum);
    expect(await reader.entry(1)).toEqual({
      digest: ZERO_CHUNK_DIGEST,
      start: FIXED_CHUNK_BYTES,
      end: 2 * FIXED_CHUNK_BYTES,
    });
  });

  test('entries come in any order, are rewritten, and read back the same', async () => {
    const count = 9000; // more than one page
    const digests = randomBytes(count * 32);
    const sink = new MemorySink();
    const sizeBytes = (count - 1) * FIXED_CHUNK_BYTES + 5;
    const writer = await FixedIndexWriter.create(sink, sizeBytes, 7);
    await writer.add(0, randomBytes(count * 32), 5);
    for (let position = count - 1; position >= 0; position -= 1) {
      const digest = digests.subarray(position * 32, position * 32 + 32);
      await writer.add(position * FIXED_CHUNK_BYTES, digest, position === count - 1 ? 5 : FIXED_CHUNK_BYTES);
    }
    const closed = await writer.finish();
    expect(closed).toEqual({
      checksum: createHash('sha256').update(digests).digest('hex'),
      sizeBytes,
      chunkCount: count,
    });
    const reader = await FixedIndexReader.open(new MemorySource(sink.bytes));
    let position = 0;
    for await (const entry of reader.entries()) {
      expect(entry.digest).toBe(digestFromBytes(digests, position * 32));
      position += 1;
    }
    expect(position).toBe(count);
    expect((await reader.entry(count - 1)).end).toBe(sizeBytes);
    expect(await reader.find(sizeBytes - 1)).toBe(count - 1);
  });

  test('an unknown size is fixed by the first short chunk', async () => {
    const sink = new MemorySink();
    const writer = await FixedIndexWriter.create(sink, null, 0);
    await writer.add(0, TEXT_DIGEST, FIXED_CHUNK_BYTES);
    writer.check(FIXED_CHUNK_BYTES, 18);
    await writer.add(FIXED_CHUNK_BYTES, TEXT_DIGEST, 18);
    expect(() => writer.check(2 * FIXED_CHUNK_BYTES, FIXED_CHUNK_BYTES)).toThrow('exceeds');
    expect((await writer.finish()).sizeBytes).toBe(FIXED_CHUNK_BYTES + 18);
  });

  test('a position that nobody wrote keeps the index from closing', async () => {
    const writer = await FixedIndexWriter.create(new MemorySink(), 3 * FIXED_CHUNK_BYTES, 0);
    await writer.add(0, TEXT_DIGEST, FIXED_CHUNK_BYTES);
    await writer.add(2 * FIXED_CHUNK_BYTES, TEXT_DIGEST, FIXED_CHUNK_BYTES);
    await expect(writer.finish()).rejects.toThrow('1 positions');
  });

  test.each([
    ['not aligned', 1, FIXED_CHUNK_BYTES],
    ['empty', 0, 0],
    ['too large', 0, FIXED_CHUNK_BYTES + 1],
    ['behind the end', 2 * FIXED_CHUNK_BYTES, FIXED_CHUNK_BYTES],
    ['short in the middle', 0, 100],
  ])('a chunk that is %s is refused', async (_name, offset, bytes) => {
    const writer = await FixedIndexWriter.create(new MemorySink(), 2 * FIXED_CHUNK_BYTES, 0);
    expect(() => writer.check(offset, bytes)).toThrow();
  });

  test('every digest of an older index is taken over', async () => {
    const older = new MemorySink();
    const first = await FixedIndexWriter.create(older, 2 * FIXED_CHUNK_BYTES, 0);
    await first.add(0, randomBytes(64), FIXED_CHUNK_BYTES);
    const { checksum } = await first.finish();
    const sink = new MemorySink();
    const writer = await FixedIndexWriter.create(sink, 2 * FIXED_CHUNK_BYTES, 0);
    await writer.copyFrom(await FixedIndexReader.open(new MemorySource(older.bytes)));
    expect((await writer.finish()).checksum).toBe(checksum);
  });
});

describe('dynamic index', () => {
  test('golden vector: twice the same 18 bytes', async () => {
    const sink = new MemorySink();
    const writer = await DynamicIndexWriter.create(sink, 1);
    await writer.add(18, TEXT_DIGEST);
    await writer.add(18, TEXT_DIGEST);
    const closed = await writer.finish();
    expect(closed.checksum).toBe('f19ae68edac62fe26f4d3939deb8bfcaeae742207f529b96ad8ef3bd3ab23948');
    const hex = TEXT_DIGEST.toString('hex');
    expect(sink.bytes.subarray(HEADER_BYTES).toString('hex')).toBe(
      `1200000000000000${hex}2400000000000000${hex}`,
    );
  });

  test('a long index reads back the same and finds every offset', async () => {
    const sink = new MemorySink();
    const writer = await DynamicIndexWriter.create(sink, 0);
    const sizes = Array.from({ length: 9001 }, (_, position) => 1 + ((position * 7919) % 100_000));
    for (const size of sizes) await writer.add(size, randomBytes(32));
    const closed = await writer.finish();
    const reader = await DynamicIndexReader.open(new MemorySource(sink.bytes));
    expect([reader.count, reader.sizeBytes]).toEqual([9001, closed.sizeBytes]);
    expect(await reader.checksum()).toBe(closed.checksum);
    let position = 0;
    for await (const entry of reader.entries()) {
      expect(entry.end - entry.start).toBe(sizes[position]);
      if (position % 997 === 0) {
        expect(await reader.find(entry.start)).toBe(position);
        expect(await reader.find(entry.end - 1)).toBe(position);
        expect(await reader.entry(position)).toEqual(entry);
      }
      position += 1;
    }
  });
});

describe('a damaged index is named and never used', () => {
  async function dynamicBytes(): Promise<Buffer> {
    const sink = new MemorySink();
    const writer = await DynamicIndexWriter.create(sink, 0);
    for (let count = 0; count < 3; count += 1) await writer.add(10, TEXT_DIGEST);
    await writer.finish();
    return sink.bytes;
  }

  test('truncated, not a multiple, wrong magic', async () => {
    const bytes = await dynamicBytes();
    const wrong = Buffer.from(bytes);
    wrong[0] = 0;
    for (const bad of [bytes.subarray(0, 10), bytes.subarray(0, bytes.length - 1), wrong, Buffer.alloc(0)]) {
      expect(await codeOf(DynamicIndexReader.open(new MemorySource(bad)))).toBe('DATA_CORRUPT');
    }
    expect(await codeOf(FixedIndexReader.open(new MemorySource(bytes)))).toBe('DATA_CORRUPT');
  });

  test('offsets that do not increase', async () => {
    const bytes = await dynamicBytes();
    bytes.writeBigUInt64LE(5n, HEADER_BYTES + 40);
    const reader = await DynamicIndexReader.open(new MemorySource(bytes));
    const readAll = async () => {
      for await (const _ of reader.entries());
    };
    expect(await codeOf(readAll())).toBe('DATA_CORRUPT');
  });

  test('chunks that are larger than any may be', async () => {
    const bytes = await dynamicBytes();
    bytes.writeBigUInt64LE(2n ** 40n, HEADER_BYTES + 80);
    const reader = await DynamicIndexReader.open(new MemorySource(bytes));
    expect(await codeOf(reader.entry(2))).toBe('DATA_CORRUPT');
    const sink = new MemorySink();
    const writer = await FixedIndexWriter.create(sink, FIXED_CHUNK_BYTES, 0);
    await writer.add(0, TEXT_DIGEST, FIXED_CHUNK_BYTES);
    await writer.finish();
    sink.bytes.writeBigUInt64LE(2n ** 40n, 72);
    expect(await codeOf(FixedIndexReader.open(new MemorySource(sink.bytes)))).toBe('DATA_CORRUPT');
  });

  test('a fixed index whose size, chunk size and length do not fit', async () => {
    const sink = new MemorySink();
    const writer = await FixedIndexWriter.create(sink, FIXED_CHUNK_BYTES, 0);
    await writer.add(0, TEXT_DIGEST, FIXED_CHUNK_BYTES);
    await writer.finish();
    for (const [at, value] of [
      [64, 2n * BigInt(FIXED_CHUNK_BYTES)],
      [64, 2n ** 63n],
      [72, 3n],
      [72, 0n],
    ] as const) {
      const bad = Buffer.from(sink.bytes);
      bad.writeBigUInt64LE(value, at);
      expect(await codeOf(FixedIndexReader.open(new MemorySource(bad)))).toBe('DATA_CORRUPT');
    }
  });
});

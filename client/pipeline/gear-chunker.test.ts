import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import loadWabt from 'wabt';
import {
  ARCHIVE_SIZES,
  CATALOG_SIZES,
  type ChunkSizes,
  GearChunker,
  TABLE_BYTES,
  writeGearTable,
} from './gear-chunker.ts';
import { GEAR_MODULE } from './gear-module.ts';

const START = 65536;

/** Bytes that are the same on every run: a counter, hashed. */
function stream(length: number, seed = 'a'): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, block = 0; at < length; at += 32, block += 1) {
    createHash('sha256').update(`${seed}${block}`).digest().copy(bytes, at);
  }
  return bytes;
}

/** Cuts a whole stream, given to the chunker in pieces of `pieceBytes`. */
function cut(bytes: Buffer, sizes: ChunkSizes, pieceBytes: number): number[] {
  const pages = Math.ceil((START + bytes.length) / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  writeGearTable(memory, 0);
  new Uint8Array(memory.buffer, START).set(bytes);
  const chunker = new GearChunker(memory, 0, sizes);
  const cuts: number[] = [];
  let start = 0;
  for (let end = 0; end < bytes.length; ) {
    end = Math.min(end + pieceBytes, bytes.length);
    for (;;) {
      const length = chunker.advance(START + start, end - start);
      if (length === null) break;
      start += length;
      cuts.push(start);
      chunker.reset();
    }
  }
  return cuts;
}

test('the assembled module is the one of the source', async () => {
  const wabt = await loadWabt();
  const text = readFileSync(join(import.meta.dirname, 'gear.wat'), 'utf8');
  const { buffer } = wabt.parseWat('gear.wat', text, { threads: true, mutable_globals: true }).toBinary({});
  expect(Buffer.from(buffer).toString('base64')).toBe(GEAR_MODULE);
});

test('the table never changes', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  writeGearTable(memory, 0);
  const table = Buffer.from(memory.buffer, 0, TABLE_BYTES);
  expect(createHash('sha256').update(table).digest('hex')).toBe(
    'ed1389843725f6c54d03cc7515b037fdbbaa24132c94024787efb714a3d6429d',
  );
});

test('cuts never change: the boundaries of a known stream', () => {
  const archive = [4354532, 5529105, 10330145, 12069346, 18340271];
  expect(cut(stream(24 << 20), ARCHIVE_SIZES, 1 << 20)).toEqual(archive);
  const catalog = [411994, 1087264, 1731520, 1950817, 2126814, 2729612, 3303379, 4006383];
  expect(cut(stream(4 << 20), CATALOG_SIZES, 1 << 20)).toEqual(catalog);
});

test('cuts do not depend on how the stream arrives', () => {
  const bytes = stream(4 << 20, 'b');
  const whole = cut(bytes, CATALOG_SIZES, bytes.length);
  for (const piece of [1000, 4096, 65_536, 1_000_003])
    expect(cut(bytes, CATALOG_SIZES, piece)).toEqual(whole);
});

test('an insertion moves only the cuts around it', () => {
  const bytes = stream(12 << 20, 'c');
  const before = cut(bytes, CATALOG_SIZES, 1 << 20);
  const inserted = Buffer.concat([
    bytes.subarray(0, 3_000_000),
    Buffer.from('inserted'),
    bytes.subarray(3_000_000),
  ]);
  const after = cut(inserted, CATALOG_SIZES, 1 << 20).map((place) => (place > 3_000_000 ? place - 8 : place));
  const same = before.filter((place) => after.includes(place));
  expect(before.length).toBeGreaterThan(10);
  expect(same.length).toBeGreaterThanOrEqual(before.length - 3);
});

test('no chunk is smaller than the least or larger than the most, and the average is about right', () => {
  const cuts = cut(stream(48 << 20, 'd'), CATALOG_SIZES, 1 << 20);
  const sizes = cuts.map((place, position) => place - (cuts[position - 1] ?? 0));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(CATALOG_SIZES.minBytes);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(CATALOG_SIZES.maxBytes);
  const average = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  expect(average / CATALOG_SIZES.averageBytes).toBeGreaterThan(0.7);
  expect(average / CATALOG_SIZES.averageBytes).toBeLessThan(1.5);
});

test('a stream without any content to cut at is cut at the largest size', () => {
  expect(cut(Buffer.alloc(5 << 20), CATALOG_SIZES, 1 << 20)).toEqual([2 << 20, 4 << 20]);
});

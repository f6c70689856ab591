import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ByteBuilder } from './byte-builder.ts';
import { ByteStream } from './byte-stream.ts';
import type { ByteText } from './byte-text.ts';
import { MemorySink } from './fixtures/memory-sink.ts';
import { inLargePieces } from './large-pieces.ts';
import { SparseFile } from './sparse-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'pxar-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('stream', () => {
  test('what is put, filled and read arrives in order, whatever the window', () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'from a file');
    for (const windowSize of [2, 5, 64, 100_000]) {
      const sink = new MemorySink(windowSize);
      const stream = new ByteStream(sink);
      const fd = openSync(path, 'r');
      stream.put(Buffer.from('begin '));
      stream.zeros(3);
      for (let at = 0; at < 11; ) at += Math.min(stream.readFrom(fd, 11 - at, at), 11 - at);
      stream.put(Buffer.from(' end'));
      stream.flush();
      closeSync(fd);
      expect(sink.bytes.toString()).toBe('begin \0\0\0from a file end');
      expect(stream.position).toBe(24);
    }
  });

  test('reads straight into memory that threads share', () => {
    const path = join(folder, 'shared');
    writeFileSync(path, 'x'.repeat(1000));
    const memory = new Uint8Array(new SharedArrayBuffer(4096));
    let written = 0;
    const stream = new ByteStream({
      window: () => memory.subarray(written),
      advance: (bytes) => {
        written += bytes;
      },
    });
    const fd = openSync(path, 'r');
    expect(stream.readFrom(fd, 900)).toBe(901);
    stream.flush();
    closeSync(fd);
    expect(written).toBe(900);
    expect(Buffer.from(memory.subarray(0, 900)).toString()).toBe('x'.repeat(900));
  });
});

describe('builder', () => {
  test.each([0, 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -1, -2, -(2 ** 32), -(2 ** 40) - 5])(
    'writes %d as 64 bits',
    (value) => {
      const { filled } = new ByteBuilder(1).u64(value);
      expect(filled.readBigInt64LE(0)).toBe(BigInt(value));
    },
  );

  test('grows without losing anything', () => {
    const builder = new ByteBuilder(1);
    for (let index = 0; index < 100; index++)
      builder.byte(index).text('long text, longer than a loop likes' as ByteText);
    expect(builder.length).toBe(100 * 36);
    expect(builder.filled[99 * 36]).toBe(99);
  });
});

describe('sparse file', () => {
  test.each([
    ['only zeros', [Buffer.alloc(100_000)]],
    ['zeros at the end', [Buffer.from('x'), Buffer.alloc(50_000)]],
    ['zeros in the middle', [Buffer.alloc(5000, 'a'), Buffer.alloc(100_000), Buffer.alloc(5000, 'b')]],
    [
      'zeros in odd pieces',
      Array.from({ length: 50 }, (_, index) => Buffer.alloc(999 + index, index % 7 === 0 ? 'x' : 0)),
    ],
    [
      'blocks with one byte',
      [
        Buffer.concat([
          Buffer.alloc(4095),
          Buffer.from('x'),
          Buffer.alloc(2000),
          Buffer.from('y'),
          Buffer.alloc(10_000),
        ]),
      ],
    ],
    ['nothing', []],
    ['a short text', [Buffer.from('text')]],
  ])('%s', (name, pieces) => {
    const path = join(folder, name);
    const fd = openSync(path, 'w');
    const file = new SparseFile(fd);
    for (const piece of pieces) file.write(piece);
    file.finish();
    closeSync(fd);
    expect(readFileSync(path).equals(Buffer.concat(pieces))).toBe(true);
  });

  test('leaves whole blocks of zeros out', () => {
    const path = join(folder, 'holes');
    const fd = openSync(path, 'w');
    const file = new SparseFile(fd);
    file.write(Buffer.alloc(1 << 20));
    file.finish();
    closeSync(fd);
    expect(statSync(path)).toMatchObject({ size: 1 << 20, blocks: 0 });
  });
});

test('small pieces are joined and large ones passed on as they are', async () => {
  const large = new Uint8Array(100_000);
  async function* parts() {
    for (let index = 0; index < 500; index++) yield [Buffer.alloc(200, index % 256), Buffer.alloc(200)];
    yield [large, Buffer.from('end')];
  }
  const sizes: number[] = [];
  let isPassedOn = false;
  for await (const piece of inLargePieces(parts())) {
    sizes.push(piece.length);
    isPassedOn ||= piece === large;
  }
  expect(sizes.reduce((sum, size) => sum + size)).toBe(300_003);
  expect(sizes.length).toBeLessThan(8);
  expect(isPassedOn).toBe(true);
});

import { randomBytes } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decompress, linkedZstd, portableZstd, zstd, zstdContentBytes } from './zstd.ts';

const TEXT = Buffer.from('every word of it is here more than once, '.repeat(5000));
const MIXED = Buffer.concat([TEXT, randomBytes(300_000), Buffer.alloc(1 << 20)]);

test('the Node of the package shows its library', () => {
  expect(linkedZstd).not.toBe(null);
  expect(zstd).toBe(linkedZstd);
});

describe.each([
  ['linked', linkedZstd ?? portableZstd],
  ['portable', portableZstd],
])('%s', (_, one) => {
  function packed(payload: Uint8Array): Buffer {
    const room = Buffer.alloc(payload.length + 1000);
    return Buffer.from(room.subarray(0, one.compress(payload, room) ?? 0));
  }

  test('what it compresses, Node can read, and it says how long it is', () => {
    for (const payload of [TEXT, MIXED, randomBytes(5000)]) {
      const frame = packed(payload);
      expect(payload.equals(zstdDecompressSync(frame))).toBe(true);
      expect(zstdContentBytes(frame)).toBe(payload.length);
    }
  });

  test('a target that is too small is told, not overrun', () => {
    const target = Buffer.alloc(2000, 7);
    expect(one.compress(randomBytes(2000), target.subarray(0, 1900))).toBe(null);
    expect(target.subarray(1900).every((byte) => byte === 7)).toBe(true);
    expect(one.decompress(packed(MIXED), target.subarray(0, 1900))).toBe(null);
    expect(target.subarray(1900).every((byte) => byte === 7)).toBe(true);
  });

  test('it unpacks what Node compressed, also in several frames', () => {
    const target = Buffer.alloc(MIXED.length + TEXT.length);
    const frames = Buffer.concat([zstdCompressSync(TEXT), zstdCompressSync(MIXED)]);
    expect(one.decompress(frames, target)).toBe(target.length);
    expect(Buffer.concat([TEXT, MIXED]).equals(target)).toBe(true);
  });

  test('what is cut, changed or followed by something is refused', () => {
    const target = Buffer.alloc(MIXED.length * 2);
    const frame = packed(MIXED);
    expect(one.decompress(frame, target)).toBe(MIXED.length);
    expect(one.decompress(frame.subarray(0, -1), target)).toBe(null);
    expect(one.decompress(frame.subarray(0, 3), target)).toBe(null);
    expect(one.decompress(Buffer.concat([frame, Buffer.from('tail')]), target)).toBe(null);
    expect(one.decompress(randomBytes(1000), target)).toBe(null);
  });

  test('memory that threads share will do', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(TEXT.length + 100), 100);
    shared.set(TEXT);
    const back = new Uint8Array(new SharedArrayBuffer(TEXT.length + 8), 8);
    expect(one.decompress(packed(shared), back)).toBe(TEXT.length);
    expect(TEXT.equals(back)).toBe(true);
  });
});

test('without a size that is known, a body is unpacked up to a limit', () => {
  const body = zstdCompressSync(MIXED);
  expect(MIXED.equals(decompress(body, MIXED.length) ?? Buffer.alloc(0))).toBe(true);
  expect(decompress(body, MIXED.length - 1)).toBe(null);
});

test('the size that a frame announces is read from its header, if it announces one', () => {
  for (const bytes of [100, 255, 256, 65_791, 65_792, 5_000_000]) {
    const frame = zstdCompressSync(randomBytes(bytes), { pledgedSrcSize: bytes });
    expect(zstdContentBytes(frame)).toBe(bytes);
  }
  expect(zstdContentBytes(Buffer.alloc(100))).toBe(null);
  expect(zstdContentBytes(Buffer.from('28b52ffd', 'hex'))).toBe(null);
  const silent = Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), Buffer.alloc(40)]);
  expect(zstdContentBytes(silent)).toBe(null);
});

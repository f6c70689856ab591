import { randomBytes, scryptSync } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { cryptConfigOf, encryptedDigestOf, fingerprintOf } from './crypt-config.ts';
import {
  checkBlob,
  decodeBlob,
  encodeBlob,
  encodeChunk,
  inspectBlob,
  kindOfMagic,
  writeCrc,
} from './data-blob.ts';
import { digestOf, parseDigest, ZERO_CHUNK_DIGEST } from './digest.ts';

// Golden vectors of the format, reproduced from public test vectors.
const TEXT = Buffer.from('Hello, datastore!\n');
const TEXT_DIGEST = 'e5b3e6961c4e1c92bfb16d25a6eb69c71467a6ccbfb606eb86d1e93a379c2bbb';
const PLAIN = '42ab3807be8370a1164a8fe548656c6c6f2c206461746173746f7265210a';
const SEALED =
  '7b6785be222d4cf0f7e0df8107070707070707070707070707070707ca833f1fedd2da739357ff4b026b7b5e033ac7f0c766468bec5c570247d8134ce7b9';
const KEY = scryptSync('test', '', 32, { N: 65536, r: 8, p: 1, maxmem: 256 * 1024 * 1024 });
const MAX = { maxBytes: 1 << 20 };

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'no error';
  } catch (error) {
    return isBackupError(error) ? error.code : String(error);
  }
}

describe('golden vectors', () => {
  test('digest of a text and of the zero chunk', () => {
    expect(digestOf(TEXT)).toBe(TEXT_DIGEST);
    expect(digestOf(Buffer.alloc(4 << 20))).toBe(ZERO_CHUNK_DIGEST);
  });

  test('an uncompressed blob and its file digest', () => {
    const blob = encodeBlob(TEXT, { compress: false });
    expect(blob.toString('hex')).toBe(PLAIN);
    expect(digestOf(blob)).toBe('02e552b717eb272a43803ae88a408bbcbded39497af701b0e77d6bd9f75323be');
  });

  test('a key, what is derived from it, and an encrypted blob', () => {
    expect(KEY.toString('hex')).toBe('28cdb1a3bef39396c3860e00d448fe7a0efd8244486ab6feb30457681d31597e');
    const config = cryptConfigOf(KEY);
    expect(Buffer.from(config.idKey).toString('hex')).toBe(
      '758495a21c31047f543f46d694700e02d168568bab37bb0ceece947b591f5100',
    );
    expect(fingerprintOf(config)).toBe(
      '12:b9:b7:74:bb:3d:89:95:2b:97:cb:c2:82:f0:0c:14:2b:83:ba:7f:96:62:6a:a1:5a:44:9a:63:e8:91:fe:25',
    );
    expect(encryptedDigestOf(TEXT, config)).toBe(
      '91f8de6cbbbb9e784e0d8e7137e41969d90eb300fe476d3d7a2e7202ee52c887',
    );
    const blob = encodeBlob(TEXT, { compress: false, key: KEY, iv: Buffer.alloc(16, 7) });
    expect(blob.toString('hex')).toBe(SEALED);
    expect(decodeBlob(blob, { ...MAX, key: KEY })).toEqual(TEXT);
  });
});

describe('round trips', () => {
  const payloads = {
    nothing: Buffer.alloc(0),
    'one byte': Buffer.of(1),
    text: TEXT,
    zeros: Buffer.alloc(300_000),
    noise: randomBytes(300_000),
  };
  for (const [name, payload] of Object.entries(payloads)) {
    for (const compress of [false, true]) {
      for (const key of [undefined, KEY]) {
        test(`${name}, compress ${compress}, ${key ? 'encrypted' : 'clear'}`, () => {
          const blob = encodeBlob(payload, { compress, key });
          expect(inspectBlob(blob).encrypted).toBe(key !== undefined);
          expect(Buffer.from(decodeBlob(blob, { ...MAX, key }))).toEqual(payload);
        });
      }
    }
  }

  test('what zstd cannot shrink is stored as it is', () => {
    expect(inspectBlob(encodeBlob(payloads.noise, { compress: true })).compressed).toBe(false);
    expect(inspectBlob(encodeBlob(payloads.zeros, { compress: true })).compressed).toBe(true);
  });

  test('any zstd level and frame layout is read', () => {
    const frames = Buffer.concat([
      zstdCompressSync(TEXT),
      zstdCompressSync(TEXT, { pledgedSrcSize: TEXT.length }),
    ]);
    const blob = Buffer.concat([Buffer.from('31b958426fb6a37f00000000', 'hex'), frames]);
    writeCrc(blob);
    expect(Buffer.from(decodeBlob(blob, MAX))).toEqual(Buffer.concat([TEXT, TEXT]));
  });
});

describe('damage is named, never decoded', () => {
  const good = encodeBlob(Buffer.alloc(5000, 'abc'), { compress: true });

  test('every flipped byte is found', () => {
    for (let at = 0; at < good.length; at += 1) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      expect(codeOf(() => decodeBlob(bad, MAX))).toBe('DATA_CORRUPT');
    }
  });

  test('every truncation is found', () => {
    for (let length = 0; length < good.length; length += 1) {
      expect(codeOf(() => checkBlob(good.subarray(0, length)))).toBe('DATA_CORRUPT');
    }
  });

  test('a compressed bomb stops at the announced size', () => {
    const bomb = encodeBlob(Buffer.alloc(64 << 20), { compress: true });
    expect(codeOf(() => decodeBlob(bomb, { maxBytes: 1024 }))).toBe('DATA_CORRUPT');
  });

  test('into memory of the caller: the same payload, and the same refusals', () => {
    const payload = Buffer.from('again and again '.repeat(4000));
    const into = Buffer.alloc(100_000);
    const blob = encodeChunk(payload, Buffer.alloc(payload.length));
    const decoded = decodeBlob(blob, { maxBytes: into.length, into });
    expect(payload.equals(decoded)).toBe(true);
    expect(decoded.buffer).toBe(into.buffer);
    const { length } = payload;
    expect(decodeBlob(blob, { maxBytes: length, into })).toHaveLength(length);
    expect(codeOf(() => decodeBlob(blob, { maxBytes: length - 1, into }))).toBe('DATA_CORRUPT');
  });

  test('a chunk that cannot be compressed is kept as it is, alone in its memory', () => {
    for (const bytes of [1, 12, 70_000]) {
      const payload = randomBytes(bytes);
      const blob = encodeChunk(payload, Buffer.alloc(bytes));
      expect(inspectBlob(blob)).toEqual({ compressed: false, encrypted: false });
      expect(checkBlob(blob)).toEqual({ compressed: false, encrypted: false });
      expect(payload.equals(decodeBlob(blob, MAX))).toBe(true);
      expect(blob.buffer.byteLength).toBe(blob.length);
    }
  });

  test('an encrypted blob needs its key and no other', () => {
    const sealed = Buffer.from(SEALED, 'hex');
    expect(codeOf(() => decodeBlob(sealed, MAX))).toBe('ARCHIVE_ENCRYPTED');
    expect(codeOf(() => decodeBlob(sealed, { ...MAX, key: Buffer.alloc(32) }))).toBe('DATA_CORRUPT');
  });

  test('bytes behind the last frame are found', () => {
    const longer = Buffer.concat([good, Buffer.from('tail')]);
    writeCrc(longer);
    expect(codeOf(() => decodeBlob(longer, MAX))).toBe('DATA_CORRUPT');
  });

  test('foreign magic numbers are no blob', () => {
    expect(kindOfMagic(Buffer.from('PK\u0003\u0004abcdefgh'))).toBe(null);
    expect(kindOfMagic(Buffer.alloc(0))).toBe(null);
  });
});

test('a digest is 64 lowercase hex digits', () => {
  expect(parseDigest(TEXT_DIGEST)).toBe(TEXT_DIGEST);
  for (const text of [
    '',
    TEXT_DIGEST.toUpperCase(),
    TEXT_DIGEST.slice(1),
    `${TEXT_DIGEST}0`,
    `../${TEXT_DIGEST}`,
  ]) {
    expect(parseDigest(text)).toBe(null);
  }
});

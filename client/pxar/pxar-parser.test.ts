import { describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { ByteBuilder } from './byte-builder.ts';
import type { ByteText } from './byte-text.ts';
import { B, C, D_METADATA, D_PAYLOAD } from './fixtures/golden.ts';
import { RawArchive } from './fixtures/raw-archive.ts';
import { RecordingVisitor } from './fixtures/recording-visitor.ts';
import { parsed } from './fixtures/round-trip.ts';
import { mutated, Seeded } from './fixtures/seeded.ts';
import {
  ACL_GROUP_OBJ,
  ACL_USER,
  DEVICE,
  ENTRY,
  FCAPS,
  FILENAME,
  FORMAT_VERSION,
  GOODBYE,
  HARDLINK,
  PAYLOAD,
  PAYLOAD_REF,
  PRELUDE,
  QUOTA_PROJECT,
  SYMLINK,
  XATTR,
} from './item-types.ts';
import { ATTRIBUTES_MAX, DEPTH_MAX } from './limits.ts';
import type { ParserOptions } from './parser-options.ts';
import { PxarParser } from './pxar-parser.ts';

function read(archive: Buffer, options: ParserOptions = {}): RecordingVisitor {
  const visitor = new RecordingVisitor();
  const parser = new PxarParser(visitor, options);
  parser.write(archive);
  parser.end();
  return visitor;
}

function numbers(...values: number[]): Buffer {
  const builder = new ByteBuilder();
  for (const value of values) builder.u64(value);
  return Buffer.from(builder.filled);
}

describe('pieces', () => {
  const { archive, expected } = (() => {
    const big = new RawArchive().enter().raw(C.subarray(56 + 48 + 32 + 32, -208));
    big.file('large', 'x'.repeat(5000)).leave();
    return { archive: C, expected: parsed(C) };
  })();

  test('one byte at a time reads the same', () => {
    const visitor = new RecordingVisitor();
    const parser = new PxarParser(visitor);
    for (let at = 0; at < archive.length; at++) parser.write(archive.subarray(at, at + 1));
    parser.end();
    expect(visitor.entries).toEqual(expected);
  });

  test('pieces of any size read the same, also when their memory is used again', () => {
    for (let seed = 1; seed < 60; seed++) {
      const visitor = new RecordingVisitor();
      const parser = new PxarParser(visitor, { checkTables: true });
      const window = Buffer.alloc(500);
      let state = seed;
      for (let at = 0; at < archive.length; ) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        const size = 1 + ((state >>> 8) % (seed * 8));
        const length = archive.copy(window, 0, at, Math.min(at + size, at + window.length));
        parser.write(window.subarray(0, length));
        window.fill(0xee);
        at += length;
      }
      parser.end();
      expect(visitor.entries).toEqual(expected);
    }
  });

  test('a split archive pauses for its content wherever the pieces end', () => {
    for (let size = 1; size < 100; size += 7) {
      const visitor = new RecordingVisitor();
      const parser = new PxarParser(visitor);
      for (let at = 0; at < D_METADATA.length; ) {
        at += parser.write(D_METADATA.subarray(at, Math.min(at + size, D_METADATA.length)));
        const awaited = parser.awaitedPayload;
        if (awaited === null) continue;
        for (let byte = 0; byte < awaited.size; byte++) {
          expect(parser.write(D_METADATA.subarray(at))).toBe(0);
          parser.givePayload(D_PAYLOAD.subarray(awaited.offset + 16 + byte, awaited.offset + 17 + byte));
        }
      }
      parser.end();
      expect(visitor.entries.map(({ content }) => content)).toEqual(parsed(B).map(({ content }) => content));
    }
  });
});

describe('a range of an archive', () => {
  test('of one directory reads like an archive of its own', () => {
    const visitor = read(C.subarray(710, 881), { position: 710 });
    expect(visitor.entries.map(({ path }) => path)).toEqual(['', 'hard']);
    expect(visitor.entries[1]).toMatchObject({ position: 766, linkPosition: 168 });
  });

  test.each([
    ['file', 168, 474],
    ['block', 474, 582],
    ['directory', 690, 881],
    ['fifo', 881, 958],
    ['symlink', 958, 1060],
    ['socket', 1060, 1137],
    ['hardlink', 766, 817],
  ])('of one %s with its name', (kind, from, to) => {
    const visitor = read(C.subarray(from, to), { scope: 'node', position: from });
    expect(visitor.entries[0]?.kind).toBe(kind);
    expect(() => read(C.subarray(from, to + 1), { scope: 'node', position: from })).toThrow('damaged');
    expect(() => read(C.subarray(from, to - 1), { scope: 'node', position: from })).toThrow('damaged');
  });
});

describe('the mode, the kind and the order of items are checked', () => {
  const root = () => new RawArchive().enter();
  test.each<[what: string, archive: Buffer, message: string]>([
    ['nothing at all', Buffer.alloc(0), 'too early'],
    ['an archive that stops', B.subarray(0, 100), 'too early'],
    ['an archive that stops inside a header', B.subarray(0, 60), 'too early'],
    ['bytes after the end', Buffer.concat([B, B.subarray(56, 81)]), 'wrong place'],
    ['an unknown item', root().raw(Buffer.alloc(16, 1)).bytes, 'unknown type'],
    ['a root that is a file', new RawArchive().metadata(0o100644).item(PAYLOAD).bytes, 'not a directory'],
    ['a root with a name', new RawArchive().name('x').bytes, 'wrong place'],
    ['a root that is a fifo', new RawArchive().metadata(0o010644).item(GOODBYE).bytes, 'not a directory'],
    ['a file without content', root().name('a').metadata(0o100644).leave().bytes, 'a file without'],
    [
      'a directory with content',
      root().name('a').metadata(0o040755).item(PAYLOAD).bytes,
      'the mode says directory',
    ],
    ['a link with content of a file', root().name('a').metadata(0o120777).item(PAYLOAD).bytes, 'symlink'],
    ['a fifo with a device', root().name('a').metadata(0o010644).item(DEVICE, numbers(1, 1)).bytes, 'fifo'],
    [
      'a file with the target of a link',
      root().name('a').metadata(0o100644).item(SYMLINK, 'x\0').bytes,
      'file',
    ],
    ['a mode without a kind', root().name('a').metadata(0o644).bytes, 'no kind'],
    ['a mode with more bits', root().name('a').metadata(0o1100644).bytes, 'no kind'],
    ['an entry without a name', root().metadata(0o100644).bytes, 'wrong place'],
    ['two names', root().item(FILENAME, 'a\0').item(FILENAME, 'b\0').bytes, 'wrong place'],
    [
      'a hardlink after metadata',
      root().name('a').metadata(0o100644).item(HARDLINK, 'x'.repeat(20)).bytes,
      'wrong place',
    ],
    ['content before metadata', root().name('a').item(PAYLOAD).bytes, 'wrong place'],
    [
      'a reference in version 1',
      root().name('a').metadata(0o100644).item(PAYLOAD_REF, numbers(16, 0)).bytes,
      'wrong place',
    ],
    ['version 3', new RawArchive().item(FORMAT_VERSION, numbers(3)).bytes, 'version'],
    ['a version in the middle', root().item(FORMAT_VERSION, numbers(2)).bytes, 'wrong place'],
    ['a prelude without a version', new RawArchive().item(PRELUDE, 'x').bytes, 'wrong place'],
    [
      'content in version 2',
      new RawArchive().item(FORMAT_VERSION, numbers(2)).enter().file('a').bytes,
      'wrong place',
    ],
  ])('%s', (_what, archive, message) => {
    expect(() => read(archive)).toThrow(message);
  });
});

describe('fields are checked', () => {
  const file = (more = {}) => new RawArchive().enter().name('a').metadata(0o100644, more);
  test.each<[what: string, archive: Buffer, message: string]>([
    ['nanoseconds beyond a second', file({ nanos: 1_000_000_000 }).bytes, 'nanoseconds'],
    ['two sets of capabilities', file().item(FCAPS, 'x').item(FCAPS, 'x').bytes, 'two items'],
    [
      'two projects',
      file().item(QUOTA_PROJECT, numbers(1)).item(QUOTA_PROJECT, numbers(1)).bytes,
      'two items',
    ],
    [
      'two group objects',
      file().item(ACL_GROUP_OBJ, numbers(1)).item(ACL_GROUP_OBJ, numbers(1)).bytes,
      'two items',
    ],
    ['unknown rights', file().item(ACL_USER, numbers(1, 8)).bytes, 'rights'],
    ['an id of 33 bits', file().item(ACL_USER, numbers(2 ** 32, 7)).bytes, 'id'],
    ['an attribute without a name', file().item(XATTR, '\0value').bytes, 'no name'],
    ['an attribute without a NUL', file().item(XATTR, 'value').bytes, 'no name'],
    ['an attribute with a long name', file().item(XATTR, `${'x'.repeat(256)}\0`).bytes, 'too long'],
    ['an entry of a wrong size', new RawArchive().item(ENTRY, 'x'.repeat(41)).bytes, 'wrong size'],
    ['a name that is too long', new RawArchive().enter().name('x'.repeat(4097)).bytes, 'wrong size'],
    ['an empty name', new RawArchive().enter().item(FILENAME, '\0').bytes, 'wrong size'],
    ['a name without NUL', new RawArchive().enter().item(FILENAME, 'abc').bytes, 'NUL'],
    [
      'a target without NUL',
      new RawArchive().enter().name('a').metadata(0o120777).item(SYMLINK, 'abc').bytes,
      'NUL',
    ],
    [
      'a major number of 13 bits',
      new RawArchive().enter().name('a').metadata(0o020666).item(DEVICE, numbers(4096, 0)).bytes,
      'device',
    ],
    [
      'a minor number of 21 bits',
      new RawArchive()
        .enter()
        .name('a')
        .metadata(0o020666)
        .item(DEVICE, numbers(0, 2 ** 20)).bytes,
      'device',
    ],
    ['a hardlink to itself', new RawArchive().enter().hardlink('a', 'a', 56).bytes, 'nothing'],
    ['a hardlink before the archive', new RawArchive().enter().hardlink('a', 'a', -10).bytes, 'nothing'],
    [
      'too many attributes',
      Array.from({ length: ATTRIBUTES_MAX + 1 }).reduce<RawArchive>(
        (archive) => archive.item(ACL_USER, numbers(1, 1)),
        file(),
      ).bytes,
      'too many',
    ],
    [
      'attributes that are too large',
      Array.from({ length: 20 }).reduce<RawArchive>(
        (archive) => archive.item(XATTR, `user.x\0${'x'.repeat(60_000)}`),
        file(),
      ).bytes,
      'too many',
    ],
  ])('%s', (_what, archive, message) => {
    expect(() => read(archive)).toThrow(message);
  });

  test('a size that no number holds', () => {
    const archive = new RawArchive().enter().name('a').metadata(0o100644).bytes;
    const header = Buffer.alloc(16);
    header.writeUInt32LE(PAYLOAD.low, 0);
    header.writeUInt32LE(PAYLOAD.high, 4);
    header.writeBigUInt64LE(2n ** 63n, 8);
    expect(() => read(Buffer.concat([archive, header]))).toThrow('too large');
    header.writeBigUInt64LE(15n, 8);
    expect(() => read(Buffer.concat([archive, header]))).toThrow('wrong size');
  });

  test('a size is refused before a byte of the content is kept', () => {
    const header = new ByteBuilder().header(XATTR, 2 ** 40).filled;
    expect(() => read(Buffer.concat([file().bytes, header]))).toThrow('wrong size');
  });

  test('a legacy writer may leave the tables out, a check may not', () => {
    const archive = new RawArchive().enter().file('a', 'x').item(GOODBYE, 'rubbish').bytes;
    expect(read(archive).entries).toHaveLength(2);
    expect(() => read(archive, { checkTables: true })).toThrow('wrong size');
  });
});

describe('what would do harm', () => {
  test.each(['.', '..', 'a/b', '/', '../x', 'a\0b'])('the name %j', (name) => {
    const attempt = () => read(new RawArchive().enter().file(name).leave().bytes);
    expect(attempt).toThrow(expect.objectContaining({ code: 'ARCHIVE_UNSAFE' }));
  });

  test.each(['/etc/passwd', '../x', 'a/../b', 'a//b', './a', 'a/', '.'])('a hardlink to %j', (path) => {
    const attempt = () => read(new RawArchive().enter().file('a').hardlink('b', path, 56).leave().bytes);
    expect(attempt).toThrow(expect.objectContaining({ code: 'ARCHIVE_UNSAFE' }));
  });

  test('a name that comes twice, in order or out of it', () => {
    const twice = (...names: string[]) => {
      const archive = new RawArchive().enter();
      for (const name of names) archive.file(name);
      return () => read(archive.leave().bytes);
    };
    expect(twice('a', 'b', 'b')).toThrow('two entries of one name');
    expect(twice('a', 'c', 'b', 'a')).toThrow('two entries of one name');
    expect(twice('c', 'b', 'a', 'b')).toThrow('two entries of one name');
    expect(twice('b', 'a', 'c', 'a')).toThrow('two entries of one name');
    expect(twice('c', 'a', 'b')()).toBeDefined();
  });

  test('directories nested deeper than the limit', () => {
    const nested = (depth: number) => {
      const archive = new RawArchive().enter();
      for (let level = 0; level < depth; level++) archive.enter('d');
      for (let level = 0; level <= depth; level++) archive.leave();
      return archive.bytes;
    };
    expect(read(nested(DEPTH_MAX)).entries).toHaveLength(DEPTH_MAX + 1);
    expect(() => read(nested(DEPTH_MAX + 1))).toThrow('too deeply');
  });

  test('a path that is too long', () => {
    const archive = new RawArchive().enter();
    for (let level = 0; level < 17; level++) archive.enter('x'.repeat(4000));
    expect(() => read(archive.bytes)).toThrow('path is too long');
  });
});

describe('an error tells where', () => {
  test('with the byte and the last path', () => {
    const archive = new RawArchive().enter().enter('dir').file('good', 'x').name('bad').bytes;
    expect(() => read(Buffer.concat([archive, Buffer.alloc(16, 7)]))).toThrow(/byte \d+, at "dir\/bad"/);
  });

  test('an error of the visitor is passed on as it is', () => {
    const visitor = new RecordingVisitor();
    visitor.startFile = () => {
      throw new RangeError('mine');
    };
    expect(() => new PxarParser(visitor).write(B)).toThrow(new RangeError('mine'));
  });
});

describe('check of the tables', () => {
  test.each<[what: string, at: number]>([
    ['hash', 173],
    ['offset', 181],
    ['size', 189],
    ['tail marker', 197],
    ['tail offset', 205],
    ['tail size', 213],
  ])('a wrong %s is found', (_what, at) => {
    const archive = Buffer.from(B);
    archive[at] = (archive[at] ?? 0) ^ 1;
    expect(read(archive).entries).toHaveLength(2);
    expect(() => read(archive, { checkTables: true })).toThrow('goodbye table');
  });

  test('a table that is sorted instead of a search tree is found', () => {
    const archive = new RawArchive().enter();
    for (const name of ['a', 'b', 'c']) archive.file(name);
    const bytes = archive.leave().bytes;
    const table = bytes.length - 4 * 24;
    const [first, second] = [bytes.subarray(table, table + 24), bytes.subarray(table + 24, table + 48)];
    const swapped = Buffer.concat([second, first]);
    swapped.copy(bytes, table);
    expect(() => read(bytes, { checkTables: true })).toThrow('search tree');
  });

  test('names are checked as bytes', () => {
    expect(
      read(
        new RawArchive()
          .enter()
          .file('\xff\xfe' as ByteText)
          .leave().bytes,
        { checkTables: true },
      ).entries[1]?.path,
    ).toBe('\xff\xfe');
  });
});

test('thousands of mutated archives in pieces of any size end with an answer or a known error', () => {
  const random = new Seeded(20260104);
  let refused = 0;
  for (let round = 0; round < 5000; round++) {
    const archive = mutated(C, random);
    const size = 1 + random.below(300);
    const parser = new PxarParser(new RecordingVisitor(), { checkTables: round % 2 === 0 });
    try {
      for (let at = 0; at < archive.length; at += size) parser.write(archive.subarray(at, at + size));
      parser.end();
    } catch (error) {
      if (!isBackupError(error, 'DATA_CORRUPT', 'ARCHIVE_UNSAFE')) throw error;
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(2000);
});

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { byteTextOf, EMPTY } from './byte-text.ts';
import { CatalogWriter } from './catalog-writer.ts';
import { A, B, C, D_METADATA, D_PAYLOAD, F_SHA256, F_TABLE, G, H1, H2 } from './fixtures/golden.ts';
import { MemorySink } from './fixtures/memory-sink.ts';
import { RecordingVisitor } from './fixtures/recording-visitor.ts';
import { plainMetadata } from './metadata.ts';
import { PxarParser } from './pxar-parser.ts';
import { PxarWriter } from './pxar-writer.ts';

/** The reference's own bytes: what we write equals them, what we read from them is what they mean. */

function written(work: (writer: PxarWriter) => void): { archive: Buffer; catalog: Buffer } {
  const archive = new MemorySink(50);
  const catalogSink = new MemorySink(20);
  const catalog = new CatalogWriter(catalogSink);
  catalog.startArchive(byteTextOf('root.pxar.didx'));
  work(new PxarWriter(archive, catalog));
  catalog.endArchive();
  catalog.finish();
  return { archive: archive.bytes, catalog: catalogSink.bytes };
}

function parsed(archive: Buffer): RecordingVisitor {
  const visitor = new RecordingVisitor();
  const parser = new PxarParser(visitor, { checkTables: true });
  expect(parser.write(archive)).toBe(archive.length);
  parser.end();
  expect(visitor.isClosed).toBe(true);
  return visitor;
}

const OWNER = { uid: 1000, gid: 1000, seconds: 1430487000 };

function writeB(writer: PxarWriter): void {
  writer.enter(EMPTY, plainMetadata(0o40755, OWNER));
  writer.file(byteTextOf('file.txt'), plainMetadata(0o100644, { ...OWNER, nanos: 500_000_000 }), 4);
  writer.stream.put(Buffer.from('Hi!\n'));
  writer.leave();
}

const ROOT_C = plainMetadata(0o40750, {
  seconds: 1600000000,
  nanos: 1,
  acl: {
    users: [],
    groups: [],
    groupObject: null,
    inherited: {
      userObject: 7,
      groupObject: 5,
      other: 0,
      mask: 7,
      users: [{ id: 1001, permissions: 6 }],
      groups: [{ id: 2001, permissions: 4 }],
    },
  },
});
const FILE_C = plainMetadata(0o100670, {
  flags: 0x400000,
  uid: 1000,
  gid: 1000,
  seconds: -2,
  nanos: 750_000_000,
  xattrs: [{ name: byteTextOf('user.note'), value: Buffer.from('v1') }],
  acl: {
    users: [
      { id: 1001, permissions: 6 },
      { id: 1002, permissions: 4 },
    ],
    groups: [{ id: 2001, permissions: 5 }],
    groupObject: 4,
    inherited: null,
  },
  capabilities: Buffer.from('0100000200200000000000000000000000000000', 'hex'),
  projectId: 77,
});

function writeC(writer: PxarWriter): void {
  writer.enter(EMPTY, ROOT_C);
  const position = writer.file(byteTextOf('a.bin'), FILE_C, 4);
  writer.stream.put(Buffer.from('data'));
  writer.device(byteTextOf('blk'), plainMetadata(0o60660, { gid: 6, seconds: 5 }), 8, 1);
  writer.device(byteTextOf('chr'), plainMetadata(0o20666, { seconds: 5 }), 1, 3);
  writer.enter(byteTextOf('dir'), plainMetadata(0o40755, { seconds: 7 }));
  writer.hardlink(byteTextOf('hard'), { position, path: byteTextOf('a.bin') });
  writer.leave();
  writer.special(byteTextOf('fifo'), plainMetadata(0o10644, { seconds: 8 }));
  writer.symlink(byteTextOf('link'), plainMetadata(0o120777, { seconds: 9 }), byteTextOf('dir/hard'));
  writer.special(byteTextOf('sock'), plainMetadata(0o140755, { seconds: 10 }));
  writer.leave();
}

describe('what we write', () => {
  test('an empty root equals vector A', () => {
    const { archive } = written((writer) => {
      writer.enter(EMPTY, plainMetadata(0o40755, { seconds: 1 }));
      writer.leave();
    });
    expect(archive).toEqual(A);
  });

  test('one file equals vector B and catalog H1', () => {
    const { archive, catalog } = written(writeB);
    expect(archive).toEqual(B);
    expect(catalog).toEqual(H1);
  });

  test('every kind of entry and metadata equals vector C and catalog H2', () => {
    const { archive, catalog } = written(writeC);
    expect(archive).toEqual(C);
    expect(catalog).toEqual(H2);
  });

  test('a table of six equals vector F', () => {
    const { archive } = written((writer) => {
      writer.enter(EMPTY, plainMetadata(0o40755));
      for (const name of ['alpha', 'beta', 'delta', 'epsilon', 'eta', 'gamma']) {
        writer.file(byteTextOf(name), plainMetadata(0o100600), 0);
      }
      writer.leave();
    });
    expect(archive.subarray(-F_TABLE.length)).toEqual(F_TABLE);
    expect(createHash('sha256').update(archive).digest('hex')).toBe(F_SHA256);
  });
});

describe('what we read', () => {
  test('vector A is an empty directory', () => {
    expect(parsed(A).entries).toEqual([
      { path: '', kind: 'directory', position: 0, metadata: plainMetadata(0o40755, { seconds: 1 }) },
    ]);
  });

  test('vector C has every kind with all its metadata', () => {
    const { entries } = parsed(C);
    expect(entries.map(({ path, kind, position }) => [path, kind, position])).toEqual([
      ['', 'directory', 0],
      ['a.bin', 'file', 168],
      ['blk', 'block', 474],
      ['chr', 'character', 582],
      ['dir', 'directory', 690],
      ['dir/hard', 'hardlink', 766],
      ['fifo', 'fifo', 881],
      ['link', 'symlink', 958],
      ['sock', 'socket', 1060],
    ]);
    expect(entries[0]?.metadata).toEqual(ROOT_C);
    expect(entries[1]).toMatchObject({ metadata: FILE_C, content: Buffer.from('data') });
    expect(entries[2]?.device).toEqual([8, 1]);
    expect(entries[5]).toMatchObject({ target: 'a.bin', linkPosition: 168 });
    expect(entries[7]?.target).toBe('dir/hard');
  });

  test('vector D gives its content by reference, and its prelude', () => {
    const visitor = new RecordingVisitor();
    const parser = new PxarParser(visitor, { checkTables: true });
    const taken = parser.write(D_METADATA);
    expect(parser.prelude?.toString()).toBe('{"exclude-patterns":"/tmp\\n"}');
    expect(parser.awaitedPayload).toEqual({ offset: 16, size: 4 });
    parser.givePayload(D_PAYLOAD.subarray(32, 36));
    expect(taken + parser.write(D_METADATA.subarray(taken))).toBe(D_METADATA.length);
    parser.end();
    const plain = parsed(B).entries.map(({ position, ...entry }) => entry);
    expect(visitor.entries.map(({ position, ...entry }) => entry)).toEqual(plain);
  });

  test('vector G has times of the older form', () => {
    const times = parsed(G).entries.map(({ metadata }) => [metadata?.seconds, metadata?.nanos]);
    expect(times).toEqual([
      [1430487000, 0],
      [1430487000, 123_456_789],
    ]);
  });
});

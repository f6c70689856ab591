import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import type { ArchiveBytes } from './archive-bytes.ts';
import { type ByteText, byteTextOf } from './byte-text.ts';
import { B, C, D_METADATA, D_PAYLOAD, G } from './fixtures/golden.ts';
import { RawArchive } from './fixtures/raw-archive.ts';
import { RecordingVisitor } from './fixtures/recording-visitor.ts';
import { collected, encoded, inMemory, parsed, TestFolder } from './fixtures/round-trip.ts';
import { mutated, Seeded } from './fixtures/seeded.ts';
import { isDirectory, isFile, isHardlink, type PxarEntry, type PxarNode } from './pxar-node.ts';
import { PxarReader } from './pxar-reader.ts';
import { replay } from './replay.ts';

const folder = new TestFolder();
let archive: Buffer;

beforeAll(() => {
  const source = folder.at('source');
  mkdirSync(`${source}/a/b/c`, { recursive: true });
  mkdirSync(`${source}/empty`);
  for (let index = 0; index < 100; index++) writeFileSync(`${source}/a/b/file-${index}`, `content ${index}`);
  for (let index = 0; index < 1500; index++) writeFileSync(`${source}/a/b/c/f${index}`, '');
  writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xff, 0xfe])]), 'bytes');
  writeFileSync(`${source}/large`, Buffer.alloc(3_000_000, '0123456789'));
  linkSync(`${source}/large`, `${source}/z-link`);
  symlinkSync('a/b', `${source}/link`);
  archive = encoded(source).archive;
});
afterAll(() => folder.remove());

async function read(entry: PxarEntry, reader: PxarReader, start?: number, end?: number): Promise<string> {
  if (!isFile(entry)) throw new Error('not a file');
  return Buffer.concat(await collected(reader.content(entry, start, end))).toString('latin1');
}

async function found(reader: PxarReader, path: string): Promise<PxarEntry> {
  const entry = await reader.lookup(path as ByteText);
  if (entry === null) throw new Error(`${path} is not found`);
  return entry;
}

describe('lookup', () => {
  test('finds every path of the sequential walk, with the same metadata, place and content', async () => {
    const reader = await PxarReader.open(inMemory(archive));
    for (const recorded of parsed(archive)) {
      const entry = await found(reader, recorded.path);
      expect(entry.what.kind).toBe(recorded.kind);
      expect(entry.position).toBe(recorded.position);
      if (!isHardlink(entry)) expect(entry.metadata).toEqual(recorded.metadata);
      if (isFile(entry)) expect(await read(entry, reader)).toBe(recorded.content?.toString('latin1'));
      if (entry.what.kind === 'symlink') expect(entry.what.target).toBe(recorded.target);
    }
  });

  test('reads a few pieces only, however large the directory', async () => {
    let reads = 0;
    const counting: ArchiveBytes = {
      size: archive.length,
      readAt: async (offset, length) => {
        reads += 1;
        return archive.subarray(offset, offset + length);
      },
    };
    const reader = await PxarReader.open(counting);
    reads = 0;
    await found(reader, 'a/b/c/f1234');
    expect(reads).toBeLessThan(60);
  });

  test('passes over empty components and dots, and refuses to climb', async () => {
    const reader = await PxarReader.open(inMemory(archive));
    expect((await found(reader, '/a//./b/file-7')).path).toBe('a/b/file-7');
    expect(await found(reader, '')).toBe(reader.root);
    await expect(reader.lookup('a/../b' as ByteText)).rejects.toMatchObject({ code: 'PATH_INVALID' });
  });

  test('answers null for what is not there, also below files and links', async () => {
    const reader = await PxarReader.open(inMemory(archive));
    for (const path of ['nope', 'a/nope', 'large/x', 'link/file-1', 'empty/x']) {
      expect(await reader.lookup(path as ByteText)).toBeNull();
    }
  });

  test('follows a hardlink to its file', async () => {
    const reader = await PxarReader.open(inMemory(archive));
    const link = await found(reader, 'z-link');
    const file = isHardlink(link) ? await reader.follow(link) : null;
    expect(file).toMatchObject({ path: 'large', what: { kind: 'file', size: 3_000_000 } });
  });
});

describe('list', () => {
  test('answers the children sorted by name, with their sizes', async () => {
    const reader = await PxarReader.open(inMemory(archive));
    const names = (await reader.list(reader.root)).map(({ name }) => name);
    expect(names).toEqual(['a', 'empty', 'large', 'link', 'z-link', '\xff\xfe']);
    const below = await found(reader, 'a/b');
    expect(await reader.list(below as PxarNode)).toHaveLength(101);
    expect(await reader.list((await found(reader, 'empty')) as PxarNode)).toEqual([]);
  });

  test('stops at its limit', async () => {
    const reader = await PxarReader.open(inMemory(archive));
    const directory = (await found(reader, 'a/b/c')) as PxarNode;
    await expect(reader.list(directory, 100)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });

  test('of every kind (vector C)', async () => {
    const reader = await PxarReader.open(inMemory(C));
    const kinds = (await reader.list(reader.root)).map(({ name, what }) => [name, what.kind]);
    expect(kinds).toEqual([
      ['a.bin', 'file'],
      ['blk', 'block'],
      ['chr', 'character'],
      ['dir', 'directory'],
      ['fifo', 'fifo'],
      ['link', 'symlink'],
      ['sock', 'socket'],
    ]);
    expect((await found(reader, 'chr')).what).toEqual({ kind: 'character', major: 1, minor: 3 });
  });
});

describe('content', () => {
  test('any range of a file is read without the rest', async () => {
    const reader = await PxarReader.open(inMemory(archive));
    const large = await found(reader, 'large');
    expect(await read(large, reader, 10, 25)).toBe('012345678901234');
    expect(await read(large, reader, 2_999_998)).toBe('89');
    expect(await read(large, reader, 5_000_000)).toBe('');
    expect((await read(large, reader)).length).toBe(3_000_000);
  });

  test('a source that answers too little is found', async () => {
    const short: ArchiveBytes = {
      size: archive.length,
      readAt: async (offset, length) => archive.subarray(offset, offset + length - 1),
    };
    await expect(PxarReader.open(short)).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
  });
});

describe('split archives and legacy ones', () => {
  test('vector D is browsed without its payload and read with it', async () => {
    const alone = await PxarReader.open(inMemory(D_METADATA));
    expect(alone.version).toBe(2);
    expect(alone.prelude?.toString()).toContain('exclude-patterns');
    const file = await found(alone, 'file.txt');
    expect(file.what).toMatchObject({ kind: 'file', size: 4 });
    await expect(read(file, alone)).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
    const whole = await PxarReader.open(inMemory(D_METADATA), inMemory(D_PAYLOAD));
    expect(await read(await found(whole, 'file.txt'), whole)).toBe('Hi!\n');
  });

  test('vector D is replayed like vector B', async () => {
    const reader = await PxarReader.open(inMemory(D_METADATA), inMemory(D_PAYLOAD));
    for (const entry of [reader.root, await found(reader, 'file.txt')]) {
      const visitor = new RecordingVisitor();
      await replay(reader, entry, visitor, {
        as: entry === reader.root ? 'root' : 'entry',
        checkTables: true,
      });
      expect(visitor.entries.at(-1)?.content?.toString()).toBe('Hi!\n');
    }
  });

  test.each<[what: string, at: number]>([
    ['a payload of another size', 24],
    ['a payload that is none', 16],
    ['a payload stream without its start', 0],
    ['a payload stream without its end', 36],
  ])('%s is found', async (_what, at) => {
    const payload = Buffer.from(D_PAYLOAD);
    payload[at] = (payload[at] ?? 0) ^ 1;
    const reader = await PxarReader.open(inMemory(D_METADATA), inMemory(payload));
    await expect(read(await found(reader, 'file.txt'), reader)).rejects.toMatchObject({
      code: 'DATA_CORRUPT',
    });
  });

  test('vector G of a very old client is read by its tables', async () => {
    const reader = await PxarReader.open(inMemory(G));
    expect(await read(await found(reader, 'f'), reader)).toBe('x');
  });
});

describe('hostile tables', () => {
  const spoiled = async (at: number, bytes: number[]) => {
    const copy = Buffer.from(B);
    copy.set(bytes, at);
    const reader = await PxarReader.open(inMemory(copy));
    await reader.list(reader.root);
    return reader.lookup(byteTextOf('file.txt'));
  };

  test.each<[what: string, at: number, bytes: number[]]>([
    ['tail marker', 197, [0]],
    ['directory start', 205, [0x9c]],
    ['table size zero', 213, [0, 0]],
    ['table size not a multiple', 213, [0x41]],
    ['table size beyond the archive', 213, [0xff, 0xff]],
    ['entry outside the directory', 181, [0, 1]],
    ['entry at the directory itself', 181, [0x9d]],
    ['entry inside another item', 181, [0x64]],
    ['entry larger than the directory', 189, [0xff, 0xff]],
    ['entry smaller than its content', 189, [0x60]],
  ])('%s is refused', async (_what, at, bytes) => {
    await expect(spoiled(at, bytes)).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
  });

  test('two entries that share bytes are refused', async () => {
    const copy = new RawArchive().enter().file('a', 'x').file('b', 'y').leave().bytes;
    const items = copy.length - 72;
    copy.copy(copy, items, items + 24, items + 48);
    const reader = await PxarReader.open(inMemory(copy));
    await expect(reader.list(reader.root)).rejects.toMatchObject({ code: 'DATA_CORRUPT' });
  });

  test('a hardlink that leads to something else than its path says is refused', async () => {
    const copy = new RawArchive().enter().file('a', 'x').hardlink('b', 'other', 56).leave().bytes;
    const reader = await PxarReader.open(inMemory(copy));
    const link = await found(reader, 'b');
    if (!isHardlink(link)) throw new Error('not a hardlink');
    await expect(reader.follow(link)).rejects.toMatchObject({ code: 'ARCHIVE_UNSAFE' });
  });

  test('thousands of mutated archives end with an answer or a known error', { timeout: 60_000 }, async () => {
    const random = new Seeded(20260102);
    for (let round = 0; round < 2000; round++) {
      const bytes = mutated(C, random);
      try {
        const reader = await PxarReader.open(inMemory(bytes));
        await walk(reader, reader.root, 0);
        for (const path of ['a.bin', 'dir/hard', 'nope']) await reader.lookup(path as ByteText);
      } catch (error) {
        if (!isBackupError(error, 'DATA_CORRUPT', 'ARCHIVE_UNSAFE')) throw error;
      }
    }
  });

  async function walk(reader: PxarReader, directory: PxarNode, depth: number): Promise<void> {
    for (const entry of await reader.list(directory)) {
      if (isHardlink(entry)) await reader.follow(entry);
      if (isFile(entry)) await read(entry, reader);
      if (isDirectory(entry) && depth < 20) await walk(reader, entry, depth + 1);
    }
  }
});

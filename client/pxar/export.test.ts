import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setXattr } from '#engine/posix.ts';
import type { ArchiveBytes } from './archive-bytes.ts';
import { type ByteText, bytesOf } from './byte-text.ts';
import { diskTree } from './fixtures/disk-tree.ts';
import { makeNode, setModificationTime } from './fixtures/make-entries.ts';
import { encoded, inMemory, TestFolder } from './fixtures/round-trip.ts';
import { plainMetadata } from './metadata.ts';
import type { PxarNode } from './pxar-node.ts';
import { PxarReader } from './pxar-reader.ts';
import { tarHeader } from './tar-header.ts';
import { tarStream } from './tar-stream.ts';
import { centralHeader, endRecords, localHeader } from './zip-records.ts';
import { zipStream } from './zip-stream.ts';

/** The judges of our tar and zip files are other programs. */
const hasTar = existsSync('/bin/tar') || existsSync('/usr/bin/tar');
const hasPython = existsSync('/usr/bin/python3');
const isRoot = process.getuid?.() === 0;
const LONG = `${'long-'.repeat(30)}name`;

let folder: TestFolder;
let source: string;

beforeEach(() => {
  folder = new TestFolder();
  source = folder.at('source');
  mkdirSync(`${source}/sub/${LONG}`, { recursive: true });
});
afterEach(() => folder.remove());

function put(path: string, content: string | Buffer = ''): string {
  const at = folder.at('source', path);
  writeFileSync(at, content);
  return at;
}

async function opened(archive = encoded(source).archive): Promise<PxarReader> {
  return PxarReader.open(inMemory(archive));
}

async function written(stream: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  const path = folder.at(name);
  writeFileSync(path, Buffer.concat(pieces));
  return path;
}

describe('tar', () => {
  test.skipIf(!hasTar)('GNU tar brings everything back that it can hold (needs tar)', async () => {
    put('a', 'content');
    put('empty');
    put(`sub/${LONG}/${LONG}`, Buffer.alloc(2_000_000, 'xyz'));
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xff, 0xfe])]), 'not UTF-8');
    linkSync(`${source}/a`, `${source}/sub/z`);
    symlinkSync(`${LONG}/${LONG}`, `${source}/sub/link`);
    setXattr(`${source}/a`, 'user.note', Buffer.from('with\nnewline and \0'));
    setModificationTime(`${source}/a`, 1n, 123_456_789);
    setModificationTime(`${source}/empty`, -2n, 750_000_000);
    setModificationTime(`${source}/sub/link`, -1n, 999_999_999);
    if (isRoot) {
      chownSync(`${source}/empty`, 3_000_000, 4_000_000_000);
      makeNode(`${source}/null`, 0o020666, 0x103n);
      makeNode(`${source}/fifo`, 0o010644, 0n);
    }
    const reader = await opened();
    const path = await written(tarStream(reader, reader.root), 'out.tar');
    mkdirSync(folder.at('out'));
    execFileSync('tar', ['--xattrs', '--numeric-owner', '-xpf', path, '-C', folder.at('out')]);
    expect(diskTree(folder.at('out'))).toEqual(diskTree(source));
  });

  test.skipIf(!hasTar)(
    'a directory stands for itself, and a link to the outside becomes a file (needs tar)',
    async () => {
      put('a', 'from outside');
      linkSync(`${source}/a`, `${source}/sub/b`);
      put('sub/c', 'inside');
      linkSync(`${source}/sub/c`, `${source}/sub/d`);
      makeNode(`${source}/sub/socket`, 0o140755, 0n);
      const reader = await opened();
      const omitted: ByteText[] = [];
      const sub = (await reader.lookup('sub' as ByteText)) as PxarNode;
      const path = await written(
        tarStream(reader, sub, { omitted: (name) => omitted.push(name) }),
        'sub.tar',
      );
      const listing = execFileSync('tar', ['-tvf', path], { encoding: 'utf8' }).split('\n');
      expect(listing.find((line) => line.endsWith(' b'))).toMatch(/^-.* 12 /);
      expect(listing.find((line) => line.includes(' d link to c'))).toMatch(/^h/);
      expect(execFileSync('tar', ['-xOf', path, 'b'], { encoding: 'utf8' })).toBe('from outside');
      expect(omitted).toEqual(['socket']);
    },
  );

  test('sizes beyond eight gigabytes are in a PAX header', () => {
    const header = tarHeader({
      type: '0',
      name: 'big' as ByteText,
      metadata: plainMetadata(0o100644),
      size: 2 ** 40,
    });
    expect(header.toString('latin1')).toContain('22 size=1099511627776\n');
    expect(header.length).toBe(3 * 512);
  });

  test.each([
    [-2, 750_000_000, 'mtime=-1.250000000'],
    [-1, 999_999_999, 'mtime=-0.000000001'],
    [-3, 0, 'mtime=-3\n'],
    [5, 1, 'mtime=5.000000001'],
  ])('the time %d s and %d ns is exact', (seconds, nanos, expected) => {
    const header = tarHeader({
      type: '0',
      name: 'f' as ByteText,
      metadata: plainMetadata(0o100644, { seconds, nanos }),
    });
    expect(header.toString('latin1')).toContain(expected);
  });

  test('a record counts the digits of its own length', () => {
    for (let length = 85; length < 120; length++) {
      const name = 'x'.repeat(length) as ByteText;
      const text = tarHeader({ type: '0', name, metadata: plainMetadata(0o100644) }).toString('latin1', 512);
      if (length <= 100) continue;
      const record = text.slice(0, text.indexOf('\n') + 1);
      expect(record.length).toBe(Number.parseInt(record, 10));
    }
  });
});

describe('zip', () => {
  const PYTHON = `
import sys, zipfile, json
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, i.file_size, i.external_attr >> 16, list(i.date_time), z.read(i).decode('latin1')[:40]] for i in z.infolist()]))
`;

  test.skipIf(!hasPython)(
    'python reads names, sizes, modes, times and checksums (needs python3)',
    async () => {
      put('a', 'content');
      linkSync(`${source}/a`, `${source}/b`);
      put('sub/ü', 'x'.repeat(100_000));
      symlinkSync('a', `${source}/link`);
      makeNode(`${source}/fifo`, 0o010644, 0n);
      setModificationTime(`${source}/a`, 1_000_000_000n, 0);
      const reader = await opened();
      const omitted: ByteText[] = [];
      const path = await written(
        zipStream(reader, reader.root, { omitted: (name) => omitted.push(name) }),
        'out.zip',
      );
      const entries = JSON.parse(execFileSync('python3', ['-c', PYTHON, path], { encoding: 'utf8' }));
      expect(entries.map((entry: unknown[]) => [entry[0], entry[1], entry[4]])).toEqual([
        ['a', 7, 'content'],
        ['b', 7, 'content'],
        ['link', 1, 'a'],
        ['sub/', 0, ''],
        [`sub/${LONG}/`, 0, ''],
        ['sub/ü', 100_000, 'x'.repeat(40)],
      ]);
      expect(entries[0].slice(2, 4)).toEqual([0o100644, [2001, 9, 9, 1, 46, 40]]);
      expect(entries[2][2]).toBe(0o120777);
      expect(omitted).toEqual(['fifo']);
    },
  );

  test.skipIf(!hasPython)(
    'more than 65 535 entries need the 64-bit records (needs python3)',
    { timeout: 60_000 },
    async () => {
      const parts: Buffer[] = [];
      const directory: Buffer[] = [];
      let offset = 0;
      for (let index = 0; index < 65_536; index++) {
        const entry = { name: `f${index}` as ByteText, mode: 0o100644, seconds: 0, size: 0, crc: 0, offset };
        const header = localHeader(entry);
        parts.push(header);
        directory.push(centralHeader(entry));
        offset += header.length;
      }
      const central = Buffer.concat(directory);
      const path = folder.at('many.zip');
      writeFileSync(path, Buffer.concat([...parts, central, endRecords(65_536, offset, central.length)]));
      const count = 'import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))';
      expect(execFileSync('python3', ['-c', count, path], { encoding: 'utf8' }).trim()).toBe('65536');
    },
  );

  test('sizes and places beyond four gigabytes stand in the 64-bit field', () => {
    const entry = {
      name: 'f' as ByteText,
      mode: 0o100644,
      seconds: 0,
      size: 2 ** 33,
      crc: 1,
      offset: 2 ** 34,
    };
    const central = centralHeader(entry);
    const sizes = [central.readUInt32LE(20), central.readUInt32LE(24), central.readUInt32LE(42)];
    expect(sizes).toEqual([0xffffffff, 0xffffffff, 0xffffffff]);
    const extra = 46 + 1;
    expect(central.readUInt16LE(extra)).toBe(1);
    expect(central.readUInt16LE(extra + 2)).toBe(24);
    expect(central.readBigUInt64LE(extra + 4)).toBe(2n ** 33n);
    expect(central.readBigUInt64LE(extra + 20)).toBe(2n ** 34n);
  });
});

describe('both', () => {
  test('a cancelled export stops', async () => {
    put('a', 'content');
    const reader = await opened();
    const controller = new AbortController();
    controller.abort();
    await expect(
      written(zipStream(reader, reader.root, { signal: controller.signal }), 'x'),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('an export that nobody reads to its end does not read on', async () => {
    put('large', Buffer.alloc(20_000_000));
    const bytes = encoded(source, {}, 1 << 20).archive;
    let readBytes = 0;
    const counting: ArchiveBytes = {
      size: bytes.length,
      readAt: async (offset, length) => {
        readBytes += length;
        return bytes.subarray(offset, offset + length);
      },
    };
    const reader = await PxarReader.open(counting);
    for await (const piece of tarStream(reader, reader.root)) if (piece.length > 1000) break;
    expect(readBytes).toBeLessThan(8_000_000);
  });

  test('names that are not UTF-8 stay as they are', async () => {
    const name = '\xff\xfe'.repeat(80) as ByteText;
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), bytesOf(name)]), 'x');
    const reader = await opened();
    const path = await written(tarStream(reader, reader.root), 'out.tar');
    const listing = execFileSync('tar', ['--quoting-style=literal', '-tf', path], { encoding: 'latin1' });
    expect(listing.split('\n')).toContain(name);
  });
});

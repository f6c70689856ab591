import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  closeFd,
  filesystemMagic,
  getFileFlags,
  O_DIRECTORY,
  openAt,
  setFileFlags,
  setXattr,
} from '#engine/posix.ts';
import { openDescriptorsIn } from '#testing/open-descriptors.ts';
import type { ByteText } from './byte-text.ts';
import { checkArchive } from './check-archive.ts';
import { diskTree } from './fixtures/disk-tree.ts';
import { D_METADATA, D_PAYLOAD } from './fixtures/golden.ts';
import { makeNode, setModificationTime } from './fixtures/make-entries.ts';
import { RawArchive } from './fixtures/raw-archive.ts';
import { encoded, inMemory, pathsOf, restored, TestFolder } from './fixtures/round-trip.ts';
import { DEVICE, FCAPS } from './item-types.ts';
import type { PxarNode } from './pxar-node.ts';
import { PxarParser } from './pxar-parser.ts';
import { PxarReader } from './pxar-reader.ts';
import { restoreEntry } from './restore-entry.ts';
import type { Selected } from './restore-report.ts';
import { RestoreTree } from './restore-tree.ts';

const isRoot = process.getuid?.() === 0;
let folder: TestFolder;
let source: string;
let target: string;

beforeEach(() => {
  folder = new TestFolder();
  source = folder.at('source');
  target = folder.at('target');
  mkdirSync(source);
});
afterEach(() => folder.remove());

function put(path: string, content: string | Buffer = ''): string {
  const at = folder.at('source', path);
  mkdirSync(at.slice(0, at.lastIndexOf('/')), { recursive: true });
  writeFileSync(at, content);
  return at;
}

/** The kernel's value of an access list: version 2, then tag, permissions, id. */
function acl(...entries: [tag: number, permissions: number, id?: number][]): Buffer {
  const value = Buffer.alloc(4 + entries.length * 8);
  value.writeUInt32LE(2, 0);
  for (const [index, [tag, permissions, id = 0xffffffff]] of entries.entries()) {
    value.writeUInt16LE(tag, 4 + index * 8);
    value.writeUInt16LE(permissions, 6 + index * 8);
    value.writeUInt32LE(id, 8 + index * 8);
  }
  return value;
}

const ACCESS = 'system.posix_acl_access';
const INHERITED = 'system.posix_acl_default';

/** Archive, restore, compare everything on disk. */
function comesBackWhole(): void {
  const { archive, warnings } = encoded(source);
  expect(warnings).toEqual([]);
  const before = diskTree(source);
  const { problems, totals } = restored(archive, target);
  expect(problems).toEqual([]);
  expect(totals.failed).toBe(0);
  expect(diskTree(target)).toEqual(before);
}

describe('what was archived comes back', () => {
  test('names, content, permissions and exact times, also before 1970 and with nanoseconds', () => {
    put('a/b/c.txt', 'text');
    put('empty');
    put('big', Buffer.alloc(300_000, 'abcdefg'));
    writeFileSync(
      Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xff, 0xfe, 0x0a, 0x20])]),
      'not UTF-8',
    );
    symlinkSync('../no/such place', `${source}/link`);
    mkdirSync(`${source}/nothing`);
    chmodSync(`${source}/a/b/c.txt`, 0o640);
    chmodSync(`${source}/a/b`, 0o1751);
    setModificationTime(`${source}/a/b/c.txt`, 1n, 123_456_789);
    setModificationTime(`${source}/empty`, -2n, 750_000_000);
    setModificationTime(`${source}/link`, -1n, 1);
    setModificationTime(`${source}/a/b`, 4_000_000_000n, 999_999_999);
    setModificationTime(`${source}/a`, 5n, 5);
    setModificationTime(source, 7n, 7);
    comesBackWhole();
  });

  test('names that trouble other programs', () => {
    const names = [
      '-rf',
      '$(x)',
      'a b ',
      'dot.',
      'tab\t',
      'line\nbreak',
      '\x01',
      'CON',
      'index.json',
      '.chunks',
    ];
    names.push(
      '~',
      '*',
      '[x]',
      'back\\slash',
      '"',
      "'",
      'x'.repeat(255),
      'ü',
      'u\u0308',
      '\u202egnp.exe',
      '🗄️',
    );
    names.push('...', '.x', 'A', 'a', '%2e%2e', '%252e');
    for (const name of names) put(`d/${name}`, name);
    comesBackWhole();
    expect(readdirSync(`${target}/d`).sort()).toEqual(names.sort());
  });

  test('hardlinks are one file again, and nothing else is', () => {
    put('d/a', 'shared');
    linkSync(`${source}/d/a`, `${source}/d/b`);
    linkSync(`${source}/d/a`, `${source}/z`);
    put('single', 'shared');
    comesBackWhole();
    expect(statSync(`${target}/z`).nlink).toBe(3);
  });

  test('extended attributes of files and directories, binary and empty', () => {
    setXattr(put('a'), 'user.note', Buffer.from([0, 1, 2, 0xff]));
    setXattr(`${source}/a`, 'user.empty', Buffer.alloc(0));
    setXattr(source, 'user.root', Buffer.from('on the root'));
    comesBackWhole();
  });

  test('a sparse file stays sparse', () => {
    const fd = openSync(put('sparse'), 'r+');
    writeSync(fd, 'head', 0);
    writeSync(fd, 'middle', 5_000_000);
    ftruncateSync(fd, 20_000_000);
    closeSync(fd);
    comesBackWhole();
    expect(lstatSync(`${target}/sparse`).blocks).toBeLessThan(200);
  });

  test('access lists, with and without a mask, and what directories hand on', () => {
    setXattr(put('named'), ACCESS, acl([1, 6], [2, 4, 1001], [4, 5], [8, 6, 2001], [16, 7], [32, 0]));
    setXattr(put('masked'), ACCESS, acl([1, 6], [4, 7], [16, 4], [32, 4]));
    mkdirSync(`${source}/d`);
    setXattr(`${source}/d`, INHERITED, acl([1, 7], [2, 7, 1001], [4, 5], [16, 7], [32, 0]));
    put('d/child');
    setXattr(put('e/f'), ACCESS, acl([1, 6], [2, 4, 7], [4, 0], [16, 4], [32, 0]));
    setXattr(`${source}/e`, INHERITED, acl([1, 7], [4, 0], [32, 0]));
    comesBackWhole();
  });

  test.skipIf(!isRoot)('owners, setuid bits, capabilities and trusted attributes (needs root)', () => {
    const file = put('program', 'code');
    chownSync(file, 1234, 5678);
    chmodSync(file, 0o6755);
    setXattr(file, 'security.capability', Buffer.from('0100000200200000000000000000000000000000', 'hex'));
    setXattr(file, 'trusted.hidden', Buffer.from('x'));
    symlinkSync('program', `${source}/link`);
    lchownSync(`${source}/link`, 1111, 2222);
    chownSync(source, 4_000_000_000, 7);
    comesBackWhole();
  });

  test.skipIf(!isRoot)('devices, fifos and sockets with owner, mode and access list (needs root)', () => {
    makeNode(`${source}/null`, 0o020666, 0x103n);
    makeNode(`${source}/disk`, 0o060660, (0xabc00n << 12n) | (0xfen << 8n) | 0x12n);
    makeNode(`${source}/fifo`, 0o010640, 0n);
    makeNode(`${source}/socket`, 0o140755, 0n);
    for (const name of ['null', 'disk', 'fifo', 'socket']) {
      chmodSync(`${source}/${name}`, 0o651);
      chownSync(`${source}/${name}`, 5, 6);
      setModificationTime(`${source}/${name}`, 99n, 42);
    }
    setXattr(`${source}/fifo`, ACCESS, acl([1, 6], [2, 4, 1001], [4, 5], [16, 5], [32, 0]));
    comesBackWhole();
  });

  test.skipIf(!isRoot)(
    'immutable and append-only files and directories, also with several names (needs root)',
    () => {
      put('d/frozen', 'x');
      linkSync(`${source}/d/frozen`, `${source}/other-name`);
      put('d/log', 'y');
      const setAll = (root: string, on: boolean) => {
        for (const path of ['d/frozen', 'd/log', 'd']) {
          const fd = openSync(`${root}/${path}`, 'r');
          const others = (getFileFlags(fd) ?? 0) & ~0x30;
          setFileFlags(fd, others | (on ? (path === 'd/log' ? 0x20 : 0x10) : 0));
          closeSync(fd);
        }
      };
      setAll(source, true);
      try {
        comesBackWhole();
      } finally {
        setAll(source, false);
        if (existsSync(`${target}/d/log`)) setAll(target, false);
      }
    },
  );

  test('a directory that its owner may not enter', () => {
    put('closed/inside', 'x');
    chmodSync(`${source}/closed`, 0o500);
    comesBackWhole();
    chmodSync(`${source}/closed`, 0o700);
    chmodSync(`${target}/closed`, 0o700);
  });
});

describe('options', () => {
  test('the metadata of the root goes to the target, unless it shall not', () => {
    chmodSync(source, 0o751);
    setModificationTime(source, 1n, 1);
    const { archive } = encoded(source);
    mkdirSync(target, { mode: 0o700 });
    restored(archive, target, { options: { rootMetadata: false } });
    expect(statSync(target).mode & 0o777).toBe(0o700);
    restored(archive, folder.at('other'));
    expect(statSync(folder.at('other'))).toMatchObject({ mtimeMs: 1000.000001 });
  });

  test('without the owner no setuid bit is given away', () => {
    chmodSync(put('program'), 0o6755);
    const { archive } = encoded(source);
    const { totals, problems } = restored(archive, target, { options: { owner: false } });
    expect(statSync(`${target}/program`).mode & 0o7777).toBe(0o755);
    expect([...totals.omitted].sort()).toEqual(['owner', 'setuid']);
    expect(problems).toEqual([]);
  });

  test('without permissions new files get those of the umask', () => {
    chmodSync(put('d/a'), 0o600);
    restored(encoded(source).archive, target, { options: { permissions: false } });
    const umask = process.umask();
    expect(statSync(`${target}/d/a`).mode & 0o777).toBe(0o666 & ~umask);
    expect(statSync(`${target}/d`).mode & 0o777).toBe(0o777 & ~umask);
  });

  test('what is not wanted is left out and noted once', () => {
    setXattr(put('a'), 'user.x', Buffer.from('x'));
    setXattr(`${source}/a`, ACCESS, acl([1, 6], [2, 4, 1001], [4, 5], [16, 5], [32, 0]));
    makeNode(`${source}/fifo`, 0o010640, 0n);
    const options = { xattrs: false, acls: false, specials: false };
    const { totals } = restored(encoded(source).archive, target, { options });
    expect(readdirSync(target)).toEqual(['a']);
    expect(totals.omitted).toEqual(new Set([...(isRoot ? [] : ['owner']), 'xattr', 'acl', 'specials']));
  });

  test.skipIf(!isRoot)('ids are mapped for containers (needs root)', () => {
    chownSync(put('a'), 100_033, 100_044);
    const mapId = (_kind: string, id: number) => (id >= 100_000 ? id - 100_000 : id);
    restored(encoded(source).archive, target, { options: { mapId } });
    expect(statSync(`${target}/a`)).toMatchObject({ uid: 33, gid: 44 });
  });

  test('a target with content is refused, and left as it is', () => {
    put('a');
    mkdirSync(target);
    writeFileSync(`${target}/mine`, 'mine');
    const attempt = () => restored(encoded(source).archive, target);
    expect(attempt).toThrow(expect.objectContaining({ code: 'TARGET_NOT_EMPTY' }));
    expect(readdirSync(target)).toEqual(['mine']);
  });

  test('into an existing tree: directories are entered, files that exist are reported and kept', () => {
    put('d/new', 'new');
    put('d/old', 'from the archive');
    mkdirSync(`${target}/d`, { recursive: true });
    writeFileSync(`${target}/d/old`, 'mine');
    writeFileSync(`${target}/d/other`, 'mine too');
    const { problems } = restored(encoded(source).archive, target, { options: { intoExisting: true } });
    expect(problems).toEqual([{ path: '/d/old', step: 'create', reason: 'EEXIST' }]);
    expect(readFileSync(`${target}/d/old`, 'utf8')).toBe('mine');
    expect(readFileSync(`${target}/d/new`, 'utf8')).toBe('new');
    expect(readFileSync(`${target}/d/other`, 'utf8')).toBe('mine too');
  });

  test('overwriting replaces names, never what other names or links lead to', () => {
    put('file', 'from the archive');
    put('through-link', 'from the archive');
    symlinkSync('new-target', `${source}/link`);
    put('dir/x', 'from the archive');
    mkdirSync(target);
    writeFileSync(folder.at('outside'), 'outside');
    linkSync(folder.at('outside'), `${target}/file`);
    symlinkSync(folder.at('outside'), `${target}/through-link`);
    writeFileSync(`${target}/link`, 'was a file');
    writeFileSync(`${target}/dir`, 'was a file');
    const { problems } = restored(encoded(source).archive, target, { options: { overwrite: true } });
    expect(readFileSync(folder.at('outside'), 'utf8')).toBe('outside');
    expect(readFileSync(`${target}/file`, 'utf8')).toBe('from the archive');
    expect(lstatSync(`${target}/through-link`).isFile()).toBe(true);
    expect(readlinkSync(`${target}/link`)).toBe('new-target');
    expect(problems).toEqual([{ path: '/dir', step: 'create', reason: 'ENOTDIR' }]);
  });

  test('a target that hands its access list on does not leave it on what is restored', () => {
    put('d/a', 'x');
    const before = diskTree(source);
    mkdirSync(target);
    setXattr(target, INHERITED, acl([1, 7], [2, 7, 1001], [4, 7], [16, 7], [32, 7]));
    const { problems } = restored(encoded(source).archive, target);
    expect(problems).toEqual([]);
    expect(diskTree(target)).toEqual(before);
  });

  test('a cancelled restore stops with CANCELLED', () => {
    put('a', 'x');
    put('b', 'x');
    let count = 0;
    const attempt = () => restored(encoded(source).archive, target, { cancelled: () => ++count > 2 });
    expect(attempt).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
  });
});

describe('selection', () => {
  /** Selects these paths, and the directories on the way as far as they are needed. */
  function only(...wanted: string[]) {
    return (path: ByteText): Selected => {
      if (wanted.some((want) => path === want || path.startsWith(`${want}/`))) return 'all';
      return wanted.some((want) => path === '' || want.startsWith(`${path}/`)) ? 'some' : 'none';
    };
  }

  test('only what is selected is made, with the directories on the way to it', () => {
    put('a/b/c', 'wanted');
    put('a/b/d', 'no');
    put('a/empty/x', 'no');
    put('e/f', 'no');
    const { totals } = restored(encoded(source).archive, target, {
      options: { select: only('a/b/c', 'a/q') },
    });
    expect(pathsOf(encoded(target).archive)).toEqual(['', 'a', 'a/b', 'a/b/c']);
    expect(totals.files).toBe(1);
  });

  test('hardlinks to a file that is not selected are filled in as one copy', async () => {
    put('a/original', 'content');
    linkSync(`${source}/a/original`, `${source}/b`);
    mkdirSync(`${source}/c`);
    linkSync(`${source}/a/original`, `${source}/c/d`);
    setModificationTime(`${source}/c`, 5n, 5);
    const { archive } = encoded(source);
    const tree = new RestoreTree({ target, options: { select: only('b', 'c') } });
    const parser = new PxarParser(tree);
    parser.write(archive);
    parser.end();
    const reader = await PxarReader.open(inMemory(archive));
    for (const missing of tree.missingFiles()) {
      const file = await reader.fileAt(missing.position, missing.path);
      tree.startMissing(missing, file.metadata);
      for await (const bytes of reader.content(file)) tree.fileData(bytes);
      tree.endMissing(missing);
    }
    const totals = tree.finish();
    expect(totals).toMatchObject({ files: 1, hardlinks: 1, failed: 0 });
    expect(readFileSync(`${target}/c/d`, 'utf8')).toBe('content');
    expect(statSync(`${target}/b`).ino).toBe(statSync(`${target}/c/d`).ino);
    expect(statSync(`${target}/c`).mtimeMs).toBeCloseTo(5000, 3);
    expect(existsSync(`${target}/a`)).toBe(false);
  });

  test('a hardlink that nobody fills in is reported', () => {
    put('a', 'content');
    linkSync(`${source}/a`, `${source}/b`);
    const { problems, totals } = restored(encoded(source).archive, target, {
      options: { select: only('b') },
    });
    expect(problems).toMatchObject([{ path: '/b', step: 'link' }]);
    expect(totals.failed).toBe(1);
  });

  test('one directory of an archive is restored by its range alone, hardlinks inside it too', async () => {
    put('x/before', '1');
    put('y/z/a', '2');
    linkSync(`${source}/y/z/a`, `${source}/y/z/b`);
    linkSync(`${source}/x/before`, `${source}/y/z/c`);
    const { archive } = encoded(source);
    const reader = await PxarReader.open(inMemory(archive));
    const directory = await reader.lookup('y/z' as ByteText);
    await restoreEntry(reader, directory as PxarNode, { target });
    expect(readdirSync(target).sort()).toEqual(['a', 'b', 'c']);
    expect(readFileSync(`${target}/c`, 'utf8')).toBe('1');
    expect(statSync(`${target}/a`).nlink).toBe(2);
  });

  test('one file of an archive is restored under its own name', async () => {
    put('x/file', 'content');
    const { archive } = encoded(source);
    const reader = await PxarReader.open(inMemory(archive));
    const file = await reader.lookup('x/file' as ByteText);
    await restoreEntry(reader, file as PxarNode, { target }, { as: 'entry' });
    expect(readFileSync(`${target}/file`, 'utf8')).toBe('content');
  });
});

describe('flags', () => {
  const isExt4 = (() => {
    const fd = openAt(-100, '/tmp' as ByteText, O_DIRECTORY);
    const magic = filesystemMagic(fd);
    closeFd(fd);
    return magic === 0xef53;
  })();

  test.skipIf(!isExt4)('one that this filesystem lacks does not take the others along (needs ext4)', () => {
    const [noAccessTime, noCopyOnWrite] = [0x20000, 0x80000];
    const flags = noAccessTime | noCopyOnWrite;
    const archive = new RawArchive().enter().file('a', 'x', { flags }).leave().bytes;
    const { totals, problems } = restored(archive, target, { options: { flags: true, owner: false } });
    const fd = openSync(`${target}/a`, 'r');
    expect((getFileFlags(fd) ?? 0) & 0x80).toBe(0x80);
    closeSync(fd);
    expect(totals.omitted.has('flags')).toBe(true);
    expect(problems).toEqual([]);
  });
});

describe('split archives', () => {
  test('vector D is restored from its two streams', async () => {
    const reader = await PxarReader.open(inMemory(D_METADATA), inMemory(D_PAYLOAD));
    const totals = await restoreEntry(reader, reader.root, { target, options: { owner: false } });
    expect(totals).toMatchObject({ files: 1, bytes: 4, failed: 0 });
    expect(readFileSync(`${target}/file.txt`, 'utf8')).toBe('Hi!\n');
    expect(statSync(`${target}/file.txt`).mtimeMs).toBe(1430487000500);
  });

  test('a check reads every byte of both streams', async () => {
    const reader = await PxarReader.open(inMemory(D_METADATA), inMemory(D_PAYLOAD));
    expect(await checkArchive(reader)).toEqual({
      files: 1,
      directories: 1,
      hardlinks: 0,
      others: 0,
      bytes: 4,
    });
    const without = await PxarReader.open(inMemory(D_METADATA));
    await expect(checkArchive(without)).rejects.toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
  });
});

describe('what cannot be had is reported, and the rest goes on', () => {
  test('a name that this filesystem cannot hold', () => {
    const archive = new RawArchive().enter().file('x'.repeat(256), 'long').file('y', 'short').leave().bytes;
    const { problems, totals } = restored(archive, target);
    expect(problems).toMatchObject([{ step: 'create', reason: 'ENAMETOOLONG' }]);
    expect(totals).toMatchObject({ files: 1, failed: 1 });
    expect(readFileSync(`${target}/y`, 'utf8')).toBe('short');
  });

  test('a directory that cannot be made takes what is in it along, and nothing else', () => {
    const archive = new RawArchive();
    archive.enter().enter('d'.repeat(256)).file('a').enter('e').file('b').leave().leave().file('z').leave();
    const { totals } = restored(archive.bytes, target);
    expect(readdirSync(target)).toEqual(['z']);
    expect(totals.failed).toBe(4);
  });

  test('capabilities that are nonsense', () => {
    const archive = new RawArchive().enter().name('a').metadata(0o100644).item(FCAPS, 'nonsense');
    const { problems, totals } = restored(
      archive.raw(new RawArchive().file('b').bytes.subarray(18 + 56)).leave().bytes,
      target,
      {
        options: { capabilities: true },
      },
    );
    expect(totals.files).toBe(1);
    expect(problems.map(({ step }) => step).filter((step) => step !== 'capabilities')).toEqual([]);
  });

  test.skipIf(isRoot)('devices, where only root may make them (needs a user other than root)', () => {
    const archive = new RawArchive()
      .enter()
      .name('n')
      .metadata(0o020666)
      .item(DEVICE, Buffer.alloc(16))
      .leave();
    const { totals, problems } = restored(archive.bytes, target);
    expect(totals.omitted.has('devices')).toBe(true);
    expect(problems).toEqual([]);
  });

  test('nothing is left open', () => {
    put('a/b', 'x');
    linkSync(`${source}/a/b`, `${source}/c`);
    const { archive } = encoded(source);
    restored(archive, target);
    rmSync(target, { recursive: true });
    expect(() => restored(archive.subarray(0, 200), target)).toThrow('too early');
    expect(openDescriptorsIn(folder.path)).toBe(0);
  });
});

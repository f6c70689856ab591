import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { byteTextOf } from './byte-text.ts';
import { CatalogReader } from './catalog-reader.ts';
import { encodeTree } from './encode-tree.ts';
import { makeNode } from './fixtures/make-entries.ts';
import { type Encoded, encoded, inMemory, parsed, pathsOf, TestFolder } from './fixtures/round-trip.ts';
import { DEPTH_MAX } from './limits.ts';
import type { EncodeOptions, WarningReason } from './source-report.ts';

const isRoot = process.getuid?.() === 0;
let folder: TestFolder;
let source: string;

beforeEach(() => {
  folder = new TestFolder();
  source = folder.at('source');
  mkdirSync(source);
});
afterEach(() => folder.remove());

function put(path: string, content: string | Buffer = ''): string {
  const at = folder.at('source', path);
  mkdirSync(at.slice(0, at.lastIndexOf('/')), { recursive: true });
  writeFileSync(at, content);
  return at;
}

function reasons({ warnings }: Encoded): [string, WarningReason][] {
  return warnings.map(({ path, reason }) => [path, reason]);
}

describe('order and shape', () => {
  test('entries stand in the order of their bytes, whatever the directory lists', () => {
    for (const name of ['b', 'a', 'ab', 'a.b', 'Z', 'é', '~', 'a-b']) put(name);
    expect(pathsOf(encoded(source).archive)).toEqual(['', 'Z', 'a', 'a-b', 'a.b', 'ab', 'b', '~', 'Ã©']);
  });

  test('the same tree gives the same bytes, through windows of any size', () => {
    put('d/x', 'content');
    put('y', Buffer.alloc(10_000, 'z'));
    const whole = encoded(source, {}, 1 << 20).archive;
    for (const size of [2, 17, 1000]) expect(encoded(source, {}, size).archive).toEqual(whole);
  });

  test('names that are not UTF-8 are kept byte by byte', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xff, 0xfe, 0x0a])]), 'x');
    expect(pathsOf(encoded(source).archive)).toEqual(['', '\xff\xfe\n']);
  });

  test('totals and progress count what is in the archive', () => {
    put('d/x', '123');
    put('y', '4567');
    symlinkSync('y', `${source}/s`);
    linkSync(`${source}/y`, `${source}/z`);
    let calls = 0;
    const { totals, archive } = encoded(source, { progress: () => calls++ });
    expect(totals).toMatchObject({ files: 2, directories: 2, hardlinks: 1, others: 1, bytes: 7, skipped: 0 });
    expect(totals.archiveBytes).toBe(archive.length);
    expect(calls).toBeGreaterThanOrEqual(5);
  });

  test('a directory of 10 000 entries has a table that finds them all', () => {
    put('first');
    for (let index = 1; index < 10_000; index++) linkSync(`${source}/first`, `${source}/f${index}`);
    expect(parsed(encoded(source).archive)).toHaveLength(10_001);
  }, 60_000);

  test('directories nested to the limit are archived, the next one is reported', () => {
    mkdirSync(`${source}/${'d/'.repeat(DEPTH_MAX + 1)}`, { recursive: true });
    const result = encoded(source);
    expect(result.totals.directories).toBe(DEPTH_MAX + 1);
    expect(result.warnings).toMatchObject([{ reason: 'too-deep' }]);
    expect(parsed(result.archive)).toHaveLength(DEPTH_MAX + 1);
  });
});

describe('hardlinks', () => {
  test('the first name in archive order has the content, all others point back to it', () => {
    put('d/a', 'content');
    linkSync(`${source}/d/a`, `${source}/z`);
    linkSync(`${source}/d/a`, `${source}/e`);
    const entries = parsed(encoded(source).archive);
    const file = entries.find(({ path }) => path === 'd/a');
    for (const name of ['e', 'z']) {
      const link = entries.find(({ path }) => path === name);
      expect(link).toMatchObject({ kind: 'hardlink', target: 'd/a', linkPosition: file?.position });
    }
  });

  test('a file whose other names are outside is a plain file', () => {
    put('a', 'x');
    linkSync(`${source}/a`, folder.at('elsewhere'));
    expect(parsed(encoded(source).archive)[1]).toMatchObject({ kind: 'file', content: Buffer.from('x') });
  });
});

describe('patterns', () => {
  test('what is excluded is in neither stream nor catalog, and excluded directories are not entered', async () => {
    put('keep/a');
    put('cache/b');
    put('keep/x.tmp');
    const result = encoded(source, { options: { patterns: ['cache/', '*.tmp'] } });
    expect(pathsOf(result.archive)).toEqual(['', 'keep', 'keep/a', '.pxarexclude-cli']);
    expect(result.totals.excluded).toBe(2);
    const catalog = await CatalogReader.open(inMemory(result.catalog));
    const names = (await catalog.list([byteTextOf('root.pxar.didx')])).map(({ name }) => name);
    expect(names).toEqual(['keep', '.pxarexclude-cli']);
  });

  test('the patterns of the command line are recorded as the last entry of the root', () => {
    put('zzz');
    put('.pxarexclude-cli', 'an old record that is left out');
    const { archive } = encoded(source, {
      options: { patterns: ['/a', '!b', 'c/'], excludeLostAndFound: true },
    });
    const last = parsed(archive).at(-1);
    expect(last).toMatchObject({ path: '.pxarexclude-cli', kind: 'file' });
    expect(last?.content?.toString()).toBe('/a\n!b\nc/\nlost+found\n');
    expect(last?.metadata).toMatchObject({ mode: 0o100600, seconds: 0, nanos: 0, uid: process.getuid?.() });
  });

  test('an exclude file speaks for its own directory, overrules the command line, and is archived', () => {
    put('a/.pxarexclude', '/only-here\n!x.log\n');
    put('a/only-here');
    put('a/b/only-here');
    put('a/x.log');
    put('x.log');
    put('only-here');
    const { archive } = encoded(source, { options: { patterns: ['*.log'] } });
    expect(pathsOf(archive)).toEqual([
      '',
      'a',
      'a/.pxarexclude',
      'a/b',
      'a/b/only-here',
      'a/x.log',
      'only-here',
      '.pxarexclude-cli',
    ]);
  });

  test('a bad line is reported and the others count', () => {
    put('.pxarexclude', 'bad[\nx\n');
    put('x');
    const result = encoded(source);
    expect(pathsOf(result.archive)).toEqual(['', '.pxarexclude']);
    expect(reasons(result)).toEqual([['/.pxarexclude', 'pattern']]);
  });

  test('a bad pattern on the command line ends the work before it begins', () => {
    expect(() => encoded(source, { options: { patterns: ['['] } })).toThrow('not closed');
  });
});

describe('a source that changes', () => {
  /** Runs `change` when the entry of this number is about to be opened. */
  function changing(entry: number, change: () => void) {
    let count = 0;
    return {
      cancelled: () => {
        count += 1;
        if (count === entry) change();
        return false;
      },
    };
  }

  test('a vanished file leaves no trace in stream or catalog', () => {
    put('a', '1');
    put('b', '2');
    put('c', '3');
    const result = encoded(
      source,
      changing(2, () => rmSync(`${source}/b`)),
    );
    rmSync(`${source}/c`);
    put('c', '3');
    expect(pathsOf(result.archive)).toEqual(['', 'a', 'c']);
    expect(result.catalog.includes('c')).toBe(true);
    expect(result.catalog.includes('\x01b')).toBe(false);
    expect(reasons(result)).toEqual([['/b', 'vanished']]);
  });

  test('a vanished directory leaves no trace', () => {
    put('a');
    put('d/x');
    const result = encoded(
      source,
      changing(2, () => rmSync(`${source}/d`, { recursive: true })),
    );
    expect(pathsOf(result.archive)).toEqual(['', 'a']);
    expect(reasons(result)).toEqual([['/d', 'vanished']]);
  });

  test('a file that became a symbolic link is not followed', () => {
    put('a');
    put('b', 'mine');
    writeFileSync(folder.at('secret'), 'secret');
    const result = encoded(
      source,
      changing(2, () => {
        rmSync(`${source}/b`);
        symlinkSync(folder.at('secret'), `${source}/b`);
      }),
    );
    expect(result.archive.includes('secret')).toBe(false);
    expect(reasons(result)).toEqual([['/b', 'replaced']]);
  });

  test('a directory that became a symbolic link is not entered', () => {
    put('a');
    put('d/x');
    const result = encoded(
      source,
      changing(2, () => {
        rmSync(`${source}/d`, { recursive: true });
        symlinkSync('/etc', `${source}/d`);
      }),
    );
    expect(pathsOf(result.archive)).toEqual(['', 'a']);
    expect(reasons(result)).toEqual([['/d', 'replaced']]);
  });

  test('a file that became a fifo does not stop the work', () => {
    put('a');
    put('b');
    const result = encoded(
      source,
      changing(2, () => {
        rmSync(`${source}/b`);
        makeNode(`${source}/b`, 0o010600, 0n);
      }),
    );
    expect(pathsOf(result.archive)).toEqual(['', 'a']);
    expect(reasons(result)).toEqual([['/b', 'replaced']]);
  });

  test('a file that shrinks while it is read is filled up with zeros, and the archive stays whole', () => {
    put('a', Buffer.alloc(100_000, 'x'));
    put('b', 'after');
    const result = encoded(
      source,
      changing(2, () => truncateSync(`${source}/a`, 10)),
      4096,
    );
    const [, a, b] = parsed(result.archive);
    expect(a?.content?.length).toBe(100_000);
    expect(a?.content?.subarray(90_000).every((byte) => byte === 0)).toBe(true);
    expect(b?.content?.toString()).toBe('after');
    expect(reasons(result)).toEqual([['/a', 'shrunk']]);
  });

  test('a file that grows while it is read is cut at its announced size', () => {
    put('a', Buffer.alloc(100_000, 'x'));
    put('b', 'after');
    const result = encoded(
      source,
      changing(2, () => appendFileSync(`${source}/a`, 'more')),
      4096,
    );
    const [, a, b] = parsed(result.archive);
    expect(a?.content?.equals(Buffer.alloc(100_000, 'x'))).toBe(true);
    expect(b?.content?.toString()).toBe('after');
    expect(reasons(result)).toEqual([['/a', 'grown']]);
  });

  test('a file that is written to while it is read is reported', () => {
    const path = put('a', Buffer.alloc(100_000, 'x'));
    utimesSync(path, 1, 1);
    const result = encoded(
      source,
      changing(3, () => writeFileSync(path, Buffer.alloc(100_000, 'y'))),
      4096,
    );
    expect(reasons(result)).toEqual([['/a', 'modified']]);
  });

  test('holes are zeros in the stream, and a sparse file that shrinks is filled up too', () => {
    const path = put('a', 'head');
    truncateSync(path, 1_000_000);
    appendFileSync(path, 'tail');
    const [, a] = parsed(encoded(source).archive);
    const expected = Buffer.alloc(1_000_004);
    expected.write('head');
    expected.write('tail', 1_000_000);
    expect(a?.content?.equals(expected)).toBe(true);
    const result = encoded(
      source,
      changing(2, () => truncateSync(path, 100)),
      4096,
    );
    expect(parsed(result.archive)[1]?.content?.length).toBe(1_000_004);
    expect(reasons(result)).toEqual([['/a', 'shrunk']]);
  });
});

describe('what ends the work', () => {
  test('a cancelled backup stops with CANCELLED, between entries and inside a file', () => {
    put('a', Buffer.alloc(100_000));
    put('b');
    for (const after of [1, 3, 10]) {
      let count = 0;
      const attempt = () => encoded(source, { cancelled: () => ++count > after }, 4096);
      expect(attempt).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
    }
  });

  test('more names at once than allowed are refused', () => {
    for (let index = 0; index < 20; index++) put(`f${index}`);
    const attempt = () => encoded(source, { options: { entriesMax: 10 } });
    expect(attempt).toThrow(expect.objectContaining({ code: 'INPUT_TOO_LARGE' }));
  });

  test('the limit of names counts open directories, not the whole tree', () => {
    for (let index = 0; index < 8; index++) for (let file = 0; file < 8; file++) put(`d${index}/f${file}`);
    expect(encoded(source, { options: { entriesMax: 16 } }).totals.files).toBe(64);
  });

  test.each(['/proc', '/sys', '/nowhere-at-all'])('%s cannot be a source', (root) => {
    const sink = { window: () => new Uint8Array(10), advance: () => {} };
    let code = '';
    try {
      encodeTree({ root, sink });
    } catch (error) {
      code = isBackupError(error) ? error.code : String(error);
    }
    expect(code).toBe('SOURCE_UNREADABLE');
  });
});

describe('what may not be read', () => {
  test.skipIf(isRoot)(
    'a file without permission is left out and reported (needs a user other than root)',
    () => {
      chmodSync(put('a'), 0);
      const result = encoded(source);
      expect(pathsOf(result.archive)).toEqual(['']);
      expect(reasons(result)).toEqual([['/a', 'denied']]);
    },
  );
});

describe('mount points', () => {
  const hasMount = existsSync('/dev/shm') && statSync('/dev/shm').dev !== statSync('/dev').dev;
  const mounted = '/dev/shm/pxar-test-of-mounts';

  function entriesBelowShm(options: Partial<EncodeOptions>): string[] {
    mkdirSync(mounted, { recursive: true });
    try {
      const patterns = ['/*', '!/shm', '/shm/*', '!/shm/pxar-test-of-mounts'];
      return pathsOf(encoded('/dev', { options: { patterns, ...options } }).archive);
    } finally {
      rmSync(mounted, { recursive: true });
    }
  }

  test.skipIf(!hasMount)('another filesystem is an empty directory (needs a mount below /dev)', () => {
    expect(entriesBelowShm({})).toEqual(['', 'shm', '.pxarexclude-cli']);
  });

  test.skipIf(!hasMount)('it is entered when it or all of them are wanted (needs a mount below /dev)', () => {
    const whole = ['', 'shm', 'shm/pxar-test-of-mounts', '.pxarexclude-cli'];
    expect(entriesBelowShm({ filesystems: 'all' })).toEqual(whole);
    expect(entriesBelowShm({ alsoFilesystemsOf: ['/dev/shm'] })).toEqual(whole);
  });

  test.skipIf(!existsSync('/proc/self'))('a virtual filesystem is never entered (needs /proc)', () => {
    const { archive } = encoded('/', { options: { patterns: ['/*', '!/proc'], filesystems: 'all' } });
    expect(pathsOf(archive)).toEqual(['', 'proc', '.pxarexclude-cli']);
  });
});

import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { openDescriptorsIn } from '#testing/open-descriptors.ts';
import { C } from './fixtures/golden.ts';
import { RawArchive } from './fixtures/raw-archive.ts';
import { encoded, restored, TestFolder } from './fixtures/round-trip.ts';
import { mutated, Seeded } from './fixtures/seeded.ts';
import { PxarParser } from './pxar-parser.ts';
import { RestoreTree } from './restore-tree.ts';

/** Archives that want out of their target, and targets that were prepared by someone else. */

let folder: TestFolder;
let target: string;

beforeEach(() => {
  folder = new TestFolder();
  target = folder.at('target');
  mkdirSync(folder.at('outside'));
  writeFileSync(folder.at('outside', 'victim'), 'untouched');
});

afterEach(() => {
  try {
    expect(readdirSync(folder.at('outside'))).toEqual(['victim']);
    expect(readFileSync(folder.at('outside', 'victim'), 'utf8')).toBe('untouched');
    expect(lstatSync(folder.at('outside', 'victim')).nlink).toBe(1);
  } finally {
    folder.remove();
  }
});

function refuses(archive: RawArchive): void {
  let code = 'nothing was thrown';
  rmSync(target, { recursive: true, force: true });
  try {
    restored(archive.bytes, target);
  } catch (error) {
    code = isBackupError(error) ? error.code : String(error);
  }
  expect(['ARCHIVE_UNSAFE', 'DATA_CORRUPT']).toContain(code);
}

describe('an archive that wants out', () => {
  test.each(['../victim', '..', '/etc/cron.d/x', 'a/../../x', 'x\0y', 'outside/victim'])(
    'by a name %j',
    (name) => {
      refuses(new RawArchive().enter().file(name, 'evil').leave());
      refuses(new RawArchive().enter().enter(name).leave().leave());
      refuses(new RawArchive().enter().symlink(name, 'x').leave());
    },
  );

  test('through a symbolic link of its own: the second entry of that name is refused', () => {
    const archive = new RawArchive()
      .enter()
      .symlink('d', '../outside')
      .enter('d')
      .file('victim', 'evil')
      .leave()
      .leave();
    refuses(archive);
  });

  test('through a symbolic link that replaces a directory of its own', () => {
    const archive = new RawArchive().enter().enter('d').leave().symlink('d', '../outside').leave();
    refuses(archive);
    expect(lstatSync(`${target}/d`).isDirectory()).toBe(true);
  });

  test('by a hardlink to a path outside', () => {
    for (const path of ['../outside/victim', '/etc/passwd']) {
      refuses(new RawArchive().enter().file('a', 'x').hardlink('b', path, 56).leave());
    }
  });

  test('by a hardlink through a symbolic link of its own', () => {
    const archive = new RawArchive().enter().symlink('d', '../outside');
    archive.file('f', 'x');
    const position = 56;
    archive.hardlink('z', 'd/victim', position).leave();
    refuses(archive);
    expect(existsSync(`${target}/z`)).toBe(false);
  });

  test('by a hardlink whose path and distance name different files', () => {
    const archive = new RawArchive().enter().file('a', '1');
    const second = archive.position;
    archive.file('b', '2').hardlink('c', 'a', second).leave();
    refuses(archive);
  });

  test.each<[what: string, make: (archive: RawArchive) => RawArchive, path: string]>([
    ['a symbolic link', (archive) => archive.symlink('a', 'x'), 'a'],
    ['a directory', (archive) => archive.enter('a').leave(), 'a'],
    ['the root', (archive) => archive, 'a'],
    ['another hardlink', (archive) => archive.file('Z', 'x').hardlink('a', 'Z', 56), 'a'],
  ])('by a hardlink to %s', (_what, make, path) => {
    const archive = make(new RawArchive().enter());
    refuses(archive.hardlink('b', path, archive.position - 60).leave());
  });

  test('by a directory nested beyond the limit', () => {
    const archive = new RawArchive().enter();
    for (let level = 0; level < 1002; level++) archive.enter('d');
    refuses(archive);
  });

  test('by claiming more content than it has', () => {
    const bytes = Buffer.from(new RawArchive().enter().file('a', 'x').leave().bytes);
    const payload = bytes.indexOf(Buffer.from('251a7c0b1b7a1428', 'hex'));
    bytes.writeBigUInt64LE(2n ** 50n, payload + 8);
    expect(() => restored(bytes, target)).toThrow('too early');
  });
});

describe('a target that someone prepared', () => {
  const attack = () => encoded(folder.at('evil')).archive;

  beforeEach(() => {
    mkdirSync(folder.at('evil', 'd'), { recursive: true });
    writeFileSync(folder.at('evil', 'd', 'victim'), 'evil');
    writeFileSync(folder.at('evil', 'victim'), 'evil');
  });

  test.each([{ intoExisting: true }, { overwrite: true }])(
    'a directory that is a link is not entered %j',
    (options) => {
      mkdirSync(target);
      symlinkSync('../outside', `${target}/d`);
      const { problems } = restored(attack(), target, { options });
      expect(problems).toMatchObject([{ path: '/d', step: 'create' }]);
      expect(readFileSync(`${target}/victim`, 'utf8')).toBe('evil');
    },
  );

  test.each([{ intoExisting: true }, { overwrite: true }])(
    'a file that is a link is not written through %j',
    (options) => {
      mkdirSync(target);
      symlinkSync('../outside/victim', `${target}/victim`);
      restored(attack(), target, { options });
    },
  );

  test('a file that shares its inode with one outside is replaced, not written', () => {
    mkdirSync(target);
    writeFileSync(folder.at('shared'), 'untouched');
    linkSync(folder.at('shared'), `${target}/victim`);
    restored(attack(), target, { options: { overwrite: true } });
    expect(readFileSync(folder.at('shared'), 'utf8')).toBe('untouched');
    expect(readFileSync(`${target}/victim`, 'utf8')).toBe('evil');
  });

  test('a target that is itself a link is refused', () => {
    mkdirSync(folder.at('real'));
    symlinkSync('real', target);
    const attempt = () => restored(attack(), target);
    expect(attempt).toThrow(expect.objectContaining({ code: 'PATH_INVALID' }));
    expect(readdirSync(folder.at('real'))).toEqual([]);
  });

  test('a directory that is swapped for a link while it is filled keeps its files', () => {
    const archive = new RawArchive()
      .enter()
      .enter('d')
      .file('one', 'x')
      .file('victim', 'evil')
      .leave()
      .leave().bytes;
    const tree = new RestoreTree({ target });
    const parser = new PxarParser(tree);
    const half = archive.indexOf('victim') - 16;
    parser.write(archive.subarray(0, half));
    renameSync(`${target}/d`, folder.at('moved'));
    symlinkSync('outside', folder.at('target', 'd'));
    parser.write(archive.subarray(half));
    parser.end();
    tree.finish();
    expect(readFileSync(folder.at('moved', 'victim'), 'utf8')).toBe('evil');
  });

  test('a file that is swapped for a link is not what a hardlink gets', () => {
    const raw = new RawArchive().enter().enter('d').file('f', 'x').leave();
    const archive = raw.hardlink('z', 'd/f', 56 + 18 + 56).leave().bytes;
    const tree = new RestoreTree({ target });
    const parser = new PxarParser(tree);
    const half = archive.indexOf('z\0') - 16;
    parser.write(archive.subarray(0, half));
    unlinkSync(`${target}/d/f`);
    rmdirSync(`${target}/d`);
    symlinkSync('../outside', `${target}/d`);
    parser.write(archive.subarray(half));
    parser.end();
    const totals = tree.finish();
    expect(existsSync(`${target}/z`)).toBe(false);
    expect(totals.failed).toBe(1);
  });
});

describe('mutated archives', () => {
  const whole = (() => {
    const archive = new RawArchive().enter().raw(C.subarray(168, -208)).enter('sub');
    return archive.file('one', 'content').symlink('two', 'one').leave().file('zz', 'y'.repeat(300)).leave()
      .bytes;
  })();

  test('a thousand of them: only known errors, nothing outside, nothing left open', {
    timeout: 120_000,
  }, () => {
    const random = new Seeded(20260101);
    const outcomes = new Map<string, number>();
    for (let round = 0; round < 1000; round++) {
      const archive = mutated(whole, random);
      const at = folder.at('target', `r${round % 50}-${round}`);
      let outcome = 'restored';
      try {
        restored(archive, at, { options: { flags: false, devices: false } });
      } catch (error) {
        if (!isBackupError(error, 'DATA_CORRUPT', 'ARCHIVE_UNSAFE')) throw error;
        outcome = error.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()].sort()).toEqual(['ARCHIVE_UNSAFE', 'DATA_CORRUPT', 'restored']);
    expect(openDescriptorsIn(folder.path)).toBe(0);
    expect(readdirSync(folder.path).sort()).toEqual(['outside', 'target']);
  });
});

import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { checkAccessTime } from './access-time.ts';
import { inspectPlace, type PlaceInspection, type PlaceLook } from './inspect-place.ts';
import { makeOwnFile } from './own-file.ts';

function look(path: string, tryAccessTime: PlaceLook['tryAccessTime'] = 'never'): PlaceInspection {
  return inspectPlace({ path, nowMs: Date.now(), tryAccessTime });
}

test('what belongs to a datastore is content, also alone; other hidden names are not', () => {
  for (const name of ['.chunks', '.lock', '.ibs-provisioning', '.ibs-identity.json', 'file']) {
    const path = temporaryDirectory();
    fs.writeFileSync(join(path, name), '');
    expect(look(path)).toMatchObject({ entries: [name], entryCount: 1 });
  }
  const path = temporaryDirectory();
  for (const name of ['.Trash-0', '.snapshot', 'lost+found']) fs.mkdirSync(join(path, name));
  expect(look(path)).toMatchObject({ entries: [], entryCount: 0, found: null });
});

test('an existing datastore is told by its files', () => {
  const path = temporaryDirectory();
  fs.mkdirSync(join(path, '.chunks'));
  expect(look(path).found).toBe(null);
  fs.writeFileSync(join(path, '.lock'), '');
  expect(look(path).found).toBe('pbs');
  fs.writeFileSync(join(path, '.ibs-identity.json'), '');
  expect(look(path).found).toBe('ibs');
});

test('nothing behind a symbolic link is looked at, wherever in the path it is', () => {
  const root = temporaryDirectory();
  fs.mkdirSync(join(root, 'real/below'), { recursive: true });
  fs.writeFileSync(join(root, 'real/below/secret'), '');
  fs.symlinkSync('real', join(root, 'link'));
  for (const path of [join(root, 'link'), join(root, 'link/below'), join(root, 'link/none')]) {
    const found = look(path, 'always');
    expect(found).toMatchObject({
      symlink: join(root, 'link'),
      exists: false,
      entries: [],
      accessTime: null,
    });
  }
  expect(fs.readdirSync(join(root, 'real/below'))).toEqual(['secret']);
});

test('access times are tried only where that was asked for', () => {
  const path = temporaryDirectory();
  expect(look(path, 'if-empty').accessTime).toEqual({
    problem: null,
    clockOffsetSeconds: expect.any(Number),
  });
  expect(fs.readdirSync(path)).toEqual([]);
  fs.writeFileSync(join(path, 'file'), '');
  const before = fs.statSync(path).mtimeMs;
  expect(look(path, 'never').accessTime).toBe(null);
  expect(look(path, 'if-empty').accessTime).toBe(null);
  expect(fs.statSync(path).mtimeMs).toBe(before);
  expect(look(path, 'always').accessTime?.problem).toBe(null);
});

test('the file of a test is never one that somebody has put there', () => {
  const directory = temporaryDirectory();
  const victim = join(directory, 'victim');
  fs.writeFileSync(victim, 'precious');
  fs.utimesSync(victim, 1000, 1000);
  for (const name of ['own', `.ibs-access-time-${process.pid}`])
    fs.symlinkSync(victim, join(directory, name));
  fs.closeSync(makeOwnFile(join(directory, 'own')));
  checkAccessTime(directory, Date.now());
  expect(fs.lstatSync(join(directory, 'own')).isFile()).toBe(true);
  expect(fs.readFileSync(victim, 'utf8')).toBe('precious');
  expect(fs.statSync(victim).mtimeMs).toBe(1_000_000);
  expect(fs.readdirSync(directory).sort()).toEqual(['own', 'victim']);
});

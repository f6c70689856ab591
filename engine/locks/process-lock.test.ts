import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testClock } from '#testing/open-store.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { lockFile } from '../posix.ts';
import { ProcessLock } from './process-lock.ts';

function lockPath(): string {
  const path = join(temporaryDirectory(), '.lock');
  fs.writeFileSync(path, '');
  return path;
}

/** Another process that has the file open, as far as these locks can tell. */
function holdElsewhere(path: string, mode: 'shared' | 'exclusive'): void {
  const fd = fs.openSync(path, 'r+');
  onTestFinished(() => fs.closeSync(fd));
  expect(lockFile(fd, mode)).toBe(true);
}

test('an open datastore shares the lock with other writers, and keeps collections out', async () => {
  const path = lockPath();
  const lock = ProcessLock.open(path, testClock());
  holdElsewhere(path, 'shared');
  const fd = fs.openSync(path, 'r+');
  expect(lockFile(fd, 'exclusive')).toBe(false);
  fs.closeSync(fd);
  await lock.close();
});

test('a collection elsewhere keeps it from opening', () => {
  const path = lockPath();
  holdElsewhere(path, 'exclusive');
  expect(() => ProcessLock.open(path, testClock())).toThrow(/Another process collects garbage/);
});

test('who wants to take it over must be alone: a writer elsewhere is enough to refuse', async () => {
  const path = lockPath();
  const alone = ProcessLock.openAlone(path, testClock());
  await alone.close();
  holdElsewhere(path, 'shared');
  expect(() => ProcessLock.openAlone(path, testClock())).toThrow(/Another process uses this datastore/);
});

test('a lock file that is a symbolic link is not followed', () => {
  const path = lockPath();
  const link = join(path, '..', 'link');
  fs.symlinkSync(path, link);
  expect(() => ProcessLock.open(link, testClock())).toThrow(/ELOOP/);
});

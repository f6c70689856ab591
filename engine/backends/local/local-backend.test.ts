import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import { localBackend } from '#testing/open-store.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { syncFilesystem } from '../../posix.ts';
import type { LocalBackend } from './local-backend.ts';

/** What the local backend owes to directories, descriptors and errors of a real system. */

const TEXT = Buffer.from('text');
const CLOSED = { code: 'STORAGE_UNREACHABLE', message: expect.stringContaining('has been closed') };
const GONE = { code: 'STORAGE_UNREACHABLE', message: expect.stringContaining('is gone') };

afterEach(() => vi.restoreAllMocks());

/** The next one to get the number that a closed backend had; another thread may have it for a moment. */
async function withDescriptorOf(closed: LocalBackend): Promise<LocalBackend> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const next = localBackend(temporaryDirectory());
    if (next.traits.direct?.access === closed.traits.direct?.access) return next;
    await next.close();
    await setTimeout(10);
  }
  throw new Error('the descriptor was not given out again');
}

test('what is asked of a closed backend is refused, and never done in the next one', async () => {
  const first = localBackend(temporaryDirectory());
  await first.put('object', TEXT);
  const reader = await first.open('object');
  const staged = await first.stage('staged');
  await first.close();
  const second = await withDescriptorOf(first);
  await second.makeDirectory('tree');
  await expect(first.removeTree('tree')).rejects.toMatchObject(CLOSED);
  await expect(first.put('late', TEXT)).rejects.toMatchObject(CLOSED);
  await expect(first.flush()).rejects.toMatchObject(CLOSED);
  await expect(reader.read(Buffer.alloc(4), 0)).rejects.toMatchObject(CLOSED);
  await expect(staged.commit()).rejects.toMatchObject(CLOSED);
  await staged.abort();
  await reader.close();
  expect((await second.list('')).map(({ name }) => name)).toEqual(['tree']);
  await second.close();
});

test('the descriptor stays for as long as anything runs that was begun on it', async () => {
  const first = localBackend(temporaryDirectory());
  const slow = Promise.withResolvers<void>();
  const running = first.traits.direct?.use(async () => {
    await slow.promise;
    fs.writeFileSync(join(first.traits.direct?.access ?? '', 'late'), TEXT);
  });
  const closed = first.close();
  await setTimeout(50);
  const second = localBackend(temporaryDirectory());
  expect(second.traits.direct?.access).not.toBe(first.traits.direct?.access);
  slow.resolve();
  await Promise.all([running, closed]);
  expect(fs.readdirSync(first.path)).toEqual(['late']);
  expect(await second.list('')).toEqual([]);
  await second.close();
});

test('a chunk whose directory is gone is not missing: the storage is', async () => {
  const backend = localBackend(temporaryDirectory());
  onTrouble(backend);
  const key = `.chunks/abcd/${'abcd'.repeat(16)}`;
  fs.mkdirSync(join(backend.path, '.chunks/abcd'), { recursive: true });
  await expect(backend.get(key, 10)).rejects.toMatchObject({ code: 'STORAGE_MISSING' });
  expect([await backend.stat(key), await backend.touch(key)]).toEqual([undefined, false]);
  expect(backend.onTrouble).not.toHaveBeenCalled();
  fs.rmdirSync(join(backend.path, '.chunks/abcd'));
  await expect(backend.get(key, 10)).rejects.toMatchObject(GONE);
  await expect(backend.stat(key)).rejects.toMatchObject(GONE);
  await expect(backend.touch(key)).rejects.toMatchObject(GONE);
  expect(backend.onTrouble).toHaveBeenCalled();
  await backend.close();
});

test('an error of the disk while writing means a full one when hardly anything is left', async () => {
  const backend = localBackend(temporaryDirectory());
  onTrouble(backend);
  const close = () => backend.traits.direct?.use(() => Promise.reject(diskError('close')));
  await expect(close()).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
  expect(backend.onFlushFailed).toHaveBeenCalledTimes(1);
  const stat = await fs.promises.statfs(backend.path);
  vi.spyOn(fs.promises, 'statfs').mockResolvedValue({ ...stat, bavail: 1 });
  await expect(close()).rejects.toMatchObject({ code: 'STORAGE_FULL' });
  expect(backend.onFlushFailed).toHaveBeenCalledTimes(1);
  // What a flush could not write was written by anybody.
  const flush = backend.traits.direct?.use(() => Promise.reject(diskError('fsync')));
  await expect(flush).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
  expect(backend.onFlushFailed).toHaveBeenCalledTimes(2);
  await backend.close();
});

test('a flush of the filesystem says why it failed', async () => {
  await expect(syncFilesystem(99_999)).rejects.toMatchObject({ code: 'EBADF', syscall: 'syncfs' });
});

function onTrouble(backend: ReturnType<typeof localBackend>): void {
  backend.onTrouble = vi.fn();
  backend.onFlushFailed = vi.fn();
}

function diskError(call: string): BackupError {
  const detail = `EIO: i/o error, ${call}`;
  return new BackupError('STORAGE_UNREACHABLE', '/x could not be flushed: the disk reports an error.', {
    detail,
  });
}

import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { makeBase, removeBase } from './make-base.ts';

afterEach(() => vi.restoreAllMocks());

/** The directories that are flushed from now on. */
function watchFlushes(): string[] {
  const flushed: string[] = [];
  const open = fs.promises.open;
  vi.spyOn(fs.promises, 'open').mockImplementation(async (path, flags, mode) => {
    const handle = await open(path, flags, mode);
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      flushed.push(String(path));
    };
    return handle;
  });
  return flushed;
}

test('every directory that is made is flushed into its parent', async () => {
  const root = temporaryDirectory();
  const flushed = watchFlushes();
  expect(await makeBase(join(root, 'a/b/c'))).toBe(join(root, 'a'));
  expect(flushed).toEqual([join(root, 'a/b'), join(root, 'a'), root]);
  expect(await makeBase(join(root, 'a/b/c'))).toBe(null);
  expect(flushed).toHaveLength(3);
});

test('what was made goes again, as far as it is empty', async () => {
  const root = temporaryDirectory();
  const path = join(root, 'a/b/c');
  const first = (await makeBase(path)) ?? '';
  fs.writeFileSync(join(root, 'a/file'), '');
  await removeBase(path, first);
  expect(fs.readdirSync(join(root, 'a'))).toEqual(['file']);
});

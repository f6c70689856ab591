import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import { localBackend } from '#testing/open-store.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { chunkDirectoryName } from '../chunks/chunk-key.ts';
import type { Datastore } from '../datastore.ts';
import { scanCrashWindow } from './crash-window.ts';

let root: string;

beforeEach(() => {
  root = temporaryDirectory();
  fs.mkdirSync(join(root, '.chunks'));
});

async function scan(load: () => Promise<never> = () => Promise.reject(new Error('nothing to load'))) {
  const backend = localBackend(root);
  try {
    const store = { backend, syncLevel: 'none', chunks: { load } } as unknown as Datastore;
    return await scanCrashWindow(store, 0, new AbortController().signal);
  } finally {
    await backend.close();
  }
}

test('a chunk directory that is gone ends the scan with words that help', async () => {
  fs.mkdirSync(join(root, '.chunks', chunkDirectoryName(0)));
  await expect(scan()).rejects.toMatchObject({
    code: 'STORAGE_UNREACHABLE',
    message: expect.stringContaining(`${root}/.chunks/000`),
    hint: expect.stringContaining('mounted'),
  });
});

test('a chunk that somebody sets aside meanwhile does not end it', async () => {
  for (let number = 0; number < 8; number += 1)
    fs.mkdirSync(join(root, '.chunks', chunkDirectoryName(number)));
  fs.writeFileSync(join(root, '.chunks', chunkDirectoryName(0), '0'.repeat(64)), 'a chunk');
  let loaded = 0;
  const ended = scan(async () => {
    loaded += 1;
    throw new BackupError('CHUNK_MISSING', 'It is missing.');
  });
  // It goes on to the directories that this test has not made.
  await expect(ended).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' });
  expect(loaded).toBe(1);
});

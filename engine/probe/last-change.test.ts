import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MemoryBackend } from '#testing/memory-backend.ts';
import { localBackend } from '#testing/open-store.ts';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { lastChunkChange } from './last-change.ts';

const { signal } = new AbortController();

test('tells when chunks last came or went, however long ago', async () => {
  const backend = localBackend(temporaryDirectory());
  onTestFinished(() => backend.close());
  for (const [name, seconds] of Object.entries({ '0000': 3000, '8000': 5000, ffff: 4000 })) {
    fs.mkdirSync(join(backend.path, '.chunks', name), { recursive: true });
    fs.utimesSync(join(backend.path, '.chunks', name), seconds, seconds);
  }
  expect(await lastChunkChange(backend, signal)).toBe(5_000_000);
  expect(await lastChunkChange(new MemoryBackend(() => 0), signal)).toBe(null);
});

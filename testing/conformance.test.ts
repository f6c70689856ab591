import { describe, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { ObjectBackend } from '#engine/backends/backend.ts';
import { LocalBackend } from '#engine/backends/local/local-backend.ts';
import { PROMISES } from '#engine/backends/promises.ts';
import { faultyBackend } from './faulty-backend.ts';
import { MemoryBackend } from './memory-backend.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** One suite for all backends: what the interface promises, every implementation keeps. */

const BACKENDS: Record<string, () => ObjectBackend> = {
  local: () => localBackend(temporaryDirectory()),
  memory: () => new MemoryBackend(() => 1_700_000_000_000),
  'faulty without a fault': () => faultyBackend(localBackend(temporaryDirectory()), { call: null, error }),
};

function localBackend(root: string): LocalBackend {
  return new LocalBackend(root, {
    keepsAccessTime: true,
    knowsCapacity: true,
    defaultSyncLevel: 'filesystem',
  });
}

function error(): BackupError {
  return new BackupError('STORAGE_UNREACHABLE', 'The disk is gone.');
}

for (const [name, open] of Object.entries(BACKENDS)) {
  describe(name, () => {
    for (const { promise, check } of PROMISES) {
      test(promise, async () => {
        const backend = open();
        await backend.makeDirectory('checks');
        await check(backend, 'checks');
      });
    }
  });
}

describe('a promise check notices a backend that breaks it', () => {
  for (const { promise, check } of PROMISES) {
    test(promise, async () => {
      const backend = faultyBackend(new MemoryBackend(() => 0), { call: 2, error });
      await backend.makeDirectory('checks');
      await expect(check(backend, 'checks')).rejects.toThrow();
      expect(backend.fired()).toBe(1);
    });
  }
});

import { expect, test } from 'vitest';
import { GcResult, gcWords } from './gc.ts';

const NOTHING = {
  ...{ graceMinutes: 1440, indexFiles: 0, logicalBytes: 0, references: 0, missingChunks: 0, usedChunks: 0 },
  ...{ usedBytes: 0, removedChunks: 0, removedBytes: 0, pendingChunks: 0, pendingBytes: 0 },
  ...{ badRemoved: 0, badKept: 0, leftoversRemoved: 0, strangers: 0 },
};

const words = (result: object, preview = false) =>
  gcWords(GcResult.parse({ ...NOTHING, ...result }), { preview }).replaceAll('\u00a0', ' ');

test('results of tasks from before a window could end a run are read', () => {
  expect(GcResult.parse(NOTHING)).toMatchObject({ leftChunks: 0, leftBytes: 0 });
});

test('what a run frees, what it leaves at the end of its window, and what waits for the grace', () => {
  expect(words({})).toBe('Nothing was removed.');
  const some = { removedChunks: 2, removedBytes: 2048, leftChunks: 1, leftBytes: 1024 };
  expect(words(some)).toBe(
    'Freed 2.00 KiB in 2 chunks. Stopped at the end of the window; 1.00 KiB in 1 chunk left.',
  );
  expect(words({ ...some, leftChunks: 0, pendingChunks: 1, pendingBytes: 1024 }, true)).toBe(
    'Would free 2.00 KiB in 2 chunks. 1.00 KiB in 1 chunk will follow, 1 d after the last use.',
  );
});

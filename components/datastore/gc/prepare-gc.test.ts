import { expect, test } from 'vitest';
import type { GcResult } from '#domain/gc.ts';
import type { TaskView } from '../../trpc/views.ts';
import { estimateRun, isOutdated, prepareHistory, previewWords, readGcResult } from './prepare-gc.ts';

const RESULT: GcResult = {
  ...{ graceMinutes: 1440, indexFiles: 3, logicalBytes: 9000, references: 30 },
  ...{ missingChunks: 0, usedChunks: 20, usedBytes: 3000 },
  ...{ removedChunks: 4, removedBytes: 2048, pendingChunks: 1, pendingBytes: 1024 },
  ...{
    badRemoved: 0,
    badKept: 0,
    leftoversRemoved: 0,
    trashRemoved: 0,
    strangers: 0,
    leftChunks: 0,
    leftBytes: 0,
  },
};

const run = (endMinute: number, result: unknown, state: TaskView['state'] = 'succeeded') =>
  ({
    ...{ id: `at-${endMinute}`, state, result },
    startedAt: new Date((endMinute - 1) * 60_000),
    finishedAt: new Date(endMinute * 60_000),
  }) as TaskView;

const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');

test.each<[Partial<GcResult>, string]>([
  [{}, 'Frees 2.00 KiB now, 1.00 KiB more 1 d after the last use.'],
  [{ removedBytes: 0 }, 'Frees nothing now, 1.00 KiB more 1 d after the last use.'],
  [{ pendingBytes: 0 }, 'Frees 2.00 KiB now, and nothing waits for the grace.'],
  [{ removedBytes: 0, pendingBytes: 0 }, 'There is nothing to free.'],
])('a preview with %j says: %s', (part, words) => {
  expect(plain(previewWords({ ...RESULT, ...part }))).toBe(words);
});

test('a task without figures, or with some that cannot be read, has none', () => {
  expect(readGcResult(run(1, null, 'failed'))).toBeNull();
  expect(readGcResult(run(1, { ...RESULT, usedBytes: 'many' }))).toBeNull();
  expect(readGcResult(null)).toBeNull();
  expect(readGcResult(run(1, RESULT))).toEqual(RESULT);
});

test('history runs from old to new, and a failed run is a gap', () => {
  const history = prepareHistory([run(30, RESULT), run(20, null, 'failed'), run(10, RESULT)]);
  expect(history.map(({ at, freedBytes }) => [at / 60_000, freedBytes])).toEqual([
    [9, 2048],
    [19, null],
    [29, 2048],
  ]);
});

test('what a run would free is told by the preview, or by what a later run left over', () => {
  const [preview, later] = [run(10, RESULT), run(20, { ...RESULT, pendingBytes: 512 })];
  const known = { lastPreview: preview, usualMs: null };
  expect(plain(estimateRun({ ...known, lastRun: null }).frees?.words)).toMatch(/^Frees 2.00 KiB now/);
  expect(plain(estimateRun({ ...known, lastRun: run(5, RESULT) }).frees?.words)).toMatch(/^Frees 2.00/);
  expect(plain(estimateRun({ ...known, lastRun: later }).frees?.words)).toBe('Left over: 512 B');
  expect(estimateRun({ ...known, lastPreview: null, lastRun: null }).frees).toBeNull();
  expect(isOutdated(preview, later)).toBe(true);
  expect(isOutdated(preview, null)).toBe(false);
});

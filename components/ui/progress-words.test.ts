import { describe, expect, test } from 'vitest';
import type { TaskProgress } from '#domain/task.ts';
import { progressShare, progressWords } from './progress-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('progress in words', () => {
  test.each<[TaskProgress, string]>([
    [{ phase: 'Mark' }, 'Mark'],
    [{ phase: 'Create layout', done: 2, total: 5, unit: 'steps' }, 'Create layout · 2 / 5 steps'],
    [
      { phase: 'Verify', done: 604, total: 1160, unit: 'snapshots', rate: 2, leftMs: 724_000 },
      'Verify · 604 / 1 160 snapshots · 120 snapshots/min · about 12 min left',
    ],
    [
      {
        phase: 'Upload',
        done: 3 * 2 ** 30,
        total: 12 * 2 ** 30,
        unit: 'bytes',
        rate: 200 * 2 ** 20,
        leftMs: 46_000,
      },
      'Upload · 3.00 GiB / 12.0 GiB · 200 MiB/s · about 50 s left',
    ],
    [
      { phase: 'Sweep', done: 1_204_331, unit: 'chunks', rate: 20_100 },
      'Sweep · 1 204 331 chunks · 20 100 chunks/s',
    ],
  ])('%j', (progress, words) => {
    expect(plain(progressWords(progress))).toBe(words);
  });

  test('the bar is never fuller than full, and has no length before the end is known', () => {
    expect(progressShare({ phase: 'Mark', done: 12, total: 10 })).toBe(1);
    expect(progressShare({ phase: 'Mark', done: 12 })).toBeNull();
    expect(progressShare({ phase: 'Mark', done: 0, total: 0 })).toBeNull();
  });
});

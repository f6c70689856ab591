import { expect, test } from 'vitest';
import { progressParts, usualParts } from './progress-text.ts';

test('what a task is at, the most telling part first', () => {
  const progress = { phase: 'Mark', done: 18, total: 100, unit: 'chunks' as const, leftMs: 5_000 };
  expect(progressParts(progress, 'running')).toEqual(['Mark', '18 %', 'about 5 s left', '18 of 100 chunks']);
  expect(progressParts(null, 'queued')).toEqual(['waiting for the storage worker']);
});

test('what is usual is told once it is known, without spaces that a terminal could stumble over', () => {
  expect(usualParts(42 * 60_000)).toEqual(['usually 42 min']);
  expect(usualParts(null)).toEqual([]);
});

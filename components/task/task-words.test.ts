import { expect, test } from 'vitest';
import { durationWords, resultWords, taskDurationMs } from './task-words.ts';

const base = { outcome: null, error: null, progress: null };

test('each state says what matters then', () => {
  expect(resultWords({ ...base, state: 'queued' })).toBe('Waits for a worker');
  expect(resultWords({ ...base, state: 'running' })).toBe('Starting');
  expect(resultWords({ ...base, state: 'running', progress: { phase: 'Checks' } })).toBe('Checks');
  expect(resultWords({ ...base, state: 'succeeded', outcome: 'a is online.' })).toBe('a is online.');
  expect(
    resultWords({
      ...base,
      state: 'failed',
      outcome: 'Failed.',
      error: { code: 'STORAGE_FULL', message: 'The disk is full.' },
    }),
  ).toBe('The disk is full.');
});

test('a running task lasts until now, a queued one has no duration yet', () => {
  const startedAt = new Date(1000);
  expect(taskDurationMs({ startedAt, finishedAt: new Date(4000) }, 99_000)).toBe(3000);
  expect(taskDurationMs({ startedAt, finishedAt: null }, 6000)).toBe(5000);
  expect(taskDurationMs({ startedAt: null, finishedAt: null }, 6000)).toBeNull();
});

test('the usual duration is named only when it is known', () => {
  expect(durationWords(2000, null)).toBe('2.0\u00a0s');
  expect(durationWords(2000, 500)).toBe('2.0\u00a0s, usually 500\u00a0ms');
});

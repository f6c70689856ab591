import { expect, test } from 'vitest';
import { causeHref, durationWords, isUnusual, resultWords, taskDurationMs } from './task-words.ts';

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

test('in a list what is usual is named while a task runs, and where it took far longer or shorter', () => {
  const over = { usualMs: 100, finishedAt: new Date(0) };
  expect([140, 151, 66].map((ms) => isUnusual(over, ms))).toEqual([false, true, true]);
  expect(isUnusual({ ...over, finishedAt: null }, 100)).toBe(true);
  expect(isUnusual({ ...over, usualMs: null }, 900)).toBe(false);
});

test('a cause leads to its tasks, narrowed as the page is', () => {
  const filters = { state: ['failed', 'warnings'], days: ['30'], datastore: ['alpha'], group: ['cause'] };
  const cause = { kind: 'backup' as const, code: 'STORAGE_FULL' };
  expect(causeHref(cause, { filters, text: 'vm/1' })).toBe(
    '/tasks?state=failed&kind=backup&code=STORAGE_FULL&datastore=alpha&days=30&q=vm%2F1',
  );
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readUpConfig } from './env.ts';
import { whenNpmEnds } from './parent.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the end of npm is noticed within a second, and once', () => {
  const end = vi.fn();
  let parent = 100;
  whenNpmEnds(end, () => parent);
  vi.advanceTimersByTime(5000);
  expect(end).not.toHaveBeenCalled();
  parent = 1;
  vi.advanceTimersByTime(1000);
  expect(end).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(5000);
  expect(end).toHaveBeenCalledOnce();
});

test.each([
  ['by "npm start"', { npm_lifecycle_event: 'start' }, true],
  ['by itself', {}, false],
  ['by systemd', { INVOCATION_ID: 'a' }, false],
  ['below another script of npm', { npm_lifecycle_event: 'test' }, false],
])('started %s', (_, environment, byNpm) => {
  expect(readUpConfig({ NODE_ENV: 'production', ...environment }).startedByNpm).toBe(byNpm);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runEndAt } from './run-end.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

let now = 0;
const clock = { now: () => now, monotonic: () => now };

test('it is over at its moment by the clock, within a second', () => {
  now = 1_000_000;
  using end = runEndAt(clock, 1_060_000);
  vi.advanceTimersByTime(90_000);
  expect(end.signal?.aborted).toBe(false); // the clock stands
  now = 1_060_000;
  vi.advanceTimersByTime(1000);
  expect(end.signal?.aborted).toBe(true);
});

test('one that begins behind its end is over at once, and one without an end never', () => {
  now = 2000;
  using late = runEndAt(clock, 1999);
  expect(late.signal?.aborted).toBe(true);
  using none = runEndAt(clock, null);
  expect(none.signal).toBeNull();
});

test('nothing keeps looking once the run has ended', () => {
  now = 0;
  const end = runEndAt(clock, 5);
  end[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});

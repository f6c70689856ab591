import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { everyMinute } from './every-minute.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-27T12:00:20.500Z');

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

/** The clock of the machine, as it is set. */
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const shown = (calls: number[]) => calls.map((now) => new Date(now).toISOString().slice(11, 23));

test('wakes at each full minute, however long the work takes', async () => {
  const calls: number[] = [];
  const end = everyMinute(clock, async (now) => {
    calls.push(now);
    await new Promise((resolve) => setTimeout(resolve, 12_345));
  });
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  expect(shown(calls)).toEqual(['12:01:00.000', '12:02:00.000', '12:03:00.000']);
  end();
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  expect(calls).toHaveLength(3);
});

test('work that takes longer than a minute is not begun a second time, and the next minute is a full one', async () => {
  const calls: number[] = [];
  let running = 0;
  let most = 0;
  const end = everyMinute(clock, async (now) => {
    calls.push(now);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 100_000));
    running -= 1;
  });
  await vi.advanceTimersByTimeAsync(4 * MINUTE);
  expect(shown(calls)).toEqual(['12:01:00.000', '12:03:00.000']);
  expect(most).toBe(1);
  end();
});

test.each([
  ['forward by days', 5 * 24 * 60 * MINUTE],
  ['back by an hour', -60 * MINUTE],
])('clocks that are set %s cost a minute at most', async (_, shift) => {
  let shiftMs = 0;
  const calls: number[] = [];
  const shifted = { ...clock, now: () => Date.now() + shiftMs };
  const end = everyMinute(shifted, async (now) => {
    calls.push(now);
  });
  await vi.advanceTimersByTimeAsync(MINUTE);
  shiftMs = shift + 7000;
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(calls.length).toBeGreaterThanOrEqual(2);
  expect(calls.slice(-1).map((now) => now % MINUTE)).toEqual([0]);
  expect(calls.at(-1)).toBeGreaterThan(START + shift);
  end();
});

test('a timer that is early by the clock of the wall makes no second look at a minute', async () => {
  let slow = 0;
  const calls: number[] = [];
  const end = everyMinute({ ...clock, now: () => Date.now() - slow }, async (now) => {
    calls.push(now);
  });
  slow = 40; // set back a little, while the timer sleeps
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(shown(calls)).toEqual(['12:01:00.000', '12:02:00.000']);
  end();
});

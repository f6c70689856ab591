import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventBatcher } from './event-batcher.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function recorder() {
  const flushed: number[][] = [];
  const batcher = eventBatcher<number>(
    (items) => flushed.push(items),
    () => performance.now(),
  );
  return { flushed, batcher };
}

test('what comes together is passed on together, a moment later', () => {
  const { flushed, batcher } = recorder();
  batcher.add([1]);
  batcher.add([2, 3]);
  expect(flushed).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(flushed).toEqual([[1, 2, 3]]);
});

test('a steady stream is passed on once a second and nothing of it is lost', () => {
  const { flushed, batcher } = recorder();
  for (let number = 0; number < 30; number += 1) {
    batcher.add([number]);
    vi.advanceTimersByTime(100);
  }
  vi.advanceTimersByTime(1000);
  expect(flushed.length).toBeLessThanOrEqual(5);
  expect(flushed.flat()).toEqual(Array.from({ length: 30 }, (_, number) => number));
});

test('after stop nothing is passed on', () => {
  const { flushed, batcher } = recorder();
  batcher.add([1]);
  batcher.stop();
  vi.advanceTimersByTime(2000);
  expect(flushed).toEqual([]);
});

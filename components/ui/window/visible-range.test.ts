import { expect, test } from 'vitest';
import { visibleRange } from './visible-range.ts';

test('what is in view is drawn, with a few rows around', () => {
  expect(visibleRange(1000, 20, { top: 2000, height: 400 })).toEqual([88, 132]);
});

test('the ends of the list are never passed', () => {
  expect(visibleRange(1000, 20, { top: 0, height: 400 })).toEqual([0, 32]);
  expect(visibleRange(1000, 20, { top: 19_900, height: 400 })).toEqual([983, 1000]);
  expect(visibleRange(5, 20, { top: 0, height: 400 })).toEqual([0, 5]);
  expect(visibleRange(0, 20, { top: 0, height: 400 })).toEqual([0, 0]);
});

test('a list that got shorter while it was scrolled far down draws its end', () => {
  expect(visibleRange(3, 20, { top: 90_000, height: 400 })).toEqual([3, 3]);
});

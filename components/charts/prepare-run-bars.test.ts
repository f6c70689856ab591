import { expect, test } from 'vitest';
import { prepareBarRow } from './prepare-run-bars.ts';

test('bars stand on zero and the largest reaches the top', () => {
  expect(prepareBarRow([0, 50, 100])).toEqual({ max: 100, shares: [0, 0.5, 1] });
});

test('a little is seen, nothing is not, and what is not known is a gap', () => {
  expect(prepareBarRow([1, 0, null, 1_000_000]).shares).toEqual([0.06, 0, null, 1]);
});

test('a row without anything has no height to measure against', () => {
  expect(prepareBarRow([0, null])).toEqual({ max: 0, shares: [0, null] });
  expect(prepareBarRow([])).toEqual({ max: 0, shares: [] });
});

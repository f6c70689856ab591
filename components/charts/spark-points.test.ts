import { expect, test } from 'vitest';
import { sparkPoints } from './spark-points.ts';

test('the last value belongs to now, each one before to a stretch earlier; gaps stay gaps', () => {
  expect(sparkPoints([1, null, 3], 1000, 100)).toEqual([
    { at: 800, value: 1 },
    { at: 900, value: null },
    { at: 1000, value: 3 },
  ]);
});

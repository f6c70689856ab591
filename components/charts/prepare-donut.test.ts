import { expect, test } from 'vitest';
import { prepareDonut } from './prepare-donut.ts';

test('parts follow each other around the whole ring', () => {
  const arcs = prepareDonut([
    { id: 'a', value: 25 },
    { id: 'b', value: 75 },
  ]);
  expect(arcs.map(({ id, start, length }) => [id, start, length])).toEqual([
    ['a', 0, 0.25],
    ['b', 0.25, 0.75],
  ]);
});

test('what is nothing is left out, what is tiny is still seen', () => {
  const arcs = prepareDonut([
    { id: 'none', value: 0 },
    { id: 'tiny', value: 1 },
    { id: 'rest', value: 1_000_000 },
  ]);
  expect(arcs.map((arc) => arc.id)).toEqual(['tiny', 'rest']);
  expect(arcs[0]?.length).toBeGreaterThan(0.01);
  expect(arcs[0]?.share).toBeLessThan(0.00001);
  expect(arcs.reduce((sum, arc) => sum + arc.length, 0)).toBeCloseTo(1);
});

test('a whole of nothing draws nothing', () => {
  expect(prepareDonut([])).toEqual([]);
  expect(prepareDonut([{ id: 'a', value: 0 }])).toEqual([]);
});

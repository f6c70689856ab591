import { describe, expect, test } from 'vitest';
import { prepareSparkline, type SparkPoint } from './prepare-sparkline.ts';

const BOX = { width: 100, height: 20, inset: 0 };
const at = (...values: (number | null)[]): SparkPoint[] =>
  values.map((value, index) => ({ at: index * 1000, value }));

describe('a sparkline', () => {
  test('starts at zero and ends at its largest value', () => {
    const { lines, max } = prepareSparkline(at(0, 5, 10), BOX);
    expect(lines).toEqual(['M0 20L50 10L100 0']);
    expect(max).toBe(10);
  });

  test('a gap breaks the line, it is not a zero', () => {
    expect(prepareSparkline(at(10, 10, null, 10, 10), BOX).lines).toEqual(['M0 0L25 0', 'M75 0L100 0']);
  });

  test('a lone point between gaps is a dot', () => {
    const { lines, dots } = prepareSparkline(at(null, 10, null), BOX);
    expect(lines).toEqual([]);
    expect(dots).toEqual([{ x: 50, y: 0 }]);
  });

  test('places points by time, not by position', () => {
    const points = [
      { at: 0, value: 1 },
      { at: 9000, value: 1 },
      { at: 10_000, value: 1 },
    ];
    expect(prepareSparkline(points, BOX).lines).toEqual(['M0 0L90 0L100 0']);
  });

  test('all zeros lie on the ground line', () => {
    expect(prepareSparkline(at(0, 0), BOX).lines).toEqual(['M0 20L100 20']);
  });

  test('nothing measured draws nothing', () => {
    expect(prepareSparkline([], BOX)).toEqual({ lines: [], dots: [], last: null, max: 0 });
    expect(prepareSparkline(at(null, null), BOX).last).toBeNull();
  });

  test('keeps the stroke inside the box', () => {
    expect(prepareSparkline(at(0, 10), { ...BOX, inset: 2 }).lines).toEqual(['M2 18L98 2']);
  });
});

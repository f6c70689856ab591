import { describe, expect, test } from 'vitest';
import { layoutLog, lineAtRow, linesOfRows, rowCount, rowOfLine } from './log-layout.ts';

describe('lines that are not broken', () => {
  const layout = layoutLog([5, 500, 0], null);
  test('take a row each', () => {
    expect(rowCount(layout)).toBe(3);
    expect([0, 1, 2].map((line) => rowOfLine(layout, line))).toEqual([0, 1, 2]);
  });
});

describe('lines that are broken', () => {
  // 1, 3, 1 (empty), 2 rows
  const layout = layoutLog([10, 25, 0, 11], 10);
  test('take as many rows as they need, an empty one still takes one', () => {
    expect(rowCount(layout)).toBe(7);
    expect([0, 1, 2, 3].map((line) => rowOfLine(layout, line))).toEqual([0, 1, 4, 5]);
  });
  test('are found by any of their rows', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((row) => lineAtRow(layout, row))).toEqual([0, 1, 1, 1, 2, 3, 3]);
    expect(lineAtRow(layout, 99)).toBe(3);
  });
  test('a window holds every line that has a row in it', () => {
    expect(linesOfRows(layout, 2, 5)).toEqual([1, 3]);
    expect(linesOfRows(layout, 0, 99)).toEqual([0, 4]);
  });
});

test('an empty log has nothing to show', () => {
  const layout = layoutLog([], 10);
  expect(rowCount(layout)).toBe(0);
  expect(linesOfRows(layout, 0, 10)).toEqual([0, 0]);
});

test('a hundred thousand lines are laid out in a moment, each found again', () => {
  const layout = layoutLog(
    Array.from({ length: 100_000 }, (_, index) => index % 300),
    80,
  );
  for (const line of [0, 1, 4711, 50_000, 99_999]) {
    expect(lineAtRow(layout, rowOfLine(layout, line))).toBe(line);
  }
});

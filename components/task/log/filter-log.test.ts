import { describe, expect, test } from 'vitest';
import type { LogLevel, LogLine } from '#domain/task.ts';
import { failingLine, filterLog, lineOfHash, logText, matchParts } from './filter-log.ts';

const line = (number: number, level: LogLevel, text: string): LogLine => ({ number, at: 0, level, text });
const lines = [
  line(1, 'info', 'Making directories'),
  line(2, 'warning', 'Slow disk'),
  line(3, 'error', 'The disk is full'),
  line(4, 'info', 'Taking back'),
];
const numbers = (filter: Parameters<typeof filterLog>[1]) =>
  filterLog(lines, filter).map((each) => each.number);

describe('a filter', () => {
  test('that lets everything through copies nothing', () => {
    expect(filterLog(lines, { level: 'all', search: '  ' })).toBe(lines);
  });
  test('by level lets worse levels through as well', () => {
    expect(numbers({ level: 'warning', search: '' })).toEqual([2, 3]);
    expect(numbers({ level: 'error', search: '' })).toEqual([3]);
  });
  test('by text does not mind case', () => {
    expect(numbers({ level: 'all', search: 'DISK' })).toEqual([2, 3]);
    expect(numbers({ level: 'error', search: 'slow' })).toEqual([]);
  });
});

describe('matches in a line', () => {
  test('are marked, all of them', () => {
    expect(matchParts('disk on disk', 'Disk')).toEqual([
      { text: 'disk', isMatch: true },
      { text: ' on ', isMatch: false },
      { text: 'disk', isMatch: true },
    ]);
  });
  test('a line without one stays whole', () => {
    expect(matchParts('nothing', 'disk')).toEqual([{ text: 'nothing', isMatch: false }]);
    expect(matchParts('', 'disk')).toEqual([{ text: '', isMatch: false }]);
    expect(matchParts('İstanbul', 'i')).toEqual([{ text: 'İstanbul', isMatch: false }]);
  });
});

test('a failed task is read from its last error', () => {
  expect(failingLine(lines)).toBe(3);
  expect(failingLine([])).toBeNull();
});

test('a link names a line', () => {
  expect(lineOfHash('#L120')).toBe(120);
  expect(lineOfHash('#L')).toBeNull();
  expect(lineOfHash('')).toBeNull();
});

test('as a file a log has a line for each line, with time and level', () => {
  expect(logText(lines.slice(1, 3))).toBe(
    '1970-01-01T00:00:00.000Z WARNING Slow disk\n1970-01-01T00:00:00.000Z ERROR   The disk is full\n',
  );
});

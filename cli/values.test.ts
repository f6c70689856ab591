import { expect, test } from 'vitest';
import { UsageError } from './command.ts';
import { parseExpiry, wholeNumber } from './values.ts';

const NOW = Date.parse('2026-05-02T08:00:00Z');

test.each([
  ['never', null],
  ['90d', '2026-07-31T08:00:00.000Z'],
  ['2w', '2026-05-16T08:00:00.000Z'],
  ['1y', '2027-05-02T08:00:00.000Z'],
  ['2027-01-31', '2027-01-31T00:00:00.000Z'],
  ['2026-05-02T09:30:00Z', '2026-05-02T09:30:00.000Z'],
])('%s is %s', (given, expected) => {
  expect(parseExpiry(given, NOW)?.toISOString() ?? null).toBe(expected);
});

test.each(['', 'tomorrow', '90', 'd90', '2026-02-30', '2027-13-01', '0d', '2020-01-01', '0x10d', '-1d'])(
  '%j is no time to expire at',
  (given) => {
    expect(() => parseExpiry(given, NOW)).toThrow(UsageError);
  },
);

test.each([
  ['1', 1],
  ['500', 500],
])('%s is a number', (given, expected) => {
  expect(wholeNumber('--limit <n>', '').parse?.(given)).toBe(expected);
});

test.each(['0', '-1', '1.5', '1e3', ' 1', '', 'ten', '99999999999999999999'])('%j is none', (given) => {
  expect(() => wholeNumber('--limit <n>', '').parse?.(given)).toThrow(UsageError);
});

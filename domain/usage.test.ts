import { expect, test } from 'vitest';
import { usageSeverity, usedShare } from './usage.ts';

test('a share needs both sizes, and a size of nothing has none', () => {
  expect(usedShare({ usedBytes: 25, totalBytes: 100 })).toBe(0.25);
  expect(usedShare({ usedBytes: null, totalBytes: 100 })).toBeNull();
  expect(usedShare({ usedBytes: 25, totalBytes: null })).toBeNull();
  expect(usedShare({ usedBytes: 0, totalBytes: 0 })).toBeNull();
});

test.each([
  [0.799, null],
  [0.8, 'warn'],
  [0.949, 'warn'],
  [0.95, 'bad'],
  [1, 'bad'],
])('%f used is %s', (share, severity) => {
  expect(usageSeverity(share)).toBe(severity);
});

import { expect, test } from 'vitest';
import { usageSeverity, usedShare } from './usage.ts';

test('a share needs both sizes, and a size of nothing has none', () => {
  expect(usedShare({ usedBytes: 25, availableBytes: 75 })).toBe(0.25);
  expect(usedShare({ usedBytes: null, availableBytes: 75 })).toBeNull();
  expect(usedShare({ usedBytes: 25, availableBytes: null })).toBeNull();
  expect(usedShare({ usedBytes: 0, availableBytes: 0 })).toBeNull();
});

test('what is kept for root counts as neither: without a byte left it is full', () => {
  const ext4 = { totalBytes: 100, usedBytes: 95, availableBytes: 0 };
  expect(usedShare(ext4)).toBe(1);
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

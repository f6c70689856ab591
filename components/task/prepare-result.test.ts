import { expect, test } from 'vitest';
import { prepareResult } from './prepare-result.ts';

test('numbers are written by what their name says they are', () => {
  expect(prepareResult({ addedBytes: 2048, durationMs: 1500, knownChunks: 12_345, complete: true })).toEqual([
    { label: 'Stored', value: '2.00\u00a0KiB' },
    { label: 'Transfer', value: '1.5\u00a0s' },
    { label: 'Known chunks', value: '12\u00a0345' },
    { label: 'Complete', value: 'Yes' },
  ]);
});

test('a backup tells how much of it was deduplicated, and its numbers from the whole to the rest', () => {
  const result = { sizeBytes: 300, other: 1, count: 3, logicalBytes: 1000 };
  expect(prepareResult(result).map(({ label, value }) => `${label} ${value.replace('\u00a0', ' ')}`)).toEqual(
    [
      'Size of all archives 0.98 KiB',
      'Deduplicated 70 %',
      'Chunks received 3',
      'Data in them 300 B',
      'Other 1',
    ],
  );
  expect(prepareResult({ sizeBytes: 1200, logicalBytes: 1000 })[1]?.value).toBe('0\u00a0%');
});

test('lists and objects are left to the log', () => {
  expect(prepareResult({ steps: [{ name: 'x' }], path: '/mnt/a', name: 'ibs-primary', note: '' })).toEqual([
    { label: 'Path', value: '/mnt/a' },
  ]);
});

test.each([null, undefined, 7, 'text', []])('%j has no numbers to show', (result) => {
  expect(prepareResult(result)).toEqual([]);
});

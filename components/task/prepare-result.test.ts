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

test('lists and objects are left to the log', () => {
  expect(prepareResult({ steps: [{ name: 'x' }], path: '/mnt/a', name: 'ibs-primary', note: '' })).toEqual([
    { label: 'Path', value: '/mnt/a' },
  ]);
});

test.each([null, undefined, 7, 'text', []])('%j has no numbers to show', (result) => {
  expect(prepareResult(result)).toEqual([]);
});

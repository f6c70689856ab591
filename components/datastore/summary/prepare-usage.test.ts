import { expect, test } from 'vitest';
import { prepareUsage } from './prepare-usage.ts';

const bytesOf = (usage: ReturnType<typeof prepareUsage>) =>
  Object.fromEntries(usage?.parts.map((part) => [part.id, part.bytes]) ?? []);

test('chunks, other files, what is kept back and what is free make up the whole', () => {
  const usage = prepareUsage({ totalBytes: 100, usedBytes: 40, availableBytes: 55, chunkBytes: 30 });
  expect(bytesOf(usage)).toEqual({ chunks: 30, other: 10, reserved: 5, free: 55 });
  expect(usage?.usedShare).toBe(40 / 95);
});

test('chunks that were counted before a removal never exceed what is used', () => {
  const usage = prepareUsage({ totalBytes: 100, usedBytes: 20, availableBytes: 80, chunkBytes: 90 });
  expect(bytesOf(usage)).toEqual({ chunks: 20, other: 0, free: 80 });
});

test('without a count of the chunks, what is used is one part', () => {
  const usage = prepareUsage({ totalBytes: 100, usedBytes: 20, availableBytes: 80, chunkBytes: null });
  expect(bytesOf(usage)).toEqual({ other: 20, free: 80 });
});

test('without a size there is nothing to show', () => {
  expect(prepareUsage({ totalBytes: null, usedBytes: 1, availableBytes: null, chunkBytes: 0 })).toBeNull();
});

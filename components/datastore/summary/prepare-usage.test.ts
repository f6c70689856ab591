import { expect, test } from 'vitest';
import { prepareUsage as prepare } from './prepare-usage.ts';

const prepareUsage = (
  facts: Omit<Parameters<typeof prepare>[0], 'trashBytes'>,
  trashBytes: number | null = null,
) => prepare({ ...facts, trashBytes });

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

test('what only the trash needs is a part of the chunks', () => {
  const facts = { totalBytes: 100, usedBytes: 40, availableBytes: 60, chunkBytes: 30 };
  expect(bytesOf(prepareUsage(facts, 12))).toEqual({ chunks: 18, trash: 12, other: 10, free: 60 });
  // Counted by a collection that somebody else's removal made old.
  expect(bytesOf(prepareUsage(facts, 50))).toEqual({ chunks: 0, trash: 30, other: 10, free: 60 });
  expect(bytesOf(prepareUsage(facts, 0))).toEqual({ chunks: 30, other: 10, free: 60 });
  expect(bytesOf(prepareUsage({ ...facts, chunkBytes: null }, 12))).toEqual({ other: 40, free: 60 });
});

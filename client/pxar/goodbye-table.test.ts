import { describe, expect, test } from 'vitest';
import { ByteBuilder } from './byte-builder.ts';
import type { ByteText } from './byte-text.ts';
import { DirectoryTable } from './directory-table.ts';
import { collected, inMemory } from './fixtures/round-trip.ts';
import { GoodbyeTable, goodbyeSize, searchTreeOrder } from './goodbye-table.ts';
import { ItemCursor } from './item-cursor.ts';
import { sipHash } from './siphash.ts';

describe('order of the table', () => {
  test.each([
    [[0]],
    [[1, 0]],
    [[1, 0, 2]],
    [[2, 1, 3, 0]],
    [[3, 1, 4, 0, 2]],
    [[3, 1, 5, 0, 2, 4]],
    [[3, 1, 5, 0, 2, 4, 6]],
    [[7, 3, 11, 1, 5, 9, 13, 0, 2, 4, 6, 8, 10, 12]],
    [[9, 5, 13, 3, 7, 11, 15, 1, 4, 6, 8, 10, 12, 14, 16, 0, 2]],
  ])('%j', (expected) => {
    expect([...searchTreeOrder(expected.length)]).toEqual(expected);
  });

  test('the rank at the root is the closed form of the specification, for every size', () => {
    for (let count = 1; count < 200; count++) {
      const height = Math.floor(Math.log2(count));
      const last = count - (2 ** height - 1);
      const left = count === 1 ? 0 : (2 ** height - 2) / 2 + Math.min(last, 2 ** (height - 1));
      expect(searchTreeOrder(count)[0]).toBe(left);
    }
  });

  test('an empty directory has an empty order', () => {
    expect(searchTreeOrder(0)).toHaveLength(0);
  });
});

test('every name of a table of any size is found by its hash, and no other', async () => {
  const counts = [...Array(71).keys(), 10_000];
  for (const count of counts) {
    const table = new GoodbyeTable();
    const names = Array.from({ length: count }, (_, index) => `name-${index}` as ByteText);
    for (const [index, name] of names.entries()) table.add(name, 100 + index * 50);
    const start = 100 + count * 50;
    table.endLast(start);
    const builder = new ByteBuilder();
    table.encode(builder, start, 10);
    expect(builder.length).toBe(goodbyeSize(count));
    const source = inMemory(Buffer.concat([Buffer.alloc(start), builder.filled]));
    const found = await DirectoryTable.open(source, new ItemCursor(source), 10, source.size);
    const sample = count > 100 ? names.filter((_, index) => index % 97 === 0) : names;
    for (const name of sample) {
      const places = await collected(found.find(sipHash(name)));
      expect(places.map(({ position, size }) => [position, size])).toEqual([
        [100 + names.indexOf(name) * 50, 50],
      ]);
    }
    expect(await collected(found.find(sipHash('absent')))).toEqual([]);
    expect((await found.all()).map(({ position }) => position)).toEqual(
      names.map((_, index) => 100 + index * 50),
    );
  }
});

test('names of equal hash are all offered, whichever side of the tree they are on', async () => {
  const table = new GoodbyeTable();
  for (let index = 0; index < 30; index++) {
    table.add(`x${index}` as ByteText, 100 + index);
    const last = table.children.at(-1);
    if (last !== undefined && index % 3 === 0) last.hash = { high: 7, low: 7 };
  }
  table.endLast(130);
  const builder = new ByteBuilder();
  table.encode(builder, 130, 10);
  const source = inMemory(Buffer.concat([Buffer.alloc(130), builder.filled]));
  const found = await DirectoryTable.open(source, new ItemCursor(source), 10, source.size);
  const places = await collected(found.find({ high: 7, low: 7 }));
  expect(places.map(({ position }) => position).sort()).toEqual(
    Array.from({ length: 10 }, (_, index) => 100 + index * 3),
  );
});

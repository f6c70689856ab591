import { describe, expect, test } from 'vitest';
import { ChunkTally } from './chunk-tally.ts';
import type { Digest } from './digest.ts';

const digest = (letter: string) => letter.repeat(64) as Digest;
const ADDED = { chunks: 1, bytes: 100 };
const START = 1_000_000;

test('what is taken starts again at zero, and what was given back is taken again', () => {
  const tally = new ChunkTally();
  tally.add(digest('a'), ADDED);
  tally.add(digest('b'), { chunks: 0, bytes: -30 });
  const taken = tally.take();
  expect(taken).toEqual({ chunks: 1, bytes: 70 });
  expect(tally.take()).toEqual({ chunks: 0, bytes: 0 });
  tally.giveBack(taken);
  tally.add(digest('c'), ADDED);
  expect(tally.take()).toEqual({ chunks: 2, bytes: 170 });
});

describe('a count while others add', () => {
  test('what was there before is counted as it is listed', () => {
    const tally = new ChunkTally();
    tally.add(digest('a'), ADDED); // before the count: only its listing counts
    const count = tally.startCount(START);
    count.saw(digest('a'), 100, START - 1);
    count.saw(digest('b'), 50, START - 9999);
    expect(count.total()).toEqual({ chunks: 2, bytes: 150 });
  });

  test('what is added after its directory was listed is counted', () => {
    const tally = new ChunkTally();
    const count = tally.startCount(START);
    count.saw(digest('a'), 100, START - 1);
    tally.add(digest('b'), ADDED);
    expect(count.total()).toEqual({ chunks: 2, bytes: 200 });
  });

  test.each(['before', 'after'])(
    'what is added and listed is counted once; reported %s the listing',
    (order) => {
      const tally = new ChunkTally();
      const count = tally.startCount(START);
      const report = () => tally.add(digest('a'), ADDED);
      if (order === 'before') report();
      count.saw(digest('a'), 100, START + 5);
      if (order === 'after') report();
      expect(count.total()).toEqual({ chunks: 1, bytes: 100 });
    },
  );

  test('a file that is replaced by a smaller one has the size that it has in the end', () => {
    const tally = new ChunkTally();
    const count = tally.startCount(START);
    count.saw(digest('a'), 100, START - 1); // listed, then replaced
    tally.add(digest('a'), { chunks: 0, bytes: -40 });
    tally.add(digest('b'), { chunks: 0, bytes: -40 }); // replaced, then listed
    count.saw(digest('b'), 60, START + 5);
    expect(count.total()).toEqual({ chunks: 2, bytes: 120 });
  });

  test('after its end it hears of nothing more', () => {
    const tally = new ChunkTally();
    const count = tally.startCount(START);
    tally.endCount(count);
    tally.add(digest('a'), ADDED);
    expect(count.total()).toEqual({ chunks: 0, bytes: 0 });
  });
});

import { expect, test } from 'vitest';
import { lintKeep } from '#domain/lint-keep.ts';
import { keepsWords, netWords, ofWords, PRESETS } from './plan-words.ts';

const TOTALS = { snapshots: 88, keep: 25, remove: 61, protected: 2, unfinished: 0, groups: 4 };

test('what stays counts all that stays, for whatever reason', () => {
  expect(keepsWords(TOTALS)).toBe('Keeps 27, removes 61');
  expect(ofWords(TOTALS)).toBe('of 88 snapshots in 4 groups; among the kept are 2 protected');
  expect(ofWords({ ...TOTALS, protected: 0, groups: 1 })).toBe('of 88 snapshots in 1 group');
});

test.each([
  [61, 48, 'B keeps 13 more than A.'],
  [48, 61, 'B keeps 13 fewer than A.'],
  [61, 61, 'B keeps as many as A.'],
])('%i and %i removed: %s', (a, b, words) => {
  expect(netWords({ remove: a }, { remove: b })).toBe(words);
});

test.each(PRESETS)('$label can be begun with: nothing is odd about it', ({ keep }) => {
  expect(lintKeep(keep)).toEqual([]);
});

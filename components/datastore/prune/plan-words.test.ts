import { expect, test } from 'vitest';
import { lintKeep } from '#domain/lint-keep.ts';
import type { GroupPlan } from '../../trpc/views.ts';
import { keepsWords, netWords, nextOffset, ofWords, PRESETS, pruneFate } from './plan-words.ts';

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

test('the next page begins behind the last group, however little of that was sent', () => {
  const group = (sent: number, all: number) =>
    ({ snapshots: Array.from({ length: sent }), totals: { snapshots: all } }) as unknown as GroupPlan;
  const plan = (groups: GroupPlan[], snapshots: number) => ({ groups, totals: { ...TOTALS, snapshots } });
  expect(nextOffset(plan([group(40, 40), group(60, 900)], 2000), 100)).toBe(1040);
  expect(nextOffset(plan([group(100, 9000)], 9000), 0)).toBeNull();
  expect(nextOffset(plan([group(40, 40), group(60, 60)], 100), 0)).toBeNull();
  expect(nextOffset(plan([], 0), 0)).toBeNull();
});

test.each(PRESETS)('$label can be begun with: nothing is odd about it', ({ keep }) => {
  expect(lintKeep(keep)).toEqual([]);
});

test('what goes can be restored for the days of the trash, or not at all', () => {
  expect(pruneFate(14)).toMatch('stays in the trash for 14 days and can be restored');
  expect(pruneFate(0)).toMatch('can no longer be restored');
});

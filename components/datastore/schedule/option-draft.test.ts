import { expect, test } from 'vitest';
import type { JobView } from '../../trpc/views.ts';
import { againChoices, changedOptions, graceChoices, optionDraftOf, stopProblem } from './option-draft.ts';

const GIB = 1024 ** 3;
const gc = { kind: 'gc', options: { graceMinutes: 90, stopPercent: 50 } } as const;
const verify: Pick<JobView, 'kind' | 'options'> = {
  kind: 'verify',
  options: { outdatedAfterDays: 14, budgetBytes: 1.5 * GIB },
};

test('what is left as it was is not sent, also where it cannot be shown exactly', () => {
  expect(changedOptions(gc, optionDraftOf(gc))).toEqual({});
  expect(optionDraftOf(verify).budget).toBe('2');
  expect(changedOptions(verify, optionDraftOf(verify))).toEqual({});
});

test('an empty field takes a limit away', () => {
  expect(changedOptions(gc, { ...optionDraftOf(gc), stopPercent: '' })).toEqual({ stopPercent: null });
  const draft = { ...optionDraftOf(verify), budget: '', againDays: null };
  expect(changedOptions(verify, draft)).toEqual({ budgetBytes: null, outdatedAfterDays: null });
});

test('a job is never sent what only another kind has', () => {
  const draft = {
    ...{ graceMinutes: 1, stopPercent: '7', againDays: 7, budget: '3' },
    ...{ namespace: 'web', depth: 0, keep: { daily: 7 } },
  };
  const place = { namespace: 'web', depth: 0 };
  const keep = { last: 0, hourly: 0, daily: 7, weekly: 0, monthly: 0, yearly: 0 };
  expect(changedOptions(gc, draft)).toEqual({ graceMinutes: 1, stopPercent: 7 });
  expect(changedOptions(verify, draft)).toEqual({ outdatedAfterDays: 7, budgetBytes: 3 * GIB, ...place });
  expect(changedOptions({ kind: 'prune', options: {} }, draft)).toEqual({ keep, ...place });
});

test('a limit is a share', () => {
  expect(['', '1', '100'].map(stopProblem)).toEqual([null, null, null]);
  expect(['0', '101'].map(stopProblem)).toEqual(['At least 1 %.', 'At most 100 %.']);
});

test('what was set from the command line can be chosen as well', () => {
  expect(graceChoices(90)[0]?.label.replaceAll('\u00a0', ' ')).toBe('1 h 30 min');
  expect(graceChoices(1440)[0]?.label).toBe('24 hours');
  expect(againChoices(14)[0]?.label).toBe('After 14 days');
  expect(againChoices(30)[0]?.label).toBe('Never');
});

import { expect, test } from 'vitest';
import type { JobView } from '../../trpc/views.ts';
import {
  clashesOf,
  meaningOf,
  PRESETS,
  presetOf,
  scheduleProblem,
  windowProblem,
  wordOf,
} from './schedule-draft.ts';

const NOW = Date.UTC(2026, 10, 27, 12);

test.each(PRESETS.filter(({ schedule }) => schedule !== null))(
  '$label is found again by what it writes',
  (preset) => {
    expect(presetOf(preset.schedule ?? '')).toBe(preset.value);
  },
);

test.each([
  ['DAILY', 'daily'],
  ['none', 'manual'],
  ['Sun 05:00', 'custom'],
  ['every now and then', 'custom'],
])('%s in the field is the preset %s', (schedule, preset) => {
  expect(presetOf(schedule)).toBe(preset);
});

test('what cannot be read says where and gives an example', () => {
  expect(scheduleProblem('sun 25:00')).toMatch(/25.*Examples/);
  expect(scheduleProblem('')).toBeNull();
  expect(windowProblem('22-')).toMatch(/window.*Examples/);
  expect(windowProblem('22:00-06:00')).toBeNull();
});

test('a text says what it means and when it is due in the zone', () => {
  const meaning = meaningOf('sun 05:00', NOW, 'Europe/Berlin');
  expect(meaning).toMatchObject({ words: 'Every Sunday at 05:00', zone: 'Europe/Berlin' });
  expect(meaning?.next).toHaveLength(5);
  expect(meaning?.next[0]).toBe(Date.UTC(2026, 10, 29, 4));
  expect(meaningOf('', NOW, 'UTC')).toMatchObject({ words: 'Manual only', next: [] });
  expect(meaningOf('nonsense', NOW, 'UTC')).toBeNull();
});

const job = (kind: JobView['kind'], schedule: string, options: JobView['options']) =>
  ({ kind, name: '', schedule, window: null, options }) as JobView;
const JOBS = [
  job('prune', 'daily', { keep: { daily: 7 }, namespace: '' as never, depth: null }),
  job('gc', 'weekly', { graceMinutes: 1440 }),
];

test('a draft is held against the other jobs, not against what is saved of its own', () => {
  const own = { kind: 'gc' as const, name: '', options: {} };
  const question = { jobs: JOBS, job: own, now: NOW, zone: 'UTC' };
  expect(clashesOf({ ...question, draft: { schedule: 'sun 00:00', window: '' } })).toHaveLength(1);
  expect(clashesOf({ ...question, draft: { schedule: 'sun 00:30', window: '' } })).toEqual([]);
  expect(clashesOf({ ...question, draft: { schedule: '', window: '' } })).toEqual([]);
  expect(clashesOf({ ...question, draft: { schedule: 'sun', window: 'x' } })).toHaveLength(1);
});

test('a further job is held against the default one of its kind', () => {
  const further = { kind: 'prune' as const, name: 'web', options: { keep: { daily: 1 } } };
  const question = { jobs: JOBS, job: further, now: NOW, zone: 'UTC' };
  const [first] = clashesOf({ ...question, draft: { schedule: 'daily', window: '' } });
  expect(first).toMatch(
    /^The prune starts at the same minute .*: the prune of web waits until it has ended\.$/,
  );
  expect(clashesOf({ ...question, draft: { schedule: '00:30', window: '' } })).toEqual([]);
});

test('an empty field is sent as by hand only', () => {
  expect(wordOf('  ')).toBe('none');
  expect(wordOf(' daily ')).toBe('daily');
});

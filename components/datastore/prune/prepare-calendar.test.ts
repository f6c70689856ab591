import { expect, test } from 'vitest';
import { type KeepOptions, planPrune, verdictWords } from '#domain/retention.ts';
import type { PlannedSnapshot } from '../../trpc/views.ts';
import { comparePlans, prepareCalendar } from './prepare-calendar.ts';

const plan = (
  times: readonly string[],
  keep: KeepOptions,
  protect: readonly string[] = [],
): PlannedSnapshot[] =>
  planPrune(
    times.map((text) => ({
      time: Date.parse(text) / 1000,
      finished: true,
      protected: protect.includes(text),
    })),
    keep,
    'UTC',
  ).map(({ snapshot, ...verdict }) => ({ ...snapshot, ...verdict, why: verdictWords(verdict, true) }));

const DAYS = ['2026-11-27T10:00:00Z', '2026-11-26T22:00:00Z', '2026-11-26T10:00:00Z', '2025-12-31T23:30:00Z'];

test('each day shows the rule that keeps its newest, and what goes besides', () => {
  const [year, before] = prepareCalendar(plan(DAYS, { daily: 2 }), 'UTC');
  const cells = year?.months[0]?.cells;
  expect(year).toMatchObject({ year: 2026, words: 'keeps 2, removes 1' });
  expect(cells?.get(27)).toMatchObject({ look: 'daily', count: 1, words: '2026-11-27: kept, daily' });
  expect(cells?.get(26)).toMatchObject({
    ...{ look: 'daily', count: 2, words: '2026-11-26: keeps 1 (daily), removes 1' },
    lines: ['22:00 stays: daily 2026-11-26', '10:00 goes: a newer one is kept as daily 2026-11-26'],
  });
  expect(year?.months[0]?.days).toBe(30);
  expect(before?.months[0]?.cells.get(31)).toMatchObject({ look: 'remove', words: '2025-12-31: removed' });
});

test('days are those of the zone that rules count in', () => {
  const [year] = prepareCalendar(plan(DAYS.slice(3), { last: 1 }), 'Europe/Berlin');
  expect(year).toMatchObject({ year: 2026, months: [{ month: 1, name: 'Jan', days: 31 }] });
  expect(year?.months[0]?.cells.get(1)?.lines).toEqual(['00:30 stays: last']);
});

test('protected ones and those that no rule is about have a look of their own', () => {
  const [year] = prepareCalendar(plan(DAYS.slice(0, 1), { daily: 1 }, DAYS), 'UTC');
  expect(year?.months[0]?.cells.get(27)?.look).toBe('protected');
  expect(prepareCalendar(plan(DAYS, {}), 'UTC')[0]?.months[0]?.cells.get(27)?.look).toBe('all');
});

test('a day with very many is told in short', () => {
  const hours = Array.from({ length: 20 }, (_, hour) => new Date(Date.UTC(2026, 0, 5, hour)).toISOString());
  const lines = prepareCalendar(plan(hours, { daily: 1 }), 'UTC')[0]?.months[0]?.cells.get(5)?.lines;
  expect(lines).toHaveLength(13);
  expect(lines?.at(-1)).toBe('and 8 more');
});

test('two policies: what only the one keeps, and the days on which that is', () => {
  const [a, b] = [plan(DAYS, { daily: 2 }), plan(DAYS, { yearly: 2 })];
  const difference = comparePlans(a, b);
  expect(difference).toMatchObject({ keptOnlyByA: 1, keptOnlyByB: 1 });
  const years = prepareCalendar(a, 'UTC', difference.differing);
  const differing = years.flatMap(({ months }) =>
    months.flatMap(({ cells }) => [...cells.values()].filter(({ differs }) => differs)),
  );
  expect(differing.map(({ date }) => date)).toEqual(['2026-11-26', '2025-12-31']);
});

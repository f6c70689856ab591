import { expect, test } from 'vitest';
import type { JobKind } from './job.ts';
import { dayOrDate, UPCOMING_MAX, upcomingRuns, waitsFor } from './upcoming.ts';

const NOW = Date.UTC(2026, 10, 27, 6, 20); // a Friday
const job = (kind: JobKind, schedule: string | null, options = {}) => ({
  kind,
  schedule,
  window: null,
  options,
});
const texts = (times: readonly number[]) => times.map((at) => new Date(at).toISOString().slice(5, 16));

test('runs within a day in the zone of the server, and the next one however far away', () => {
  const daily = upcomingRuns(job('gc', '05:00'), NOW, 'Europe/Berlin');
  expect([texts(daily.runs), daily.more]).toEqual([['11-28T04:00'], false]);
  const twice = upcomingRuns(job('gc', '8,20:00'), NOW, 'UTC');
  expect(texts(twice.runs)).toEqual(['11-27T08:00', '11-27T20:00']);
  const weekly = upcomingRuns(job('gc', 'weekly'), NOW, 'UTC');
  expect([weekly.runs, texts([weekly.next ?? 0])]).toEqual([[], ['11-30T00:00']]);
});

test('what does not run by itself has no next run: no schedule, or a prune without a rule', () => {
  const none = { next: null, runs: [], more: false };
  expect(upcomingRuns(job('gc', null), NOW, 'UTC')).toEqual(none);
  expect(upcomingRuns(job('prune', 'daily', { keep: {} }), NOW, 'UTC')).toEqual(none);
  expect(upcomingRuns(job('prune', 'daily', { keep: { daily: 7 } }), NOW, 'UTC').runs).toHaveLength(1);
});

test('what runs every minute is cut off, and says so', () => {
  const { runs, more } = upcomingRuns(job('gc', 'minutely'), NOW, 'UTC');
  expect([runs.length, more]).toEqual([UPCOMING_MAX, true]);
  expect(upcomingRuns(job('gc', '*:0/30'), NOW, 'UTC')).toMatchObject({ more: false });
});

test('in the same minute the later kind waits for the earlier one, and nobody for its own kind', () => {
  const at = NOW + 60_000;
  const jobs = [
    { ...{ kind: 'verify' as const, name: '' }, upcoming: [new Date(at)] },
    { ...{ kind: 'prune' as const, name: '' }, upcoming: [new Date(at + 5_000)] },
    { ...{ kind: 'gc' as const, name: '' }, upcoming: [new Date(NOW), new Date(NOW + 10_000)] },
  ];
  const waits = (kind: JobKind, moment: number, name = '') => waitsFor(jobs, { kind, name }, moment);
  expect(waits('verify', at)).toEqual({ kind: 'prune', name: '' });
  expect(waits('prune', at)).toBeNull();
  expect(waits('gc', NOW)).toBeNull();
  expect(waits('prune', at, 'production')).toEqual({ kind: 'prune', name: '' });
});

test('what is more than a few days away has its date', () => {
  expect(dayOrDate(NOW - 24 * 3600_000, NOW, 'UTC')).toBe('Thu 06:20');
  expect(dayOrDate(NOW - 21 * 24 * 3600_000, NOW, 'UTC')).toBe('2026-11-06 06:20');
});

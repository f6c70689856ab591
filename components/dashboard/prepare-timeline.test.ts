import { expect, test } from 'vitest';
import type { JobSummary } from '../trpc/views.ts';
import { hourTicks, prepareTimeline, type TimelineDatastore, timelineRuns } from './prepare-timeline.ts';

const FROM = Date.UTC(2026, 10, 27, 6, 20); // a Friday
const at = (hours: number) => new Date(FROM + hours * 3_600_000);

function job(kind: JobSummary['kind'], upcoming: Date[], more: Partial<JobSummary> = {}): JobSummary {
  return {
    ...{ kind, name: '', words: '', window: null, upcoming, upcomingMore: false, next: upcoming[0] ?? null },
    ...{ dueSince: null, overdue: false, waiting: null, idle: null, activeTaskId: null, usualMs: null },
    last: null,
    ...more,
  };
}

const datastore = (name: string, jobs: JobSummary[], status: TimelineDatastore['status'] = 'online') => ({
  ...{ name, status, jobs },
});

test('a run stands at its share of the day and is told in the zone of the server', () => {
  const { rows } = prepareTimeline(
    [datastore('a', [job('gc', [at(6)], { usualMs: 2_400_000 })])],
    FROM,
    'Europe/Berlin',
  );
  const [run] = rows[0]?.lanes[0]?.runs ?? [];
  expect(run).toMatchObject({ left: 0.25, state: 'planned' });
  expect(run?.words).toBe('Fri 13:20: garbage collection of a, usually 40\u00a0min.');
});

test('of two in the same minute the later kind says that it waits', () => {
  const jobs = [job('prune', [at(1)]), job('gc', [at(1)]), job('verify', [at(2)])];
  const runs = timelineRuns(prepareTimeline([datastore('a', jobs)], FROM, 'UTC'));
  expect(runs.map(({ kind, note }) => [kind, note])).toEqual([
    ['prune', ''],
    ['gc', 'Waits until the prune of the same minute has ended.'],
    ['verify', ''],
  ]);
});

test('what is overdue comes first with why, what is held says so, and nothing is promised for tomorrow', () => {
  const late = job('gc', [], {
    dueSince: at(-3),
    overdue: true,
    waiting: 'b is offline: no mount',
    next: at(100),
  });
  const timeline = prepareTimeline(
    [datastore('a', [job('gc', [at(1), at(30)])]), datastore('b', [late, job('verify', [at(2)])], 'offline')],
    FROM,
    'UTC',
  );
  expect(timeline.rows.map(({ name }) => name)).toEqual(['b', 'a']);
  expect(timelineRuns(timeline).map(({ name, kind, state, words }) => [name, kind, state, words])).toEqual([
    ['b', 'gc', 'overdue', 'Overdue since Fri 03:20: garbage collection of b. b is offline: no mount.'],
    ['a', 'gc', 'planned', 'Fri 07:20: garbage collection of a.'],
    ['b', 'verify', 'planned', 'Fri 08:20: verification of b. b is offline: it starts when that has passed.'],
  ]);
});

test('what starts nothing within a day says when it does, and what never starts by itself is named', () => {
  const timeline = prepareTimeline(
    [
      datastore('a', [job('prune', [], { idle: 'No keep rule' }), job('gc', [], { next: at(60) })]),
      datastore('b', [job('prune', []), job('gc', [])]),
    ],
    FROM,
    'UTC',
  );
  expect(timeline.rows).toEqual([]);
  expect(timeline.quiet).toEqual([
    { name: 'a', next: { kind: 'gc', name: '', at: at(60).getTime() } },
    { name: 'b', next: null },
  ]);
  expect(timeline.unplanned).toEqual([
    { kind: 'prune', reason: 'no keep rule', names: ['a'] },
    { kind: 'prune', reason: 'manual only', names: ['b'] },
    { kind: 'gc', reason: 'manual only', names: ['b'] },
  ]);
});

test('what runs every half an hour is one line of the list', () => {
  const often = Array.from({ length: 48 }, (_, index) => at(index / 2));
  const runs = timelineRuns(prepareTimeline([datastore('a', [job('gc', often)])], FROM, 'UTC'));
  expect(runs.map(({ at, times }) => [at, times])).toEqual([[FROM, 48]]);
});

test('hours are those of the zone, also where it is half an hour beside', () => {
  expect(hourTicks(FROM, 'UTC').map(({ text }) => text)).toEqual([
    ...['09:00', '12:00', '15:00', '18:00', '21:00', 'Sat', '03:00', '06:00'],
  ]);
  const [first] = hourTicks(FROM, 'Asia/Kolkata'); // 11:50 there
  expect(first).toMatchObject({ text: '12:00', left: 10 / (24 * 60) });
});

test('a further job is told by its name, and where one runs by itself the kind is not missed', () => {
  const jobs = [
    job('prune', [], { idle: 'No keep rule is set: nothing is pruned.' }),
    job('prune', [at(1)], { name: 'web' }),
    job('prune', [at(1)], { name: 'zoo' }),
    job('gc', [], { next: at(30) }),
    job('verify', [], { next: at(30) }),
  ];
  const timeline = prepareTimeline([datastore('a', jobs)], FROM, 'UTC');
  const runs = timelineRuns(timeline);
  expect(runs.map(({ job: name, note }) => [name, note])).toEqual([
    ['web', ''],
    ['zoo', 'Waits until the prune of web of the same minute has ended.'],
  ]);
  expect(runs[0]?.words).toBe('Fri 07:20: prune of web on a.');
  expect(timeline.unplanned).toEqual([]);
  const [first] = jobs;
  const alone = prepareTimeline([datastore('a', first ? [first, ...jobs.slice(3)] : [])], FROM, 'UTC');
  expect(alone.unplanned).toEqual([{ kind: 'prune', reason: 'no keep rule', names: ['a'] }]);
});

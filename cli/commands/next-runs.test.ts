import { expect, test } from 'vitest';
import type { DatastoreView } from '../connect/api.ts';
import { nextRuns } from './next-runs.ts';

type Job = DatastoreView['jobs'][number];

const at = (hour: number) => new Date(Date.UTC(2026, 10, 27, hour));
const job = (kind: Job['kind'], upcoming: Date[], dueSince: Date | null = null) =>
  ({ kind, name: '', upcoming, dueSince }) as Job;

test('of two in the same minute the second says which it waits for', () => {
  const runs = nextRuns([{ name: 'a', jobs: [job('prune', [at(9)]), job('gc', [at(9)])] }]);
  expect(runs.map(({ job, waitsFor }) => [job.kind, waitsFor?.kind ?? null])).toEqual([
    ['prune', null],
    ['gc', 'prune'],
  ]);
});

test('what is due comes first, then each job once at its next start; others are left out', () => {
  const runs = nextRuns([
    { name: 'a', jobs: [job('prune', [at(9), at(10)]), job('gc', [])] },
    { name: 'b', jobs: [job('verify', [at(8)]), job('gc', [at(7)], at(3))] },
  ]);
  expect(runs.map(({ datastore, job, at, times }) => [datastore, job.kind, at.getUTCHours(), times])).toEqual(
    [
      ['b', 'gc', 3, 1],
      ['b', 'verify', 8, 1],
      ['a', 'prune', 9, 2],
    ],
  );
});

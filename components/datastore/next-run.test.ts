import { expect, test } from 'vitest';
import type { JobSummary } from '../trpc/views.ts';
import { nextRunOf } from './next-run.ts';

const job = (kind: JobSummary['kind'], next: number | null, dueSince: number | null = null) =>
  ({
    ...{ kind, name: '', next: next === null ? null : new Date(next), overdue: dueSince !== null },
    dueSince: dueSince === null ? null : new Date(dueSince),
  }) as JobSummary;

test('the earliest of all jobs, and what should have been started before that', () => {
  expect(nextRunOf({ jobs: [job('prune', 50), job('gc', 20), job('verify', null)] })).toMatchObject({
    kind: 'gc',
    at: 20,
  });
  expect(nextRunOf({ jobs: [job('gc', 20), job('verify', 90, 5)] })).toEqual({
    kind: 'verify',
    name: '',
    at: 5,
    overdue: true,
  });
  expect(nextRunOf({ jobs: [job('gc', null)] })).toBeNull();
});

import { expect, test } from 'vitest';
import type { Overview } from '../trpc/views.ts';
import { failedCount, prepareActivity } from './prepare-activity.ts';

const kind = (title: string, states: Overview['activity'][number]['states']) =>
  ({ kind: 'backup', title, states }) as Overview['activity'][number];

test('what failed comes first, then what happened most', () => {
  const activity = [
    kind('Restore', { succeeded: 1 }),
    kind('Backup', { succeeded: 9, queued: 1, running: 1 }),
    kind('Audit datastore', { failed: 2 }),
  ];
  const rows = prepareActivity(activity);
  expect(rows.map((row) => row.title)).toEqual(['Audit datastore', 'Backup', 'Restore']);
  expect(rows[1]?.counts).toEqual({ running: 2, succeeded: 9, warnings: 0, failed: 0 });
  expect(failedCount(activity)).toBe(2);
});

test('more kinds than there is room for are summed up, and nothing is lost', () => {
  const rows = prepareActivity(
    ['a', 'b', 'c', 'd'].map((title) => kind(title, { succeeded: 2 })),
    3,
  );
  expect(rows.map((row) => [row.title, row.counts.succeeded])).toEqual([
    ['a', 2],
    ['b', 2],
    ['Others', 4],
  ]);
});

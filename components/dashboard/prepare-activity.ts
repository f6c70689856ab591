import type { TaskState } from '#domain/task.ts';
import type { Overview } from '../trpc/views.ts';

export const ACTIVITY_COLUMNS = ['running', 'succeeded', 'warnings', 'failed'] as const;
export type ActivityColumn = (typeof ACTIVITY_COLUMNS)[number];

export interface ActivityRow {
  title: string;
  counts: Record<ActivityColumn, number>;
}

const ROWS_MAX = 5;

/** Tasks of a day by kind, failed ones first, then the most frequent; what is rare is summed up. */
export function prepareActivity(activity: Overview['activity'], max = ROWS_MAX): ActivityRow[] {
  const rows = activity
    .map(({ title, states }) => ({ title, counts: countsOf(states) }))
    .sort((a, b) => b.counts.failed - a.counts.failed || sum(b) - sum(a) || a.title.localeCompare(b.title));
  if (rows.length <= max) return rows;
  return [...rows.slice(0, max - 1), total('Others', rows.slice(max - 1))];
}

export function failedCount(activity: Overview['activity']): number {
  return activity.reduce((count, { states }) => count + (states.failed ?? 0), 0);
}

/** What waits counts as running: it was asked for and is not over. */
function countsOf(states: Partial<Record<TaskState, number>>): ActivityRow['counts'] {
  const { running = 0, queued = 0, succeeded = 0, warnings = 0, failed = 0 } = states;
  return { running: running + queued, succeeded, warnings, failed };
}

function sum({ counts }: ActivityRow): number {
  return ACTIVITY_COLUMNS.reduce((all, column) => all + counts[column], 0);
}

function total(title: string, rows: readonly ActivityRow[]): ActivityRow {
  const counts = { running: 0, succeeded: 0, warnings: 0, failed: 0 };
  for (const row of rows) for (const column of ACTIVITY_COLUMNS) counts[column] += row.counts[column];
  return { title, counts };
}

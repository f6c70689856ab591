import type { JobId } from '#domain/job.ts';
import type { DatastoreView } from '../trpc/views.ts';

export interface NextRun extends JobId {
  /** ms since 1970; in the past for what is due and has not been started. */
  at: number;
  overdue: boolean;
}

/** What a datastore starts next, what is due already before the rest; null when nothing is scheduled. */
export function nextRunOf({ jobs }: Pick<DatastoreView, 'jobs'>): NextRun | null {
  const runs = jobs.flatMap(({ kind, name, next, dueSince, overdue }) => {
    const at = dueSince ?? next;
    return at ? [{ kind, name, at: at.getTime(), overdue }] : [];
  });
  return runs.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

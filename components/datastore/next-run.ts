import type { JobKind } from '#domain/job.ts';
import type { DatastoreView } from '../trpc/views.ts';

export interface NextRun {
  kind: JobKind;
  /** ms since 1970; in the past for what is due and has not been started. */
  at: number;
  overdue: boolean;
}

/** What a datastore starts next, what is due already before the rest; null when nothing is scheduled. */
export function nextRunOf({ jobs }: Pick<DatastoreView, 'jobs'>): NextRun | null {
  const runs = jobs.flatMap(({ kind, next, dueSince, overdue }) => {
    const at = dueSince ?? next;
    return at ? [{ kind, at: at.getTime(), overdue }] : [];
  });
  return runs.toSorted((a, b) => a.at - b.at)[0] ?? null;
}

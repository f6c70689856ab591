import { type JobId, jobNoun } from '#domain/job.ts';
import { dayOrDate, waitsFor } from '#domain/upcoming.ts';
import type { DatastoreView } from '../connect/api.ts';
import type { Cells } from '../print/cells.ts';
import type { Cell, Column } from '../print/table.ts';

type Job = DatastoreView['jobs'][number];

export interface NextRun {
  datastore: string;
  job: Job;
  /** When it starts, or since when it should have been started. */
  at: Date;
  /** How often within 24 h. */
  times: number;
  /** What is due in the same minute and runs before it. */
  waitsFor: JobId | null;
}

/** What starts within 24 h, each job of a datastore once, by time; what is due already comes first. */
export function nextRuns(datastores: readonly Pick<DatastoreView, 'name' | 'jobs'>[]): NextRun[] {
  const runs = datastores.flatMap(({ name, jobs }) =>
    jobs.flatMap((job) => {
      const at = job.dueSince ?? job.upcoming[0];
      if (!at) return [];
      const first = job.dueSince === null ? waitsFor(jobs, job, at.getTime()) : null;
      return [{ datastore: name, job, at, times: job.upcoming.length, waitsFor: first }];
    }),
  );
  return runs.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** `now` in ms since 1970. */
export function nextRunColumns(cells: Cells, zone: string, now: number): Column<NextRun>[] {
  return [
    { header: 'STARTS', cell: ({ at, job }) => startOf(at, job, { zone, now }) },
    { header: 'DATASTORE', cell: ({ datastore }) => datastore },
    { header: 'JOB', cell: ({ job }) => jobNoun(job) },
    {
      header: 'USUALLY',
      cell: ({ job }) => cells.duration(job.usualMs),
      align: 'right',
      drop: 1,
    },
    { header: 'NOTE', cell: noteOf, cut: 16, drop: 2, hideEmpty: true },
  ];
}

function startOf(at: Date, { dueSince, overdue }: Job, { zone, now }: { zone: string; now: number }): Cell {
  const when = dayOrDate(at.getTime(), now, zone);
  if (dueSince === null) return when;
  return overdue
    ? { text: `overdue since ${when}`, tone: 'bad' }
    : { text: `due since ${when}`, tone: 'warn' };
}

function noteOf({ job, times, waitsFor: first }: NextRun): string {
  const often = times > 1 ? `${times}${job.upcomingMore ? ' and more' : ''} times in 24 hours` : '';
  const only = job.window === null ? '' : `only ${job.window}`;
  const behind = first === null ? '' : `after the ${jobNoun(first)}`;
  return [job.waiting, behind, often, only].filter(Boolean).join('; ');
}

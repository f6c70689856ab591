import { rulesOf } from '#domain/retention.ts';
import { scopeWords } from '#domain/scope.ts';
import { verifyAgainWords } from '#domain/verify.ts';
import { defineCommand } from '../../command.ts';
import type { DatastoreJobs } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Cell, Column } from '../../print/table.ts';
import { datastoreArgument } from './job-options.ts';

type Job = DatastoreJobs['jobs'][number];

export const command = defineCommand({
  about: 'In the order in which they run when several are due at once.',
  examples: ['ironcore-backup job list ibs-primary', 'ironcore-backup job list ibs-primary --output json'],
  arguments: { datastore: datastoreArgument },
  async run({ api, print }, { datastore }) {
    const { jobs } = await (await api()).datastore.jobs.query({ name: datastore });
    await print.list(jobs, columns(print.cells), 'It has no job.');
    for (const { kind, name: job, warnings } of jobs)
      for (const words of warnings) print.warn(`${kind}${job && ` ${job}`}: ${words}`);
  },
});

function columns(cells: Cells): Column<Job>[] {
  return [
    { header: 'KIND', cell: ({ kind }) => kind },
    { header: 'NAME', cell: ({ name }) => name, hideEmpty: true },
    {
      header: 'SCHEDULE',
      cell: ({ words, window }) => (window === null ? words : `${words}, only ${window}`),
    },
    { header: 'WHERE', cell: whereOf, cut: 12, drop: 2 },
    { header: 'DOES', cell: doesOf, cut: 16, drop: 3 },
    { header: 'NEXT', cell: (job) => nextOf(job, cells), drop: 1 },
    { header: 'LAST', cell: (job) => lastOf(job, cells), drop: 4 },
  ];
}

function whereOf({ kind, options }: Job): string {
  return kind === 'gc' ? '' : scopeWords(options);
}

function doesOf({ kind, options, idle }: Job): string {
  if (kind === 'prune')
    return idle === null || rulesOf(options.keep ?? {}).length > 0
      ? rulesOf(options.keep ?? {})
          .map(({ rule, count }) => `keep-${rule} ${count}`)
          .join(', ')
      : idle;
  return kind === 'verify' ? verifyAgainWords(options.outdatedAfterDays ?? null) : '';
}

function nextOf({ dueSince, overdue, next }: Job, cells: Cells): Cell {
  if (dueSince !== null) return { text: overdue ? 'overdue' : 'due', tone: overdue ? 'bad' : 'warn' };
  return cells.when(next[0] ?? null);
}

function lastOf({ last }: Job, cells: Cells): Cell {
  if (last === null) return '';
  const when = cells.when(last.finishedAt ?? last.startedAt);
  return typeof when === 'string' ? `${last.state} ${when}` : last.state;
}

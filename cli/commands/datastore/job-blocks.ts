import { DEFAULT_JOB, type JobKind } from '#domain/job.ts';
import { rulesOf } from '#domain/retention.ts';
import { scopeWords } from '#domain/scope.ts';
import { sentence } from '#domain/sentence.ts';
import { formatBytes, formatDuration } from '#domain/units.ts';
import { verifyAgainWords } from '#domain/verify.ts';
import type { DatastoreJobs } from '../../connect/api.ts';
import type { Cells } from '../../print/cells.ts';
import type { Block, Field } from '../../print/record.ts';
import type { Cell } from '../../print/table.ts';

type Job = DatastoreJobs['jobs'][number];

const LABELS: Record<JobKind, string> = {
  prune: 'Prune',
  gc: 'Garbage collection',
  verify: 'Verification',
  drill: 'Restore drill',
};
const SHOWN = 3;
const CLASHES_MAX = 8;

/** What runs by itself: a block for each job, and one for what is odd about them together. */
export function jobBlocks({ jobs, clashes }: DatastoreJobs, cells: Cells): Block[] {
  const odd: Field[] = clashes.slice(0, CLASHES_MAX).map(({ words }) => ['Same minute', words]);
  if (clashes.length > CLASHES_MAX) odd.push(['', `and ${clashes.length - CLASHES_MAX} more such pairs`]);
  return [...jobs.map((job) => jobBlock(job, cells)), odd];
}

function jobBlock(job: Job, cells: Cells): Field[] {
  const rules = rulesOf(job.options.keep ?? {}).map(({ rule, count }) => `keep-${rule} ${count}`);
  return [
    [job.name === DEFAULT_JOB ? LABELS[job.kind] : `${LABELS[job.kind]} ${job.name}`, meaningOf(job)],
    ['Where', job.options.namespace || job.options.depth != null ? scopeWords(job.options) : null],
    ['Does', doesOf(job)],
    ['Keeps', job.kind === 'prune' && rules.length > 0 ? rules.join(', ') : null],
    ['Next runs', job.next.length > 0 ? job.next.slice(0, SHOWN).map(cells.moment).join(', ') : null],
    ['Due', dueOf(job, cells)],
    ['Not started', job.waiting === null ? noticeOf(job, cells) : null],
    ['Last run', lastOf(job, cells)],
    ...job.warnings.map((words): Field => ['Note', { text: words, tone: 'warn' }]),
  ];
}

function meaningOf({ schedule, words, zone, window, idle }: Job): string {
  if (schedule === null) return words;
  const meaning = `${words} (${zone})${window === null ? '' : `, only ${window}`}.`;
  return idle === null ? meaning : `${meaning} ${idle}`;
}

/** What a run by schedule does, as far as it is set. */
function doesOf({ kind, options }: Job): string | null {
  const { graceMinutes = 0, stopPercent = null, outdatedAfterDays = null, budgetBytes = null } = options;
  switch (kind) {
    case 'gc': {
      const limit =
        stopPercent === null ? 'without a limit' : `stops above ${stopPercent} % of what is stored`;
      return `keeps what was used within ${formatDuration(graceMinutes * 60_000)}, ${limit}`;
    }
    case 'verify':
      return `${verifyAgainWords(outdatedAfterDays)}${budgetBytes === null ? '' : `, at most about ${formatBytes(budgetBytes)} a run`}`;
    default:
      return null;
  }
}

function dueOf({ dueSince, overdue, waiting }: Job, cells: Cells): Cell | null {
  if (dueSince === null) return null;
  const why = waiting === null ? '' : ` ${waiting}`;
  const text = `${overdue ? 'Overdue since' : 'Since'} ${sentence(cells.moment(dueSince))}${why}`;
  return overdue ? { text, tone: 'bad' } : text;
}

function noticeOf({ notice }: Job, cells: Cells): string | null {
  return notice && `${notice.words} ${cells.moment(notice.at)}`;
}

function lastOf({ last }: Job, cells: Cells): string | null {
  if (last === null) return null;
  const { state, startedAt, outcome, taskId } = last;
  return `${state}, ${cells.moment(startedAt)}, task ${taskId}${outcome === null ? '' : `: ${outcome}`}`;
}

import { countOf, formatBytes, formatCount } from '#domain/units.ts';
import { VerifyResult } from '#domain/verify.ts';
import { taskDurationMs } from '../../task/task-words.ts';
import type { TaskView, Verification } from '../../trpc/views.ts';

/** What the tab says about verifications, from the tasks that they were and from the lists. */

/** Null for a task that came to no figures; one that found damage has some. */
export function readVerifyResult(task: Pick<TaskView, 'result'> | null | undefined): VerifyResult | null {
  const parsed = VerifyResult.safeParse(task?.result);
  return parsed.success ? parsed.data : null;
}

export interface VerifyRun {
  id: string;
  at: number;
  state: TaskView['state'];
  /** The datastore, or the part of it that was looked at. */
  subject: string;
  durationMs: number | null;
  /** Null where the run came to no figures: a gap, not nothing. */
  readBytes: number | null;
  snapshots: number | null;
  damaged: number | null;
}

/** Runs that have ended, oldest first; `tasks` come newest first. */
export function prepareHistory(tasks: readonly TaskView[]): VerifyRun[] {
  const ended = tasks.filter(({ finishedAt }) => finishedAt !== null);
  return ended.toReversed().map((task) => {
    const result = readVerifyResult(task);
    const { id, state, subject } = task;
    return {
      ...{ id, state, subject, at: (task.startedAt ?? task.createdAt).getTime() },
      durationMs: taskDurationMs(task, 0),
      readBytes: result?.readBytes ?? null,
      snapshots: result && result.sound + result.failed,
      damaged: result?.failed ?? null,
    };
  });
}

export interface CoverageLine {
  label: string;
  snapshots: number;
  /** Of all, 0 to 1. */
  share: number;
  tone: 'ok' | 'warn' | 'err';
  /** Narrows the list of snapshots to these; null where it cannot. */
  verified: 'ok' | 'failed' | 'never' | null;
}

/** How many were found sound in which time, and what is open; null for a datastore without snapshots. */
export function prepareCoverage(verification: Verification): CoverageLine[] | null {
  const { snapshots, within, sound, failed, never } = verification;
  if (snapshots === 0) return null;
  const line = (label: string, count: number, more: Pick<CoverageLine, 'tone' | 'verified'>) => ({
    ...{ label, snapshots: count, share: count / snapshots },
    ...more,
  });
  return [
    ...within.map(({ days, snapshots: count }) =>
      line(`Within ${days} days`, count, { tone: 'ok', verified: null }),
    ),
    line('Ever', sound, { tone: 'ok', verified: 'ok' }),
    line('Never', never, { tone: 'warn', verified: 'never' }),
    line('Damaged', failed, { tone: 'err', verified: 'failed' }),
  ];
}

/** Which share of the chunks was found sound in which time, with the amounts in words. */
export function chunkLines({
  chunks,
  bytes,
  within,
}: NonNullable<Verification['chunks']>): { label: string; share: number; words: string }[] {
  return within.map((one) => ({
    label: `Within ${one.days} days`,
    share: chunks === 0 ? 0 : one.chunks / chunks,
    words: `${formatCount(one.chunks)} of ${countOf(chunks, 'chunk')}, ${formatBytes(one.bytes)} of ${formatBytes(bytes)}`,
  }));
}

/** A month is what a schedule makes of it unless it is told otherwise. */
const USUAL_DAYS = 30;

/** `2 of 12 snapshots are damaged.`, `All 12 snapshots were sound within the last 30 days.` */
export function coverageWords({ snapshots, within, failed }: Verification): string {
  const all = countOf(snapshots, 'snapshot');
  if (failed > 0) {
    return snapshots === 1
      ? 'The only snapshot is damaged.'
      : `${formatCount(failed)} of ${all} ${failed === 1 ? 'is' : 'are'} damaged.`;
  }
  const recent = within.find(({ days }) => days === USUAL_DAYS)?.snapshots ?? 0;
  if (recent < snapshots) return `${formatCount(recent)} of ${all} found sound within ${USUAL_DAYS} days.`;
  return snapshots === 1
    ? `The only snapshot was sound within the last ${USUAL_DAYS} days.`
    : `All ${all} were sound within the last ${USUAL_DAYS} days.`;
}

/** What a run reads beside what is unknown or damaged, as one may choose it. */
export const AGAIN_CHOICES: readonly { days: number | null; label: string; meaning: string }[] = [
  {
    days: null,
    label: 'Never',
    meaning: 'Only snapshots that were never read, and those found damaged.',
  },
  { days: 7, label: 'After 7 days', meaning: 'Also those that were found sound more than 7 days ago.' },
  { days: 30, label: 'After 30 days', meaning: 'Also those that were found sound more than 30 days ago.' },
  { days: 90, label: 'After 90 days', meaning: 'Also those that were found sound more than 90 days ago.' },
  { days: 0, label: 'Always', meaning: 'All of them, however lately they were read.' },
];

const GIB = 1024 ** 3;

/** What is typed as a budget in GiB: digits only, in bytes; null for no limit. */
export function budgetBytes(digits: string): number | null {
  const gib = Number(digits);
  return gib > 0 ? gib * GIB : null;
}

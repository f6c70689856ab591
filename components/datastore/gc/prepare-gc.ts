import { GcResult } from '#domain/gc.ts';
import { formatBytes, formatDuration } from '#domain/units.ts';
import { taskDurationMs } from '../../task/task-words.ts';
import type { TaskView } from '../../trpc/views.ts';

/** What the tab says about collections, from the tasks that they were. */

/** Null for a task that came to no figures. */
export function readGcResult(task: Pick<TaskView, 'result'> | null | undefined): GcResult | null {
  const parsed = GcResult.safeParse(task?.result);
  return parsed.success ? parsed.data : null;
}

/** `Frees 1.2 GiB now, 3.4 GiB more 1 d after the last use.` */
export function previewWords({ removedBytes, pendingBytes, graceMinutes }: GcResult): string {
  if (removedBytes === 0 && pendingBytes === 0) return 'There is nothing to free.';
  const now = removedBytes === 0 ? 'nothing' : formatBytes(removedBytes);
  if (pendingBytes === 0) return `Frees ${now} now, and nothing waits for the grace.`;
  return `Frees ${now} now, ${formatBytes(pendingBytes)} more ${graceWords(graceMinutes)} after the last use.`;
}

export function graceWords(minutes: number): string {
  return minutes === 0 ? 'at once' : formatDuration(minutes * 60_000);
}

export interface GcRun {
  id: string;
  at: number;
  state: TaskView['state'];
  durationMs: number | null;
  /** Null where the run came to no figures: a gap, not nothing. */
  freedBytes: number | null;
  pendingBytes: number | null;
  usedBytes: number | null;
}

/** Runs that have ended, oldest first; `tasks` come newest first. */
export function prepareHistory(tasks: readonly TaskView[]): GcRun[] {
  const ended = tasks.filter(({ finishedAt }) => finishedAt !== null);
  return ended.toReversed().map((task) => {
    const result = readGcResult(task);
    return {
      ...{ id: task.id, state: task.state, at: (task.startedAt ?? task.createdAt).getTime() },
      durationMs: taskDurationMs(task, 0),
      freedBytes: result?.removedBytes ?? null,
      pendingBytes: result?.pendingBytes ?? null,
      usedBytes: result?.usedBytes ?? null,
    };
  });
}

export interface Estimate {
  /** What it would free, and from when that is; null where nothing tells. */
  frees: { words: string; at: number; from: 'preview' | 'run' } | null;
  usualMs: number | null;
}

interface Known {
  lastPreview: TaskView | null;
  lastRun: TaskView | null;
  usualMs: number | null;
}

/** By the newer of the last preview and the last run: what a run has left over waits for the next one. */
export function estimateRun({ lastPreview, lastRun, usualMs }: Known): Estimate {
  const [preview, run] = [readGcResult(lastPreview), readGcResult(lastRun)];
  const [previewAt, runAt] = [endOf(lastPreview), endOf(lastRun)];
  if (preview && previewAt > runAt) {
    return { frees: { words: previewWords(preview), at: previewAt, from: 'preview' }, usualMs };
  }
  if (!run) return { frees: null, usualMs };
  const words =
    run.pendingBytes === 0 ? 'Nothing was left over' : `Left over: ${formatBytes(run.pendingBytes)}`;
  return { frees: { words, at: runAt, from: 'run' }, usualMs };
}

function endOf(task: TaskView | null): number {
  return task?.finishedAt?.getTime() ?? 0;
}

/** Whether a collection has run since, so that the preview tells of what is gone. */
export function isOutdated(preview: TaskView | null, lastRun: TaskView | null): boolean {
  return preview !== null && endOf(lastRun) > endOf(preview);
}

const HOUR = 60;
const DAY = 24 * HOUR;

/** What one may choose; anything else from the command line. */
export const GRACE_CHOICES: readonly { minutes: number; label: string; meaning: string }[] = [
  {
    minutes: DAY,
    label: '24 hours',
    meaning: 'What was used within the last day stays. Right for almost everybody.',
  },
  {
    minutes: 7 * DAY,
    label: '7 days',
    meaning: 'What was used within the last week stays: a wide margin, at the cost of space.',
  },
  {
    minutes: HOUR,
    label: '1 hour',
    meaning: 'Space comes back today. What running backups need stays in any case.',
  },
  {
    minutes: 0,
    label: 'None',
    meaning:
      'Everything goes that nothing needs, but for five minutes in case clocks differ. What running backups need stays in any case.',
  },
];

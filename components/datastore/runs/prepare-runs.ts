import { isFinal } from '#domain/task.ts';
import { taskDurationMs } from '../../task/task-words.ts';
import type { TaskView } from '../../trpc/views.ts';

export interface Runs {
  /** Queued or running. */
  active: TaskView | null;
  /** The last one that has ended, however it did. */
  last: TaskView | null;
  /** The last one that came to a result. */
  lastGood: TaskView | null;
  /** Median of those that came to a result; null where there are too few to call anything usual. */
  usualMs: number | null;
}

/** Fewer say nothing about the next one. */
const USUAL_MIN = 3;

/** What tasks of one kind on one datastore, newest first, say together. */
export function prepareRuns(tasks: readonly TaskView[]): Runs {
  const ended = tasks.filter(({ state }) => isFinal(state));
  const good = ended.filter(({ state }) => state === 'succeeded' || state === 'warnings');
  const durations = good.flatMap((task) => taskDurationMs(task, 0) ?? []).sort((a, b) => a - b);
  return {
    active: tasks.find(({ state }) => !isFinal(state)) ?? null,
    last: ended[0] ?? null,
    lastGood: good[0] ?? null,
    usualMs: durations.length < USUAL_MIN ? null : (durations[Math.floor(durations.length / 2)] ?? null),
  };
}

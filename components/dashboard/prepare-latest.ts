import { workKey } from '#domain/task-object.ts';
import type { Overview, TaskView } from '../trpc/views.ts';

export interface LatestTask {
  task: TaskView;
  /** How often the same failed and was not made good since. */
  times: number;
  /** It failed, and the same went well later on. */
  resolved: boolean;
}

export const LATEST_MAX = 10;
const FAILED_MAX = 6;

/** Failures that were not made good first, each work once; then what ended last. Both newest first. */
export function prepareLatest(
  failures: Overview['failures'],
  ended: readonly TaskView[],
  max = LATEST_MAX,
): LatestTask[] {
  const groups = Map.groupBy(
    failures.filter((task) => !task.resolved),
    workKey,
  );
  const first = [...groups.values()].slice(0, Math.min(FAILED_MAX, max)).flatMap((tasks) => {
    const [task] = tasks;
    return task ? { task, times: tasks.length, resolved: false } : [];
  });
  const told = new Set([...groups.values()].flat().map((task) => task.id));
  const resolved = new Set(failures.filter((task) => task.resolved).map((task) => task.id));
  const rest = ended
    .filter((task) => !told.has(task.id))
    .map((task) => ({ task, times: 1, resolved: resolved.has(task.id) }));
  return [...first, ...rest].slice(0, max);
}

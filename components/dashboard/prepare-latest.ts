import { failureCauses } from '#domain/health.ts';
import { taskObject, taskObjects, workKey } from '#domain/task-object.ts';
import type { Overview, TaskView } from '../trpc/views.ts';

export interface LatestTask {
  task: TaskView;
  /** What it is about; several things where all failed alike. */
  objects: string;
  /** How often the same failed. */
  times: number;
  /** Stands for tasks that were about different things. */
  several: boolean;
  /** It failed, and the same went well later on. */
  resolved: boolean;
}

export const LATEST_MAX = 10;
const FAILED_MAX = 6;

/** Failures that were not made good first, each cause once; then what ended last. Both newest first. */
export function prepareLatest(
  failures: Overview['failures'],
  ended: readonly TaskView[],
  max = LATEST_MAX,
): LatestTask[] {
  const open = failures.filter((task) => !task.resolved);
  const first = failureCauses(open)
    .slice(0, Math.min(FAILED_MAX, max))
    .map(({ newest, tasks, works }) => ({
      task: newest,
      objects: taskObjects(tasks),
      times: tasks.length,
      several: works > 1,
      resolved: false,
    }));
  const told = new Set(open.map((task) => task.id));
  const resolved = new Set(failures.filter((task) => task.resolved).map((task) => task.id));
  const rest = ended.filter((task) => !told.has(task.id));
  return [...first, ...latestRuns(rest, resolved)].slice(0, max);
}

/** What failed again and again before it went well is one line, where it failed last. */
function latestRuns(tasks: readonly TaskView[], resolved: ReadonlySet<string>): LatestTask[] {
  const runs = Map.groupBy(tasks, (task) => (task.state === 'failed' ? workKey(task) : task.id));
  return [...runs.values()].flatMap(([task, ...before]) =>
    task
      ? [
          {
            task,
            objects: taskObject(task),
            times: before.length + 1,
            several: false,
            resolved: resolved.has(task.id),
          },
        ]
      : [],
  );
}

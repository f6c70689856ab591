import { workKey } from '#domain/task-object.ts';
import type { TaskRow } from '#drizzle/tasks.ts';
import { type TaskView, viewTask } from '../task/task-view.ts';

export interface Failure extends TaskView {
  /** The same went well later on. */
  resolved: boolean;
}

/** What failed among `rows`, which come newest first. */
export function findFailures(rows: readonly TaskRow[]): Failure[] {
  const wentWell = new Set<string>();
  const failures: Failure[] = [];
  for (const row of rows) {
    const work = workKey(row);
    if (row.state === 'succeeded' || row.state === 'warnings') wentWell.add(work);
    if (row.state === 'failed') failures.push({ ...viewTask(row), resolved: wentWell.has(work) });
  }
  return failures;
}

import type { TaskError, TaskKind } from './task.ts';
import { workKey } from './task-object.ts';

/** Failures that have the same cause: the same kind of task failed with the same error code. */

/** Of what failed without saying why. */
export const CAUSE_UNKNOWN = 'TASK_FAILED';

export interface FailedTask {
  kind: TaskKind;
  subject: string;
  error: TaskError | null;
  createdAt: Date;
}

export interface Cause<Failure> {
  kind: TaskKind;
  code: string;
  /** Newest first. */
  failures: Failure[];
  /** How many different things failed so. */
  works: number;
  /** How many of them have not gone well since. */
  open: number;
}

/**
 * Failures by cause; those first that are not made good, and of these the newest. `failures` come newest first; `wentWell`
 * has the newest success (ms since 1970) of each work, by its `workKey`.
 */
export function groupByCause<Failure extends FailedTask>(
  failures: readonly Failure[],
  wentWell: ReadonlyMap<string, number>,
): Cause<Failure>[] {
  const groups = Map.groupBy(failures, (task) => `${task.kind} ${causeOf(task)}`);
  const causes = [...groups.values()].flatMap((alike) => {
    const [newest] = alike;
    if (!newest) return [];
    const works = [...Map.groupBy(alike, workKey)];
    const open = works.filter(
      ([key, [last]]) => (wentWell.get(key) ?? 0) <= (last?.createdAt.getTime() ?? 0),
    );
    return [
      { kind: newest.kind, code: causeOf(newest), failures: alike, works: works.length, open: open.length },
    ];
  });
  // A sort keeps the order of what is equal, which is newest first.
  return causes.sort((a, b) => Number(b.open > 0) - Number(a.open > 0));
}

function causeOf({ error }: Pick<FailedTask, 'error'>): string {
  return error?.code ?? CAUSE_UNKNOWN;
}

import { and, desc, eq, gt, inArray, max } from 'drizzle-orm';
import { z } from 'zod';
import { TASK_KINDS, type TaskKind } from '#domain/task.ts';
import { groupByCause } from '#domain/task-causes.ts';
import { workKey } from '#domain/task-object.ts';
import type { Database } from '#drizzle/client.ts';
import { task } from '#drizzle/schema/task.ts';
import { readSetting } from '#drizzle/settings.ts';
import type { TaskRow } from '#drizzle/tasks.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { taskFilter } from '../../auth/visible-tasks.ts';
import type { ServiceContext } from '../context.ts';
import { TaskFilter, taskConditions } from './task-conditions.ts';
import { type TaskView, viewTask } from './task-view.ts';

export const TaskCausesInput = z.object(TaskFilter);
export type TaskCausesInput = z.infer<typeof TaskCausesInput>;

/** Failures with the same cause. */
export interface TaskCause {
  kind: TaskKind;
  title: string;
  /** Stable error code; TASK_FAILED for what failed without one. */
  code: string;
  count: number;
  /** How many different things failed so, and how many of them have not gone well since. */
  works: number;
  open: number;
  /** When the first of them was started, and the last. */
  since: Date;
  last: Date;
  /** The newest of them, newest first. */
  tasks: TaskView[];
}

export interface TaskCauses {
  causes: TaskCause[];
  /** There are older failures that were not looked at. */
  more: boolean;
}

const FAILURES_MAX = 5000;
const TASKS_MAX = 20;

/** What failed, by kind and error code: first what is not made good, then the newest. */
export async function listCauses(context: ServiceContext, input: TaskCausesInput): Promise<TaskCauses> {
  await requireSession(context);
  const visible = await taskFilter(context);
  const zone = await readSetting(context.db, 'timeZone');
  const rows = await context.db
    .select()
    .from(task)
    .where(and(eq(task.state, 'failed'), ...taskConditions(input, zone)))
    .orderBy(desc(task.createdAt), desc(task.id))
    .limit(FAILURES_MAX);
  const failures = rows.filter(visible);
  const causes = groupByCause(failures, await newestSuccesses(context.db, failures));
  return {
    causes: causes.map((cause) => viewCause(cause)),
    more: failures.length > 0 && rows.length === FAILURES_MAX,
  };
}

function viewCause({
  failures,
  kind,
  ...cause
}: ReturnType<typeof groupByCause<TaskRow>>[number]): TaskCause {
  const times = failures.map(({ createdAt }) => createdAt.getTime());
  return {
    ...{ ...cause, kind, title: TASK_KINDS[kind].title, count: failures.length },
    since: new Date(Math.min(...times)),
    last: new Date(Math.max(...times)),
    tasks: failures.slice(0, TASKS_MAX).map((row) => viewTask(row)),
  };
}

/** Of each work that has failed, when it last went well after the first of the failures; ms since 1970. */
async function newestSuccesses(db: Database, failures: readonly TaskRow[]): Promise<Map<string, number>> {
  const first = failures.at(-1);
  if (!first) return new Map();
  const rows = await db
    .select({ kind: task.kind, subject: task.subject, at: max(task.createdAt) })
    .from(task)
    .where(
      and(
        inArray(task.kind, [...new Set(failures.map(({ kind }) => kind))]),
        inArray(task.state, ['succeeded', 'warnings']),
        gt(task.createdAt, first.createdAt),
      ),
    )
    .groupBy(task.kind, task.subject);
  const newest = new Map<string, number>();
  for (const { at, ...work } of rows) {
    const key = workKey(work);
    newest.set(key, Math.max(newest.get(key) ?? 0, at?.getTime() ?? 0));
  }
  return newest;
}

import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { LogLine } from '#domain/task.ts';
import { task, taskLog } from '#drizzle/schema/task.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { requireVisible } from '../../auth/visible-tasks.ts';
import type { ServiceContext } from '../context.ts';
import { type TaskView, viewTask } from './task-view.ts';
import { usualDurations } from './usual-durations.ts';

export interface TaskDetail extends TaskView {
  logLines: number;
}

export async function getTask(context: ServiceContext, input: { id: string }): Promise<TaskDetail> {
  await requireSession(context);
  const [found] = await context.db.select().from(task).where(eq(task.id, input.id));
  const row = await requireVisible(context, found, input.id);
  const [log] = await context.db
    .select({ lines: sql<number>`count(*)::int` })
    .from(taskLog)
    .where(eq(taskLog.taskId, row.id));
  const usual = await usualDurations(context.db, [row]);
  return { ...viewTask(row, usual), logLines: log?.lines ?? 0 };
}

/** Log lines behind number `after`, in order; at most `limit` of them. */
export async function readTaskLog(
  context: ServiceContext,
  input: { id: string; after: number; limit: number },
): Promise<{ lines: LogLine[]; total: number }> {
  await requireSession(context);
  const [found] = await context.db.select().from(task).where(eq(task.id, input.id));
  const row = await requireVisible(context, found, input.id);
  const lines = await context.db
    .select()
    .from(taskLog)
    .where(and(eq(taskLog.taskId, row.id), gt(taskLog.number, input.after)))
    .orderBy(asc(taskLog.number))
    .limit(input.limit);
  const [count] = await context.db
    .select({ total: sql<number>`count(*)::int` })
    .from(taskLog)
    .where(eq(taskLog.taskId, row.id));
  return {
    lines: lines.map(({ number, at, level, text }) => ({ number, at: at.getTime(), level, text })),
    total: count?.total ?? 0,
  };
}

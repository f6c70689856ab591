import { and, desc, eq, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { TASK_STATES } from '#domain/task.ts';
import { task } from '#drizzle/schema/task.ts';
import { readSetting } from '#drizzle/settings.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { taskFilter } from '../../auth/visible-tasks.ts';
import type { ServiceContext } from '../context.ts';
import { TaskFilter, taskConditions } from './task-conditions.ts';
import { type TaskView, viewTask } from './task-view.ts';
import { usualDurations } from './usual-durations.ts';

export const TaskListInput = z.object({
  states: z.array(z.enum(TASK_STATES)).max(TASK_STATES.length).optional(),
  ...TaskFilter,
  limit: z.number().int().min(1).max(500).default(50),
  /** Id of the last task of the page before. */
  cursor: z.uuid().optional(),
});
export type TaskListInput = z.infer<typeof TaskListInput>;

export interface TaskPage {
  tasks: TaskView[];
  cursor: string | null;
}

/** Newest first. */
export async function listTasks(context: ServiceContext, input: TaskListInput): Promise<TaskPage> {
  await requireSession(context);
  const visible = await taskFilter(context);
  const zone = await readSetting(context.db, 'timeZone');
  const found = [];
  let cursor = input.cursor ?? null;
  do {
    const page = await context.db
      .select()
      .from(task)
      .where(
        and(
          input.states ? inArray(task.state, input.states) : undefined,
          ...taskConditions(input, zone),
          cursor === null ? undefined : behind(cursor),
        ),
      )
      .orderBy(desc(task.createdAt), desc(task.id))
      .limit(input.limit);
    found.push(...page.filter(visible));
    cursor = page.length < input.limit ? null : (page.at(-1)?.id ?? null);
  } while (cursor !== null && found.length < input.limit);
  const tasks = found.slice(0, input.limit);
  const more = cursor !== null || found.length > input.limit;
  const usual = await usualDurations(context.db, tasks);
  return {
    tasks: tasks.map((row) => viewTask(row, usual)),
    cursor: more ? (tasks.at(-1)?.id ?? null) : null,
  };
}

function behind(cursor: string): SQL | undefined {
  const createdAt = sql`(select ${task.createdAt} from ${task} where ${task.id} = ${cursor})`;
  return or(lt(task.createdAt, createdAt), and(eq(task.createdAt, createdAt), lt(task.id, cursor)));
}

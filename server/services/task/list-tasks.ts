import { and, desc, eq, gt, ilike, inArray, lt, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { DatastoreNameInput } from '#domain/datastore.ts';
import { TASK_KINDS, TASK_STATES, type TaskKind } from '#domain/task.ts';
import { task } from '#drizzle/schema/task.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { taskFilter } from '../../auth/visible-tasks.ts';
import type { ServiceContext } from '../context.ts';
import { type TaskView, viewTask } from './task-view.ts';
import { usualDurations } from './usual-durations.ts';

const KINDS = Object.keys(TASK_KINDS) as [TaskKind, ...TaskKind[]];
const QUIET = KINDS.filter((kind) => 'quiet' in TASK_KINDS[kind]);

export const TaskListInput = z.object({
  states: z.array(z.enum(TASK_STATES)).max(TASK_STATES.length).optional(),
  kinds: z.array(z.enum(KINDS)).max(KINDS.length).optional(),
  datastore: DatastoreNameInput.optional(),
  createdBy: z.string().max(128).optional(),
  /** In the title, what it is about, who started it, or what came of it. */
  search: z.string().trim().max(128).optional(),
  /** Only tasks of the last so many days. */
  days: z.number().int().min(1).max(3650).optional(),
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
  const found = [];
  let cursor = input.cursor ?? null;
  do {
    const page = await context.db
      .select()
      .from(task)
      .where(and(...conditions(input), cursor === null ? undefined : behind(cursor)))
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

function conditions(input: TaskListInput): (SQL | undefined)[] {
  return [
    input.kinds ? inArray(task.kind, input.kinds) : notInArray(task.kind, QUIET),
    input.states ? inArray(task.state, input.states) : undefined,
    input.datastore ? eq(task.datastoreName, input.datastore) : undefined,
    input.createdBy ? eq(task.createdBy, input.createdBy) : undefined,
    input.search ? contains(input.search) : undefined,
    input.days ? gt(task.createdAt, sql`now() - make_interval(days => ${input.days})`) : undefined,
  ];
}

function contains(text: string): SQL | undefined {
  const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const lower = text.toLowerCase();
  const kinds = KINDS.filter((kind) => TASK_KINDS[kind].title.toLowerCase().includes(lower));
  return or(
    inArray(task.kind, kinds),
    ilike(task.subject, pattern),
    ilike(task.createdBy, pattern),
    ilike(task.outcome, pattern),
    ilike(sql`${task.error} ->> 'message'`, pattern),
  );
}

function behind(cursor: string): SQL | undefined {
  const createdAt = sql`(select ${task.createdAt} from ${task} where ${task.id} = ${cursor})`;
  return or(lt(task.createdAt, createdAt), and(eq(task.createdAt, createdAt), lt(task.id, cursor)));
}

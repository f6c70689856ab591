import { eq, gt, ilike, inArray, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { DatastoreNameInput } from '#domain/datastore.ts';
import { TASK_KINDS, type TaskKind } from '#domain/task.ts';
import { CAUSE_UNKNOWN } from '#domain/task-causes.ts';
import { task } from '#drizzle/schema/task.ts';

/** What tasks are chosen by, in lists and where they are counted. */

const KINDS = Object.keys(TASK_KINDS) as [TaskKind, ...TaskKind[]];
const QUIET = KINDS.filter((kind) => 'quiet' in TASK_KINDS[kind]);

export const TaskFilter = {
  kinds: z.array(z.enum(KINDS)).max(KINDS.length).optional(),
  datastore: DatastoreNameInput.optional(),
  createdBy: z.string().max(128).optional(),
  /** Only what failed with this error code. */
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{1,63}$/, 'An error code, such as STORAGE_FULL.')
    .optional(),
  /** In the title, what it is about, who started it, or what came of it. */
  search: z.string().trim().max(128).optional(),
  /** Only tasks of the last so many days. */
  days: z.number().int().min(1).max(3650).optional(),
  /** Only what ran on this day, as clocks of the server's zone show it. */
  day: z.iso.date().optional(),
};
export type TaskFilter = z.infer<z.ZodObject<typeof TaskFilter>>;

/** `zone`: that of the server, in which a day begins and ends. */
export function taskConditions(input: TaskFilter, zone: string): (SQL | undefined)[] {
  return [
    input.kinds ? inArray(task.kind, input.kinds) : notInArray(task.kind, QUIET),
    input.datastore ? eq(task.datastoreName, input.datastore) : undefined,
    input.createdBy ? eq(task.createdBy, input.createdBy) : undefined,
    input.code ? failedWith(input.code) : undefined,
    input.search ? contains(input.search) : undefined,
    input.days ? gt(task.createdAt, sql`now() - make_interval(days => ${input.days})`) : undefined,
    input.day ? ranOn(input.day, zone) : undefined,
  ];
}

function failedWith(code: string): SQL {
  return sql`(${task.state} = 'failed' and coalesce(${task.error} ->> 'code', ${CAUSE_UNKNOWN}) = ${code})`;
}

/** Begun before its end, and not over before its beginning. */
function ranOn(day: string, zone: string): SQL {
  const midnight = sql`(${day}::date::timestamp at time zone ${zone})`;
  const nextMidnight = sql`((${day}::date + 1)::timestamp at time zone ${zone})`;
  const end = sql`coalesce(${task.finishedAt}, now())`;
  return sql`(${task.createdAt} < ${nextMidnight} and ${end} >= ${midnight})`;
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

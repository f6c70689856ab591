import { and, eq, notInArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { DatastoreNameInput } from '#domain/datastore.ts';
import {
  DAYS_KEPT,
  DAYS_SHOWN,
  type DayFacts,
  type DayLevel,
  dayLevel,
  dayOf,
  lastDays,
} from '#domain/day.ts';
import { datastorePath } from '#domain/permissions.ts';
import { TASK_KINDS, type TaskKind } from '#domain/task.ts';
import type { Database } from '#drizzle/client.ts';
import { readDays } from '#drizzle/days.ts';
import { task } from '#drizzle/schema/task.ts';
import { readSetting } from '#drizzle/settings.ts';
import { requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { VISIBLE } from './list-datastores.ts';

export const DaysInput = z.object({
  name: DatastoreNameInput,
  days: z.number().int().min(1).max(DAYS_KEPT).default(DAYS_SHOWN),
});
export type DaysInput = z.infer<typeof DaysInput>;

export interface DayView extends DayFacts {
  level: DayLevel;
  /** Of its tasks, those that have been removed since: they are in no list any more. */
  goneTasks: number;
}

export interface DatastoreDays {
  /** In which days begin and end. */
  zone: string;
  /** Oldest first, today last; days of which nothing is known are among them. */
  days: DayView[];
}

/** How a datastore was on each of the last days: what was seen of it, and how its tasks ended. */
export async function listDays(context: ServiceContext, input: DaysInput): Promise<DatastoreDays> {
  await requirePrivilegeBelow(context, datastorePath(input.name), ...VISIBLE);
  const { db, clock } = context;
  const { id } = await findDatastore(db, input.name);
  const zone = await readSetting(db, 'timeZone');
  const days = lastDays(dayOf(clock.now(), zone), input.days);
  const [first = ''] = days;
  const [rows, counts] = await Promise.all([readDays(db, id, first), countTasks(db, id, first, zone)]);
  const rowOf = new Map(rows.map((row) => [row.day, row]));
  return {
    zone,
    days: days.map((day) => {
      const { minutes = {}, reasons = {}, goneTasks = 0, goneFailed = 0 } = rowOf.get(day) ?? {};
      const { tasks = 0, failed = 0 } = counts.get(day) ?? {};
      const facts = { day, minutes, reasons, tasks: tasks + goneTasks, failed: failed + goneFailed };
      return { ...facts, level: dayLevel(facts), goneTasks };
    }),
  };
}

const QUIET = (Object.keys(TASK_KINDS) as TaskKind[]).filter((kind) => 'quiet' in TASK_KINDS[kind]);

/** Those that are still there, by the day on which they ended. */
async function countTasks(
  db: Database,
  datastoreId: string,
  first: string,
  zone: string,
): Promise<Map<string, { tasks: number; failed: number }>> {
  const rows = await db
    .select({
      day: sql<string>`to_char(${task.finishedAt} at time zone ${zone}, 'YYYY-MM-DD')`,
      tasks: sql<number>`count(*)::int`,
      failed: sql<number>`count(*) filter (where ${task.state} = 'failed')::int`,
    })
    .from(task)
    .where(
      and(
        eq(task.datastoreId, datastoreId),
        notInArray(task.kind, QUIET),
        sql`${task.finishedAt} >= (${first}::date::timestamp at time zone ${zone})`,
      ),
    )
    .groupBy(sql`1`);
  return new Map(rows.map(({ day, ...counts }) => [day, counts]));
}

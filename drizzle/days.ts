import { and, asc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { DatastoreStatus } from '#domain/datastore.ts';
import { DAYS_KEPT, dayOf } from '#domain/day.ts';
import type { Database, Executor } from './client.ts';
import { datastore } from './schema/datastore.ts';
import { datastoreDay } from './schema/day.ts';
import { task } from './schema/task.ts';
import { readSetting } from './settings.ts';

/** The record of how datastores were, day by day. */

export interface Seen {
  status: DatastoreStatus;
  /** Somebody chose it. */
  inMaintenance: boolean;
  reason: string;
  /** How long it was seen so: 1 now and again, 0 at a change, which may pass within a minute. */
  minutes: 0 | 1;
  /** ms since 1970 */
  at: number;
}

/** Adds to the day what was just seen. Nothing when the datastore is gone. */
export async function noteSeen(db: Executor, datastoreId: string, seen: Seen): Promise<void> {
  const day = dayOf(seen.at, await readSetting(db, 'timeZone'));
  const status: DatastoreStatus = seen.inMaintenance ? 'maintenance' : seen.status;
  const { minutes, reasons } = datastoreDay;
  const before = sql`coalesce((${minutes} ->> ${status})::int, 0)`;
  const reason = seen.reason === '' ? sql`'{}'::jsonb` : object(status, sql`${seen.reason}::text`);
  await db.execute(sql`
    insert into ${datastoreDay} (datastore_id, day, minutes, reasons)
    select ${datastore.id}, ${day}::date, ${object(status, sql`${seen.minutes}::int`)}, ${reason}
    from ${datastore} where ${datastore.id} = ${datastoreId}
    on conflict (datastore_id, day) do update set
      minutes = ${minutes} || ${object(status, sql`${before} + ${seen.minutes}::int`)},
      reasons = ${reasons} || excluded.reasons`);
}

function object(key: string, value: SQL): SQL {
  return sql`jsonb_build_object(${key}::text, ${value})`;
}

/** Removes tasks, and leaves how many they were, and how many of them failed, with the days on which they ended. */
export async function removeEndedTasks(db: Database, which: SQL): Promise<void> {
  const zone = await readSetting(db, 'timeZone');
  await db.transaction(async (tx) => {
    // In the order of whoever removes a datastore, and with it the tasks' way to it.
    await tx.select({ id: datastore.id }).from(datastore).orderBy(asc(datastore.id)).for('key share');
    await tx.execute(sql`
      with gone as (
        delete from ${task} where ${which} returning datastore_id, state, finished_at
      )
      insert into ${datastoreDay} (datastore_id, day, gone_tasks, gone_failed)
      select gone.datastore_id, (gone.finished_at at time zone ${zone})::date,
        count(*), count(*) filter (where gone.state = 'failed')
      from gone join ${datastore} on ${datastore.id} = gone.datastore_id
      group by 1, 2
      on conflict (datastore_id, day) do update set
        gone_tasks = ${datastoreDay.goneTasks} + excluded.gone_tasks,
        gone_failed = ${datastoreDay.goneFailed} + excluded.gone_failed`);
  });
}

export type DayRow = typeof datastoreDay.$inferSelect;

export async function readDays(db: Executor, datastoreId: string, since: string): Promise<DayRow[]> {
  return db
    .select()
    .from(datastoreDay)
    .where(and(eq(datastoreDay.datastoreId, datastoreId), gte(datastoreDay.day, since)));
}

export async function forgetOldDays(db: Database): Promise<void> {
  await db.delete(datastoreDay).where(lt(datastoreDay.day, sql`current_date - ${DAYS_KEPT}::int`));
}

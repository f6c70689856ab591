import { inArray } from 'drizzle-orm';
import type { OverdueFacts } from '#domain/health.ts';
import { isOverdue, planTick } from '#domain/job-plan.ts';
import type { Executor } from '#drizzle/client.ts';
import { activeJobKinds, jobOf } from '#drizzle/jobs.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { readSetting } from '#drizzle/settings.ts';
import type { DatastoreView } from '../datastore/datastore-view.ts';

type Place = Pick<DatastoreView, 'id' | 'name' | 'status' | 'statusReason'>;

/** Of these datastores, what should have been started more than an hour ago; as `listJobs` says of one. */
export async function findOverdueJobs(
  db: Executor,
  datastores: readonly Place[],
  now: number,
): Promise<OverdueFacts[]> {
  if (datastores.length === 0) return [];
  const zone = await readSetting(db, 'timeZone');
  const ids = datastores.map(({ id }) => id);
  const rows = await db.select().from(datastoreJob).where(inArray(datastoreJob.datastoreId, ids));
  const found = datastores.map(async ({ id, name, status, statusReason }) => {
    const jobs = rows.filter((row) => row.datastoreId === id).map(jobOf);
    const facts = { name, status, reason: statusReason, now, zone };
    // Most have nothing due, and need no look at their tasks.
    if (!planTick(jobs, { ...facts, active: [] }).some((decision) => isOverdue(decision, now))) return [];
    const active = await activeJobKinds(db, id);
    return planTick(jobs, { ...facts, active }).flatMap((decision): OverdueFacts[] => {
      if (!isOverdue(decision, now) || decision.act === 'recount') return [];
      const waiting = 'words' in decision ? decision.words : null;
      return [{ datastore: name, kind: decision.kind, since: new Date(decision.dueAt), waiting }];
    });
  });
  return (await Promise.all(found)).flat();
}

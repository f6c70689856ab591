import { and, eq, lt, sql } from 'drizzle-orm';
import { announce, forgetOldChanges } from '#drizzle/changes.ts';
import { forgetOldDays } from '#drizzle/days.ts';
import { forgetOldRequests } from '#drizzle/idempotency.ts';
import { listWorkers } from '#drizzle/leases.ts';
import { datastore, datastoreSample } from '#drizzle/schema/datastore.ts';
import { readSetting } from '#drizzle/settings.ts';
import { failLostTasks, forgetOldTasks } from '#drizzle/tasks.ts';
import { careForAudit } from './audit-sealer.ts';
import { removeLeftScratch } from './drill/scratch.ts';
import { noteStatus } from './note-status.ts';
import type { Ownership } from './ownership.ts';
import type { WorkerContext } from './worker-context.ts';

const LOST_TASKS_EVERY_MS = 10_000;
const SAMPLES_EVERY_MS = 60_000;
const CLEANING_EVERY_MS = 600_000;
const SAMPLES_KEPT_DAYS = 400;

/** What has to be done now and again, whatever else happens. */
export function startHousekeeping(context: WorkerContext, ownership: Ownership): () => void {
  const guarded = (work: () => Promise<unknown>) => () =>
    void work().catch((error) => context.log.warn({ err: error }, 'housekeeping failed'));
  const timers = [
    setInterval(
      guarded(() => endLostTasks(context)),
      LOST_TASKS_EVERY_MS,
    ),
    setInterval(
      guarded(() => takeSamples(context, ownership)),
      SAMPLES_EVERY_MS,
    ),
    setInterval(
      guarded(() => clean(context)),
      CLEANING_EVERY_MS,
    ),
  ];
  guarded(() => endLostTasks(context))();
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

async function endLostTasks(context: WorkerContext): Promise<void> {
  const workers = await listWorkers(context.db);
  const ended = await failLostTasks(
    context.db,
    workers.map((worker) => worker.id),
  );
  if (ended > 0) context.log.warn({ ended }, 'ended tasks of lost workers');
  await removeAbandonedCreations(context);
}

/** A creation whose task has ended without success and whose worker could not take the record back. */
async function removeAbandonedCreations(context: WorkerContext): Promise<void> {
  const removed = await context.db
    .delete(datastore)
    .where(
      and(
        eq(datastore.phase, 'creating'),
        sql`not exists (select 1 from task where task.datastore_id = ${datastore.id} and task.state in ('queued', 'running'))`,
      ),
    )
    .returning({ id: datastore.id });
  for (const { id } of removed) await announce(context.db, 'datastore', id);
}

/** What each datastore is like now: for its curves, and for the record of the day. */
export async function takeSamples(
  context: Pick<WorkerContext, 'db' | 'clock'>,
  ownership: Pick<Ownership, 'list'>,
): Promise<void> {
  for (const owned of ownership.list()) {
    await owned.noteChunks();
    await owned.reload();
    await noteStatus(context, owned.row, 1);
    const { totalBytes, usedBytes, chunksCountedAt, id } = owned.row;
    const chunkBytes = chunksCountedAt === null ? null : owned.row.chunkBytes;
    const receivedBytes = owned.receivedBytes;
    owned.receivedBytes = 0;
    await context.db
      .insert(datastoreSample)
      .values({ datastoreId: id, totalBytes, usedBytes, chunkBytes, receivedBytes });
  }
}

async function clean(context: WorkerContext): Promise<void> {
  await forgetOldChanges(context.db);
  await removeLeftScratch(context);
  await forgetOldTasks(context.db, await readSetting(context.db, 'taskRetentionDays'));
  await forgetOldDays(context.db);
  await forgetOldRequests(context.db);
  await careForAudit(context);
  await context.db
    .delete(datastoreSample)
    .where(lt(datastoreSample.at, sql`now() - make_interval(days => ${SAMPLES_KEPT_DAYS})`));
}

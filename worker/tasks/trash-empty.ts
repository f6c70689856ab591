import { epochSeconds } from '#domain/clock.ts';
import { isBackupError } from '#domain/errors.ts';
import { GcPayload } from '#domain/gc.ts';
import { wholeOptions } from '#domain/job.ts';
import { formatTrashItem, type TrashItem } from '#domain/trash.ts';
import { countOf, formatCount } from '#domain/units.ts';
import { announce } from '#drizzle/changes.ts';
import { activeJobKinds, jobOf, readJobs } from '#drizzle/jobs.ts';
import { enqueueTask } from '#drizzle/tasks.ts';
import type { Datastore } from '#engine/datastore.ts';
import { trashedGroups } from '#engine/trash/list-trash.ts';
import { removeTrashed } from '#engine/trash/remove-trashed.ts';
import { deleteTrashed } from '../catalog/trash-rows.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { requireStill } from './rights-now.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

type Context = TaskContext<'trash.empty'>;

/** Removes snapshots of the trash for good, and starts a collection afterwards if that is wanted. */
export const handleTrashEmpty: TaskHandler<'trash.empty'> = async (context) => {
  const owned = ownedBy(context);
  await requireStill(context, owned.name, 'Datastore.Modify');
  const store = owned.writer();
  const { db } = context.worker;
  const items = await itemsOf(context, store);
  const counts = { removed: 0, kept: 0 };
  try {
    for (const [at, item] of items.entries()) {
      context.signal.throwIfAborted();
      const refusal = await remove(store, item);
      if (refusal === null) {
        counts.removed += 1;
        context.log('info', `Removed ${formatTrashItem(item)} for good.`);
        await deleteTrashed(db, owned.id, item);
      } else {
        counts.kept += 1;
        context.log('warning', `${formatTrashItem(item)} stays in the trash: ${refusal}`);
      }
      context.progress({ phase: 'Emptying', done: at + 1, total: items.length, unit: 'snapshots' });
    }
  } finally {
    await announce(db, 'content', owned.id, owned.id);
  }
  const next = context.payload.collect ? await startCollection(context, owned) : LATER;
  const rest = counts.kept > 0 ? `, ${formatCount(counts.kept)} in use stay there` : '';
  const outcome = `${countOf(counts.removed, 'snapshot')} of the trash removed for good${rest}. ${next}`;
  return { outcome, result: counts };
};

const LATER = 'Space is freed by the next garbage collection.';

/**
 * The named ones, and what was there when everything was asked for, as the datastore says: oldest first. What was put there
 * in the future, by a clock that was wrong, was there as well.
 */
async function itemsOf({ payload, signal }: Context, store: Datastore): Promise<TrashItem[]> {
  const now = epochSeconds(store.clock);
  const { items, allUntil } = payload;
  const all = new Map(items.map((item) => [formatTrashItem(item), item as TrashItem]));
  if (allUntil !== null) {
    for await (const group of trashedGroups(store.backend)) {
      signal.throwIfAborted();
      const meant = group.items.filter(({ trashedTime: at }) => at <= allUntil || at > now);
      for (const item of meant) all.set(formatTrashItem(item), item);
    }
  }
  return [...all.values()].sort((a, b) => a.trashedTime - b.trashedTime || a.time - b.time);
}

/** Null when it is gone, also by an earlier attempt; else why it stays. */
async function remove(store: Datastore, item: TrashItem): Promise<string | null> {
  try {
    await removeTrashed(store, item, 'emptying of the trash');
    return null;
  } catch (error) {
    if (!isBackupError(error, 'SNAPSHOT_LOCKED', 'SNAPSHOT_NOT_FOUND')) throw error;
    return error.code === 'SNAPSHOT_NOT_FOUND' ? null : error.message;
  }
}

/** With the grace of its job, and without its limit and end: somebody waits for the space. */
async function startCollection(
  { worker, createdBy }: Context,
  { id, name }: OwnedDatastore,
): Promise<string> {
  return worker.db.transaction(async (tx) => {
    if ((await activeJobKinds(tx, id)).includes('gc')) {
      return 'A garbage collection is under way; what it does not free any more, the next one does.';
    }
    const job = (await readJobs(tx, id)).map(jobOf).find(({ kind }) => kind === 'gc');
    if (!job) return LATER;
    const { graceMinutes } = wholeOptions('gc', job.options);
    const payload = GcPayload.parse({ graceMinutes, until: null });
    await enqueueTask(tx, worker.queue, {
      ...{ kind: 'datastore.gc', payload: { datastoreId: id, ...payload } },
      ...{ datastore: { id, name }, subject: name, createdBy },
    });
    return 'A garbage collection was started, which frees the space of what was last used longer ago than its grace.';
  });
}

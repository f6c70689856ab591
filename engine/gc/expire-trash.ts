import { isBackupError } from '#domain/errors.ts';
import type { TaskProgress } from '#domain/task.ts';
import { formatTrashItem, type TrashItem, trashExpiry } from '#domain/trash.ts';
import { countOf } from '#domain/units.ts';
import type { Datastore } from '../datastore.ts';
import { trashedGroups } from '../trash/list-trash.ts';
import { removeTrashed, tidyTrash } from '../trash/remove-trashed.ts';
import { finishRemovals } from '../trash/removed-namespaces.ts';
import { CLOCK_TOLERANCE_SECONDS } from './clock-watch.ts';

export interface ExpireOptions {
  /** How long a snapshot stays in the trash. */
  days: number;
  /** Hears of each that was removed. */
  removed: (item: TrashItem) => Promise<void>;
}

export interface Expired {
  /** Removed, or of a plan what would be. */
  count: number;
  /** Of a plan. */
  wouldGo?: (item: TrashItem) => boolean;
}

interface Work {
  dryRun: boolean;
  trash?: ExpireOptions | undefined;
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
  warn: (text: string) => void;
}

/**
 * Removes from the trash what has lain there for its days when a collection starts (`startedAt`, in seconds), and what a
 * crash has left there. The days run only while somebody sees them go by (`seen-time.ts`): a clock that is far ahead empties
 * nothing. What was put there in the future, by a clock that was wrong, stays. A plan only counts.
 */
export async function expireTrash(store: Datastore, startedAt: number, work: Work): Promise<Expired> {
  const { trash, dryRun, signal } = work;
  if (!trash) return { count: 0 };
  const unseen = store.seenTime.unseenSeconds();
  const isOver = (item: TrashItem) => trashExpiry(item, trash.days) <= startedAt - unseen;
  if (!dryRun) await finishRemovals(store, signal);
  if (!dryRun) await tidyTrash(store, signal);
  let [count, unsure, future] = [0, 0, 0];
  for await (const { items } of trashedGroups(store.backend)) {
    unsure += items.filter((item) => !isOver(item) && trashExpiry(item, trash.days) <= startedAt).length;
    future += items.filter(({ trashedTime }) => trashedTime > startedAt + CLOCK_TOLERANCE_SECONDS).length;
    for (const item of items.filter(isOver)) {
      signal.throwIfAborted();
      if (dryRun || (await remove(store, item, trash, work.warn))) count += 1;
      work.report({ phase: 'Trash', done: count, unit: 'snapshots' });
    }
  }
  if (unsure > 0) work.warn(unsureWords(unsure, store.seenTime.words()));
  if (future > 0) work.warn(futureWords(future));
  return dryRun ? { count, wouldGo: isOver } : { count };
}

function unsureWords(count: number, why: string): string {
  return (
    `${stays(count)} although the days are over by the clock of the server: ${why}. If the clock is right, ` +
    'the first collection that finds them over after the datastore is opened anew removes them; emptying the trash does so now.'
  );
}

function futureWords(count: number): string {
  return `${stays(count)}, put there in the future by the clock of the server. The days run from then on; emptying the trash takes all.`;
}

function stays(count: number): string {
  return `${countOf(count, 'snapshot')} ${count === 1 ? 'stays' : 'stay'} in the trash`;
}

/** One that is being restored, or of which the like is in use, stays until the next collection. */
async function remove(
  store: Datastore,
  item: TrashItem,
  { removed }: ExpireOptions,
  warn: (text: string) => void,
): Promise<boolean> {
  try {
    await removeTrashed(store, item, 'garbage collection');
  } catch (error) {
    if (!isBackupError(error, 'SNAPSHOT_LOCKED', 'SNAPSHOT_NOT_FOUND')) throw error;
    if (error.code === 'SNAPSHOT_LOCKED')
      warn(`${formatTrashItem(item)} stays in the trash: ${error.message}`);
    return false;
  }
  await removed(item);
  return true;
}

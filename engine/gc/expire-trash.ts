import { isBackupError } from '#domain/errors.ts';
import type { TaskProgress } from '#domain/task.ts';
import { formatTrashItem, type TrashItem, trashExpiry } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { trashedGroups } from '../trash/list-trash.ts';
import { removeTrashed, tidyTrash } from '../trash/remove-trashed.ts';

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
 * crash has left there. What was put there in the future, by a clock that was wrong, stays. A plan only counts.
 */
export async function expireTrash(store: Datastore, startedAt: number, work: Work): Promise<Expired> {
  const { trash, dryRun, signal } = work;
  if (!trash) return { count: 0 };
  const isOver = (item: TrashItem) => trashExpiry(item, trash.days) <= startedAt;
  if (!dryRun) await tidyTrash(store, signal);
  let count = 0;
  for await (const { items } of trashedGroups(store.backend)) {
    for (const item of items.filter(isOver)) {
      signal.throwIfAborted();
      if (dryRun || (await remove(store, item, trash, work.warn))) count += 1;
      work.report({ phase: 'Trash', done: count, unit: 'snapshots' });
    }
  }
  return dryRun ? { count, wouldGo: isOver } : { count };
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

import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import type { RetentionSnapshot } from '#domain/retention.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '#engine/datastore.ts';
import { MANIFEST_NAME, PROTECTED_NAME, snapshotKey } from '#engine/hierarchy/layout.ts';
import { listOrNothing } from '#engine/hierarchy/namespaces.ts';
import { removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import type { TrashNote } from '#engine/trash/trash-note.ts';

/** What retention goes by, as the datastore says. */
export type Fact = RetentionSnapshot & { ref: SnapshotRef };

/** One listing tells both, where two questions would each take a way to the storage. */
export async function readFact(store: Datastore, ref: SnapshotRef): Promise<Fact> {
  const entries = await listOrNothing(store.backend, snapshotKey(ref));
  const has = (name: string) => entries.some((entry) => entry.name === name);
  return { ref, time: ref.time, finished: has(MANIFEST_NAME), protected: has(PROTECTED_NAME) };
}

/**
 * An unfinished snapshot may have been finished since the plan. That is looked at under the lock, and nobody can take it
 * between: `removeSnapshot` has it before anything else runs. Where there is no room for a note, it goes for good: a full
 * datastore must be able to get rid of what retention does not keep.
 *
 * *Errors*: SNAPSHOT_LOCKED also when it was finished meanwhile, SNAPSHOT_PROTECTED, SNAPSHOT_NOT_FOUND.
 */
export async function removeUnchanged(
  store: Datastore,
  planned: Fact,
  trash: TrashNote | null = null,
): Promise<TrashItem | null> {
  {
    using _lock = store.locks.shared(snapshotPlace(planned.ref), 'prune');
    const { finished } = await readFact(store, planned.ref);
    if (finished && !planned.finished) throw finishedMeanwhile(planned.ref);
  }
  try {
    return await removeSnapshot(store, planned.ref, trash);
  } catch (error) {
    if (trash === null || !isBackupError(error, 'STORAGE_FULL')) throw error;
    return removeSnapshot(store, planned.ref);
  }
}

function finishedMeanwhile(ref: SnapshotRef): BackupError {
  return new BackupError('SNAPSHOT_LOCKED', `Snapshot ${formatSnapshotPath(ref)} was finished meanwhile.`);
}

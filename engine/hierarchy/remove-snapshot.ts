import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type GroupRef, type SnapshotRef } from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { groupPlace, manifestPlace, snapshotPlace } from '../locks/places.ts';
import { withReserve } from '../reserve.ts';
import { putInTrash } from '../trash/put-in-trash.ts';
import type { TrashNote } from '../trash/trash-note.ts';
import { groupExists, noGroup, removeEmptyGroup } from './groups.ts';
import { below, deletingKey, groupKey, isDeletingName, PROTECTED_NAME, snapshotKey } from './layout.ts';
import { listOrNothing } from './namespaces.ts';
import { isFinished, listSnapshots, noSnapshot } from './snapshots.ts';

const MANIFEST_WAIT_MS = 5000;

/**
 * Removes one snapshot (docs/formats/datastore.md): with a note, a finished one goes into the trash, and where it lies
 * there is returned; everything else goes for good. That is renamed out of sight in one step before its files go, so
 * after a crash it is either there whole or not listed; `removeLeftovers` finishes the rest.
 *
 * *Locks*: snapshot, then manifest. *Errors*: SNAPSHOT_NOT_FOUND, SNAPSHOT_LOCKED, SNAPSHOT_PROTECTED.
 */
export async function removeSnapshot(
  store: Datastore,
  snapshot: SnapshotRef,
  trash: TrashNote | null = null,
): Promise<TrashItem | null> {
  const item = await removeAlone(store, snapshot, trash);
  await removeGroupIfEmpty(store, snapshot);
  return item;
}

async function removeAlone(
  store: Datastore,
  snapshot: SnapshotRef,
  trash: TrashNote | null,
): Promise<TrashItem | null> {
  using _snapshot = store.locks.exclusive(snapshotPlace(snapshot), 'removal');
  return await removeLocked(store, snapshot, trash); // not before it is done is the lock let go of
}

async function removeLocked(
  store: Datastore,
  snapshot: SnapshotRef,
  trash: TrashNote | null,
): Promise<TrashItem | null> {
  using _manifest = await store.locks.waitExclusive(manifestPlace(snapshot), 'removal', MANIFEST_WAIT_MS);
  if (await isProtected(store, snapshot)) {
    throw new BackupError('SNAPSHOT_PROTECTED', `Snapshot ${formatSnapshotPath(snapshot)} is protected.`, {
      hint: 'Remove the protection first if it may really go.',
    });
  }
  if (trash && (await isFinished(store.backend, snapshot))) {
    return await withReserve(store.backend, () => putInTrash(store, snapshot, trash));
  }
  await moveOutOfSight(store, snapshot);
  await store.backend.removeTree(deletingKey(snapshot));
  return null;
}

export interface RemovedGroup {
  removed: SnapshotRef[];
  /** Those of them that lie in the trash now. */
  trashed: TrashItem[];
  /** Protected ones, which keep the group. */
  kept: SnapshotRef[];
}

/**
 * Removes every snapshot of a group that is not protected, and the group with the last one (docs/formats/datastore.md).
 *
 * *Locks*: the group and all its snapshots before anything is removed, so it is refused as a whole while one of them
 * is in use. *Errors*: GROUP_NOT_FOUND, GROUP_LOCKED, SNAPSHOT_LOCKED.
 */
export async function removeGroup(
  store: Datastore,
  group: GroupRef,
  trash: TrashNote | null = null,
): Promise<RemovedGroup> {
  using locks = new DisposableStack();
  locks.use(store.locks.exclusive(groupPlace(group), 'removal of the group'));
  if (!(await groupExists(store.backend, group))) throw noGroup(group);
  const oldestFirst = (await listSnapshots(store.backend, group)).reverse();
  for (const snapshot of oldestFirst) locks.use(store.locks.exclusive(snapshotPlace(snapshot), 'removal'));
  const result: RemovedGroup = { removed: [], trashed: [], kept: [] };
  for (const snapshot of oldestFirst) {
    if (await isProtected(store, snapshot)) {
      result.kept.push(snapshot);
    } else {
      const item = await removeLocked(store, snapshot, trash);
      result.removed.push(snapshot);
      if (item) result.trashed.push(item);
    }
  }
  await removeEmptyGroup(store, group);
  return result;
}

async function isProtected(store: Datastore, snapshot: SnapshotRef): Promise<boolean> {
  return (await store.backend.stat(below(snapshotKey(snapshot), PROTECTED_NAME))) !== undefined;
}

/**
 * What a backup leaves that does not become a finished one: also when its manifest is written already, it is never listed
 * as finished. *Locks*: the caller holds the snapshot.
 */
export async function removeUnfinished(store: Datastore, snapshot: SnapshotRef): Promise<void> {
  try {
    await moveOutOfSight(store, snapshot);
  } catch (error) {
    if (isBackupError(error, 'SNAPSHOT_NOT_FOUND')) return; // somebody took it away behind our back
    throw error;
  }
  await store.backend.removeTree(deletingKey(snapshot));
}

async function moveOutOfSight(store: Datastore, snapshot: SnapshotRef): Promise<void> {
  await store.assertStillOwned();
  // A removal of the same time that was interrupted may still lie there.
  await store.backend.removeTree(deletingKey(snapshot));
  try {
    await store.backend.rename(snapshotKey(snapshot), deletingKey(snapshot));
  } catch (error) {
    if (isBackupError(error, 'STORAGE_MISSING')) throw noSnapshot(snapshot);
    throw error;
  }
}

/** The group goes with its last snapshot, unless it is in use at this moment. */
async function removeGroupIfEmpty(store: Datastore, snapshot: SnapshotRef): Promise<void> {
  if ((await listSnapshots(store.backend, snapshot)).length > 0) return;
  try {
    using _group = store.locks.exclusive(groupPlace(snapshot), 'removal of the empty group');
    await removeEmptyGroup(store, snapshot);
  } catch (error) {
    if (!isBackupError(error, 'GROUP_LOCKED')) throw error;
  }
}

/** Finishes removals that a crash interrupted in this group; the number of them. */
export async function removeLeftovers(store: Datastore, group: Omit<SnapshotRef, 'time'>): Promise<number> {
  const entries = await listOrNothing(store.backend, groupKey(group));
  const leftovers = entries.filter((entry) => entry.kind === 'directory' && isDeletingName(entry.name));
  for (const entry of leftovers) {
    await store.assertStillOwned();
    await store.backend.removeTree(below(groupKey(group), entry.name));
  }
  return leftovers.length;
}

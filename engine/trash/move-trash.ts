import { isBackupError } from '#domain/errors.ts';
import type { GroupRef } from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { directoryExists } from '../hierarchy/namespaces.ts';
import { snapshotPlace } from '../locks/places.ts';
import { withReserve } from '../reserve.ts';
import { trashedGroup } from './list-trash.ts';
import { moveSnapshot } from './move-snapshot.ts';
import { makeWay } from './put-in-trash.ts';
import { removeEmptyAbove } from './remove-trashed.ts';
import { contentKey, itemKey, trashGroupKey } from './trash-layout.ts';

/**
 * What lies in the trash of a group follows it, so that it comes back to where the group is, for whom the group is now.
 * What somebody is at work on
 * at that moment stays where it is. Returns what has moved, as it was called.
 *
 * *Locks*: each snapshot while it moves. The caller holds both groups.
 */
export async function moveTrash(store: Datastore, from: GroupRef, to: GroupRef): Promise<TrashItem[]> {
  const moved: TrashItem[] = [];
  for (const item of (await trashedGroup(store.backend, from)).items) {
    if (await moveItem(store, item, { ...item, namespace: to.namespace })) moved.push(item);
  }
  return moved;
}

async function moveItem(store: Datastore, from: TrashItem, to: TrashItem): Promise<boolean> {
  try {
    using _from = store.locks.exclusive(snapshotPlace(from), 'move of the group');
    using _to = store.locks.exclusive(snapshotPlace(to), 'move of the group');
    if (!(await directoryExists(store.backend, contentKey(from)))) return false;
    await withReserve(store.backend, () => makeWay(store, trashGroupKey(to)));
    await moveSnapshot(store, itemKey(from), itemKey(to));
    await removeEmptyAbove(store, itemKey(from));
    return true;
  } catch (error) {
    // Missing: whoever emptied the group there took the way to it along.
    if (isBackupError(error, 'SNAPSHOT_LOCKED', 'STORAGE_EXISTS', 'STORAGE_MISSING')) return false;
    throw error;
  }
}

import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatTrashItem, type TrashItem } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { directoryExists } from '../hierarchy/namespaces.ts';
import { snapshotPlace } from '../locks/places.ts';
import { trashedGroups } from './list-trash.ts';
import { contentKey, itemDeletingKey, itemKey, noteKey, TRASH_ROOT } from './trash-layout.ts';

/**
 * Removes one snapshot of the trash for good. As with every snapshot, it is renamed out of sight in one step before its
 * files go. *Locks*: the snapshot. *Errors*: SNAPSHOT_NOT_FOUND, SNAPSHOT_LOCKED.
 */
export async function removeTrashed(store: Datastore, item: TrashItem, holder: string): Promise<void> {
  using _snapshot = store.locks.exclusive(snapshotPlace(item), holder);
  if (!(await directoryExists(store.backend, contentKey(item)))) throw notInTrash(item);
  await removeHeld(store, item);
}

/** The same for who holds the snapshot. */
export async function removeHeld(store: Datastore, item: TrashItem): Promise<void> {
  await store.assertStillOwned();
  await store.backend.removeTree(itemDeletingKey(item));
  await store.backend.rename(itemKey(item), itemDeletingKey(item));
  await store.backend.removeTree(itemDeletingKey(item));
  await removeEmptyAbove(store, itemKey(item));
}

export function notInTrash(item: TrashItem): BackupError {
  return new BackupError('SNAPSHOT_NOT_FOUND', `The trash has no snapshot ${formatTrashItem(item)}.`, {
    hint: 'It was restored, or removed for good, in the meantime.',
  });
}

/** Takes an item away that holds no snapshot; one that does stays whole. The caller holds the snapshot. */
export async function removeHusk(store: Datastore, item: TrashItem): Promise<void> {
  if (await directoryExists(store.backend, contentKey(item))) return;
  await store.backend.remove(noteKey(item));
  await store.backend.removeDirectory(itemKey(item));
  await removeEmptyAbove(store, itemKey(item));
}

/** The directories of groups and namespaces of which nothing lies there any more. */
export async function removeEmptyAbove(store: Datastore, key: string): Promise<void> {
  let directory = key.slice(0, key.lastIndexOf('/'));
  while (directory !== TRASH_ROOT && (await store.backend.removeDirectory(directory))) {
    directory = directory.slice(0, directory.lastIndexOf('/'));
  }
}

/**
 * Finishes what a crash has interrupted: removals, and moves that left an item without a snapshot. What somebody is at
 * work on is left to them. Returns how many there were.
 */
export async function tidyTrash(store: Datastore, signal: AbortSignal): Promise<number> {
  let tidied = 0;
  for await (const { items, removals } of trashedGroups(store.backend)) {
    for (const item of removals) tidied += await tidy(store, item, removeRest);
    for (const item of items) {
      signal.throwIfAborted();
      if (await directoryExists(store.backend, contentKey(item))) continue;
      tidied += await tidy(store, item, removeHusk);
    }
  }
  return tidied;
}

async function removeRest(store: Datastore, item: TrashItem): Promise<void> {
  await store.backend.removeTree(itemDeletingKey(item));
  await removeEmptyAbove(store, itemKey(item));
}

async function tidy(
  store: Datastore,
  item: TrashItem,
  how: (store: Datastore, item: TrashItem) => Promise<void>,
): Promise<number> {
  try {
    using _snapshot = store.locks.exclusive(snapshotPlace(item), 'tidying the trash');
    await store.assertStillOwned();
    await how(store, item);
    return 1;
  } catch (error) {
    if (isBackupError(error, 'SNAPSHOT_LOCKED')) return 0;
    throw error;
  }
}

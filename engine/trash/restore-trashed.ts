import { BackupError, isBackupError } from '#domain/errors.ts';
import {
  formatGroupPath,
  formatSnapshotPath,
  type NamespacePath,
  namespaceComponents,
  ROOT_NAMESPACE,
  type SnapshotRef,
} from '#domain/ids.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { openOrCreateGroup, removeEmptyGroup, writeFirstNotes } from '../hierarchy/groups.ts';
import { below, namespaceKey, snapshotKey } from '../hierarchy/layout.ts';
import { directoryExists } from '../hierarchy/namespaces.ts';
import { snapshotPlace } from '../locks/places.ts';
import { shareNamespace } from '../locks/share-namespace.ts';
import { moveSnapshot } from './move-snapshot.ts';
import { notInTrash, removeHusk } from './remove-trashed.ts';
import { contentKey } from './trash-layout.ts';
import { readNote } from './trash-note.ts';

const HOLDER = 'restore from the trash';

/**
 * Puts a snapshot of the trash back where it was. A namespace or group that is gone by now is made again, and the group
 * belongs to whom it belonged, with the notes that it had; to `by` where nobody knows. A crash after the move leaves an item without a snapshot.
 *
 * *Locks*: namespace, group, then snapshot. *Errors*: SNAPSHOT_NOT_FOUND when the trash does not have it any more,
 * SNAPSHOT_EXISTS, OWNER_MISMATCH when the group is somebody else's by now, NAMESPACE_LOCKED, GROUP_LOCKED, SNAPSHOT_LOCKED.
 */
export async function restoreTrashed(store: Datastore, item: TrashItem, by: PrincipalId): Promise<void> {
  await store.assertStillOwned();
  if (!(await directoryExists(store.backend, contentKey(item)))) throw notInTrash(item);
  const { owner, notes } = await readNote(store.backend, item);
  using _namespace = shareNamespace(store.locks, item.namespace, HOLDER);
  await makeNamespaces(store, item.namespace);
  const group = await openOrCreateGroup(store, item, owner ?? by, HOLDER);
  using _group = group.lock;
  try {
    if (owner !== null && group.owner !== owner) throw otherOwner(item, owner, group.owner);
    using _snapshot = store.locks.exclusive(snapshotPlace(item), HOLDER);
    if (group.created && notes !== '') await writeFirstNotes(store, item, notes);
    await putBack(store, item);
    await removeHusk(store, item);
  } finally {
    if (group.created) await removeEmptyGroup(store, item);
  }
}

async function putBack(store: Datastore, item: TrashItem): Promise<void> {
  if (await directoryExists(store.backend, snapshotKey(item))) throw isThere(item);
  try {
    await moveSnapshot(store, contentKey(item), snapshotKey(item));
  } catch (error) {
    if (isBackupError(error, 'STORAGE_EXISTS')) throw isThere(item);
    if (isBackupError(error, 'STORAGE_MISSING')) throw notInTrash(item);
    throw error;
  }
}

/** Parents before children. */
async function makeNamespaces(store: Datastore, namespace: NamespacePath): Promise<void> {
  const durable = store.syncLevel !== 'none';
  let path = ROOT_NAMESPACE;
  for (const name of namespaceComponents(namespace)) {
    await store.backend.makeDirectory(below(namespaceKey(path), 'ns'), { durable });
    path = below(path, name) as NamespacePath;
    await store.backend.makeDirectory(namespaceKey(path), { durable });
  }
}

function isThere(snapshot: SnapshotRef): BackupError {
  return new BackupError('SNAPSHOT_EXISTS', `There is a snapshot ${formatSnapshotPath(snapshot)} already.`, {
    hint: 'It was backed up anew, or is restored already. Forget that one first if the other is wanted.',
  });
}

function otherOwner(item: TrashItem, owner: PrincipalId, now: PrincipalId | null): BackupError {
  const words = `The backup group ${formatGroupPath(item)} belongs to ${now ?? 'nobody'} by now, and the snapshot to ${owner}.`;
  return new BackupError('OWNER_MISMATCH', words, {
    hint: 'Whoever owns the group could read it. Have the owner of the group changed first.',
  });
}

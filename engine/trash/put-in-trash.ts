import { epochSeconds } from '#domain/clock.ts';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { type GroupFacts, readGroupFacts } from '../hierarchy/groups.ts';
import { below, snapshotKey } from '../hierarchy/layout.ts';
import { directoryExists } from '../hierarchy/namespaces.ts';
import { noSnapshot } from '../hierarchy/snapshots.ts';
import { moveSnapshot } from './move-snapshot.ts';
import { removeHusk } from './remove-trashed.ts';
import { contentKey, itemKey, noteKey } from './trash-layout.ts';
import { encodeNote, type TrashNote } from './trash-note.ts';

/** Empty directories above an item are removed by whoever empties it, perhaps between two of our steps. */
const ATTEMPTS = 5;

/**
 * Moves a finished snapshot into the trash. The item and its note come first, so that whatever is in it says whose it was;
 * a crash in between leaves an item without a snapshot, which counts as nothing.
 *
 * One that is not at its place any more is taken `from` where it is, with what its group had.
 *
 * *Locks*: the caller holds the snapshot and its manifest. *Errors*: SNAPSHOT_NOT_FOUND; STORAGE_FULL when there is no
 * room for the note, with the snapshot at its place.
 */
export async function putInTrash(
  store: Datastore,
  snapshot: SnapshotRef,
  note: TrashNote,
  from?: { key: string; group: GroupFacts },
): Promise<TrashItem> {
  await store.assertStillOwned();
  const group = from?.group ?? (await readGroupFacts(store.backend, snapshot));
  const item = await makeItem(store, snapshot, note, group);
  try {
    await moveSnapshot(store, from?.key ?? snapshotKey(snapshot), contentKey(item));
  } catch (error) {
    if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
    await removeHusk(store, item);
    throw noSnapshot(snapshot);
  }
  return item;
}

async function makeItem(
  store: Datastore,
  snapshot: SnapshotRef,
  note: TrashNote,
  group: GroupFacts,
): Promise<TrashItem> {
  const item = await freeItem(store, snapshot);
  const durable = store.syncLevel !== 'none';
  for (let attempt = 1; ; attempt += 1) {
    try {
      await makeWay(store, itemKey(item));
      await store.backend.put(noteKey(item), encodeNote(item, note, group), { durable });
      return item;
    } catch (error) {
      if (isBackupError(error, 'STORAGE_MISSING') && attempt < ATTEMPTS) continue;
      await removeHusk(store, item).catch(() => {}); // why it could not be made says more
      throw isBackupError(error, 'STORAGE_FULL') ? noRoom(snapshot, error) : error;
    }
  }
}

function noRoom(snapshot: SnapshotRef, cause: BackupError): BackupError {
  const words = `There is no room to put ${formatSnapshotPath(snapshot)} into the trash. ${cause.message}`;
  return new BackupError('STORAGE_FULL', words, {
    hint: 'Empty the trash and collect garbage, or switch the trash off for this datastore (--trash-days 0).',
    cause,
  });
}

/** Put there, restored and put there again within a second, it is as if that had taken longer. */
async function freeItem(store: Datastore, snapshot: SnapshotRef): Promise<TrashItem> {
  const item = { ...snapshot, trashedTime: epochSeconds(store.clock) };
  while (await directoryExists(store.backend, contentKey(item))) item.trashedTime += 1;
  return item;
}

/** Every directory down to `key`; nearly always only the last one is missing. */
export async function makeWay(store: Datastore, key: string): Promise<void> {
  const durable = store.syncLevel !== 'none';
  let directory = '';
  for (const name of key.split('/')) {
    directory = below(directory, name);
    await store.backend.makeDirectory(directory, { durable });
  }
}

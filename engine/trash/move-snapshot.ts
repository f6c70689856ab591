import type { Datastore } from '../datastore.ts';
import { below } from '../hierarchy/layout.ts';
import { listOrNothing } from '../hierarchy/namespaces.ts';
import { isIndexName } from '../indexes/open-index.ts';

/**
 * Renames the directory of a snapshot, durably, between its group and the trash. A mark may walk meanwhile: it may have
 * passed the new place already, and find the old one empty. So the move is announced first, and before it ends each index
 * is told under its new key, also when the rename fails, since it may have been carried out all the same.
 *
 * *Locks*: the caller holds the snapshot, so that no file comes into it. *Errors*: STORAGE_MISSING when there is no
 * snapshot, STORAGE_EXISTS when one is in the way, DATASTORE_NOT_OWNED.
 */
export async function moveSnapshot(store: Datastore, from: string, to: string): Promise<void> {
  using _move = store.placed.moving();
  const indexes = (await listOrNothing(store.backend, from)).filter(({ name }) => isIndexName(name));
  await store.assertStillOwned(); // a collection of the next owner would not be told
  try {
    await store.backend.rename(from, to);
  } finally {
    for (const { name } of indexes) store.placed.record(below(to, name), below(from, name));
  }
}

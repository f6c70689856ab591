import type { ObjectBackend } from '../backends/backend.ts';
import type { Datastore } from '../datastore.ts';
import { below } from '../hierarchy/layout.ts';
import { listOrNothing } from '../hierarchy/namespaces.ts';
import { isIndexName } from '../indexes/open-index.ts';

/**
 * Renames the directory of a snapshot, or of all that a namespace holds, durably, between its place and the trash. A mark
 * may walk meanwhile: it may have passed the new place already, and find the old one empty. So the move is announced first,
 * and before it ends each index is told under its new key, also when the rename fails, since it may have been carried out
 * all the same.
 *
 * *Locks*: the caller holds every snapshot in it, so that no file comes into it. *Errors*: STORAGE_MISSING when there is no
 * such directory, STORAGE_EXISTS when one is in the way, DATASTORE_NOT_OWNED.
 */
export async function moveSnapshot(store: Datastore, from: string, to: string): Promise<void> {
  using _move = store.placed.moving();
  const indexes = await indexesIn(store.backend, from);
  await store.assertStillOwned(); // a collection of the next owner would not be told
  try {
    await store.backend.rename(from, to);
  } finally {
    for (const name of indexes) store.placed.record(below(to, name), below(from, name));
  }
}

/** By their paths below the directory; as in every collection, what is hidden is none. */
async function indexesIn(backend: ObjectBackend, top: string): Promise<string[]> {
  const found: string[] = [];
  const directories = [''];
  for (let at = directories.pop(); at !== undefined; at = directories.pop()) {
    for (const { name, kind } of await listOrNothing(backend, at === '' ? top : below(top, at))) {
      if (kind === 'directory' && !name.startsWith('.')) directories.push(below(at, name));
      else if (isIndexName(name)) found.push(below(at, name));
    }
  }
  return found;
}

import type { SnapshotRef } from '#domain/ids.ts';
import type { Datastore } from '../datastore.ts';
import { manifestPlace, snapshotPlace } from '../locks/places.ts';
import { below, PROTECTED_NAME, snapshotKey } from './layout.ts';
import { encodeManifest, withUnprotected } from './manifest.ts';
import { isFinished, manifestKey, noSnapshot, readManifest } from './snapshots.ts';

const MANIFEST_WAIT_MS = 5000;
const HOLDER = 'change of protection';

/**
 * Changes keys of the manifest's unprotected part, keeping all others (docs/formats/datastore.md). *Locks*: the
 * manifest, waited for up to 5 s. *Errors*: SNAPSHOT_UNFINISHED, SNAPSHOT_LOCKED, DATA_CORRUPT.
 */
export async function updateManifest(
  store: Datastore,
  snapshot: SnapshotRef,
  change: Record<string, unknown>,
  holder: string,
): Promise<void> {
  using _lock = await store.locks.waitExclusive(manifestPlace(snapshot), holder, MANIFEST_WAIT_MS);
  const manifest = await readManifest(store.backend, snapshot);
  store.assertOwned();
  const durable = store.syncLevel !== 'none';
  await store.backend.put(manifestKey(snapshot), encodeManifest(withUnprotected(manifest, change)), {
    durable,
  });
}

export function setNotes(store: Datastore, snapshot: SnapshotRef, notes: string): Promise<void> {
  return updateManifest(store, snapshot, { notes }, 'change of notes');
}

/**
 * *Locks*: the snapshot, shared, since whoever reads it is not disturbed and whoever removes it may not come in between;
 * then the manifest, waited for up to 5 s. *Errors*: SNAPSHOT_NOT_FOUND, SNAPSHOT_LOCKED.
 */
export async function setProtected(
  store: Datastore,
  snapshot: SnapshotRef,
  isProtected: boolean,
): Promise<void> {
  using _snapshot = store.locks.shared(snapshotPlace(snapshot), HOLDER);
  using _manifest = await store.locks.waitExclusive(manifestPlace(snapshot), HOLDER, MANIFEST_WAIT_MS);
  if (!(await isFinished(store.backend, snapshot))) throw noSnapshot(snapshot);
  store.assertOwned();
  const key = below(snapshotKey(snapshot), PROTECTED_NAME);
  const durable = store.syncLevel !== 'none';
  if (isProtected) await store.backend.put(key, Buffer.alloc(0), { durable });
  else await store.backend.remove(key);
}

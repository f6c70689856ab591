import { BackupError, isBackupError } from '#domain/errors.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import { STORED_BLOB_MAX_BYTES } from '#engine/chunks/data-blob.ts';
import { CLIENT_LOG_NAME } from '#engine/hierarchy/layout.ts';
import { fileKey, isFinished, noSnapshot } from '#engine/hierarchy/snapshots.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import { refreshSnapshot } from '../../catalog/write-catalog.ts';
import type { OwnedDatastore } from '../../owned-datastore.ts';
import { findOwned } from '../open-request.ts';
import { readBody } from '../request-body.ts';
import { requireContent, requireCovered } from './content-rights.ts';
import type { RestCall } from './rest-call.ts';
import { ownerOf } from './snapshot-rows.ts';

const LOG_MAX_BYTES = 16 * 1024 * 1024;
/** So much of a log is read before memory for all of it is asked for: what is only announced takes none. */
const FREE_BYTES = 64 * 1024;

/** The log of a client, once for each finished backup (docs/formats/datastore.md). */
export async function uploadLog(call: RestCall): Promise<null> {
  const ref = call.parameters.snapshot();
  const right = requireContent(call, ref.namespace, ['Datastore.Modify'], 'Datastore.Backup');
  const owned = await findOwned(call.context, call.store);
  requireCovered(right, call, await ownerOf(call.context, owned.id, ref));
  const store = owned.writer();
  if (!(await isFinished(store.backend, ref))) throw noSnapshot(ref);
  const announced = Number(call.request.headers['content-length'] ?? LOG_MAX_BYTES);
  let release = () => {};
  const room = async () => {
    release = await call.context.bodies.take(call.caller.principal, Math.min(announced, LOG_MAX_BYTES));
  };
  try {
    const bytes = await readBody(call.request, LOG_MAX_BYTES, { freeBytes: FREE_BYTES, room });
    await keepLog(call, owned, ref, bytes);
  } finally {
    release();
  }
  return null;
}

async function keepLog(
  call: RestCall,
  owned: OwnedDatastore,
  ref: SnapshotRef,
  bytes: Uint8Array,
): Promise<void> {
  const store = owned.writer();
  using _lock = store.locks.shared(snapshotPlace(ref), 'upload of a log');
  if (!(await isFinished(store.backend, ref))) throw noSnapshot(ref);
  await store.chunks.checkBlobFile(bytes, STORED_BLOB_MAX_BYTES).catch((error) => {
    throw isBackupError(error, 'DATA_CORRUPT')
      ? new BackupError('DATA_INVALID', `log refused: ${error.message}`)
      : error;
  });
  try {
    await store.backend.put(fileKey(ref, CLIENT_LOG_NAME), bytes, { exclusive: true, durable: true });
  } catch (error) {
    if (!isBackupError(error, 'STORAGE_EXISTS')) throw error;
    throw new BackupError('DATA_INVALID', 'backup already contains a log.');
  }
  await refreshSnapshot(call.context.worker.db, store, owned.id, ref);
}

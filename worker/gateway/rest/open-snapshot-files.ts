import { BackupError, isBackupError } from '#domain/errors.ts';
import { type ArchiveFileName, formatSnapshotPath } from '#domain/ids.ts';
import type { Privilege } from '#domain/permissions.ts';
import type { ObjectReader } from '#engine/backends/backend.ts';
import { BLOB_HEADER_MAX_BYTES, STORED_BLOB_MAX_BYTES } from '#engine/chunks/data-blob.ts';
import type { Digest } from '#engine/chunks/digest.ts';
import type { Manifest } from '#engine/hierarchy/manifest.ts';
import { fileKey, readManifest } from '#engine/hierarchy/snapshots.ts';
import { openIndex } from '#engine/indexes/open-index.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import { StoredArchive } from '#engine/restore/stored-archive.ts';
import { noteDamage } from '../../catalog/damaged-chunks.ts';
import { findOwned } from '../open-request.ts';
import { requireContent, requireCovered } from './content-rights.ts';
import type { RestCall } from './rest-call.ts';
import { findSnapshotRow, ownerOf } from './snapshot-rows.ts';

/** The files of one snapshot, which cannot be removed while this is open. */
export interface SnapshotFiles extends Disposable {
  has(name: ArchiveFileName): boolean;
  open(name: ArchiveFileName): Promise<ObjectReader>;
  /** What is inside of a blob; ARCHIVE_ENCRYPTED when we have no key. */
  payload(name: ArchiveFileName): Promise<Uint8Array>;
  /** The content behind an index, checked against the manifest; ARCHIVE_ENCRYPTED when we have no key. */
  archive(name: ArchiveFileName): Promise<StoredArchive>;
}

export async function openSnapshotFiles(call: RestCall, full: Privilege[]): Promise<SnapshotFiles> {
  const ref = call.parameters.snapshot();
  const right = requireContent(call, ref.namespace, full, 'Datastore.Backup');
  const owned = await findOwned(call.context, call.store);
  requireCovered(right, call, await ownerOf(call.context, owned.id, ref));
  const store = owned.reader();
  const opened: ObjectReader[] = [];
  const held: (() => void)[] = [];
  const release = () => {
    for (const letGo of held.reverse()) letGo();
    for (const reader of opened) void reader.close().catch(() => {});
  };
  const { worker } = call.context;
  const damaged = (file: string, digest: Digest) =>
    void noteDamage(worker, owned, store, { snapshot: ref, file, digest }).catch((error) =>
      worker.log.error({ err: error, digest }, 'a damaged chunk could not be set aside'),
    );
  try {
    held.push(call.context.downloads.take(call.caller.principal));
    held.push(store.locks.shared(snapshotPlace(ref), 'download').release);
    const operation = owned.begin(`download from ${formatSnapshotPath(ref)}`);
    held.push(() => operation.end());
    operation.signal.addEventListener('abort', () => call.response.destroy());
    const manifest = await readManifest(store.backend, ref).catch(async (error) => {
      if (!isBackupError(error, 'SNAPSHOT_UNFINISHED')) throw error;
      await findSnapshotRow(call.context, owned.id, ref); // says so if it is not there at all
      throw error;
    });
    const open = (name: ArchiveFileName) =>
      store.backend.open(fileKey(ref, name)).catch((error) => {
        if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
        throw new BackupError('FILE_NOT_FOUND', `open file "${name}" failed - not found`);
      });
    return {
      has: (name) => manifest.files.some((file) => file.name === name),
      open,
      payload: async (name) => store.chunks.unpackBlob(await readWhole(name, await open(name))),
      archive: async (name) => {
        const entry = checkReadable(manifest, name);
        const reader = await open(name);
        opened.push(reader);
        const index = await openIndex(name, reader);
        if (index.sizeBytes !== entry.sizeBytes || (await index.checksum()) !== entry.checksum) {
          throw new BackupError('DATA_CORRUPT', `${name} is not what the manifest says.`);
        }
        return new StoredArchive(store, index, (digest) => damaged(name, digest));
      },
      [Symbol.dispose]: release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function readWhole(name: string, reader: ObjectReader): Promise<Uint8Array> {
  try {
    if (reader.sizeBytes > STORED_BLOB_MAX_BYTES + BLOB_HEADER_MAX_BYTES)
      throw new BackupError('DATA_CORRUPT', `${name} is larger than a blob may be.`);
    const bytes = Buffer.alloc(reader.sizeBytes);
    await reader.read(bytes, 0);
    return bytes;
  } finally {
    await reader.close();
  }
}

function checkReadable(manifest: Manifest, name: ArchiveFileName) {
  const entry = manifest.files.find((file) => file.name === name);
  if (!entry) throw new BackupError('FILE_NOT_FOUND', `The snapshot has no ${name}.`);
  if (entry.cryptMode === 'encrypt') {
    throw new BackupError(
      'ARCHIVE_ENCRYPTED',
      `${name} is encrypted; only a client with the key can read it.`,
    );
  }
  return entry;
}

import type { SnapshotSource } from '#client/restore/snapshot-source.ts';
import { BackupError, isBackupError } from '#domain/errors.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import type { Digest } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import { fileKey } from '#engine/hierarchy/snapshots.ts';

/** Indexes of the largest archives are about so large. */
const FILE_MAX_BYTES = 2 ** 31;

/** A snapshot for a restore on the server itself, as a client gets it from the gateway. */
export function storedSnapshot(
  { backend, chunks }: Datastore,
  snapshot: SnapshotRef,
  damaged: (digest: Digest, file: string) => void,
): SnapshotSource {
  let file = ''; // whose index was asked for last: archives are restored one after the other
  return {
    damaged: (digest) => damaged(digest, file),
    download: async (name) => {
      file = name;
      try {
        return asBuffer(await backend.get(fileKey(snapshot, name), FILE_MAX_BYTES));
      } catch (error) {
        if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
        throw new BackupError('ARCHIVE_NOT_FOUND', `The file ${name} is missing in the datastore.`);
      }
    },
    chunk: async (digest, memory) => asBuffer(await chunks.load(digest, memory)),
  };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

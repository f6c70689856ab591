import { BackupError, isBackupError } from '#domain/errors.ts';
import type { ArchiveFileName, SnapshotRef } from '#domain/ids.ts';
import { clientArchiveName } from '#domain/snapshot.ts';
import { digestOf } from '#engine/chunks/digest.ts';
import { type Manifest, type ManifestEntry, parseManifest } from '#engine/hierarchy/manifest.ts';
import { MemorySource } from '#engine/indexes/index-header.ts';
import type { IndexReader } from '#engine/indexes/index-reader.ts';
import { openIndex } from '#engine/indexes/open-index.ts';
import { unexpected } from '../connection/backup-api.ts';
import type { SnapshotSource } from './snapshot-source.ts';

/** The manifest of the snapshot that is open; SNAPSHOT_NOT_FOUND or DATA_CORRUPT otherwise. */
export async function readManifest(source: SnapshotSource, snapshot: SnapshotRef): Promise<Manifest> {
  const manifest = parseManifest(await source.download('index.json.blob'));
  const same =
    manifest.type === snapshot.type && manifest.id === snapshot.id && manifest.time === snapshot.time;
  if (!same) throw unexpected('The manifest', snapshot);
  return manifest;
}

/** Finds an archive by the name that a client gave it (`root.pxar`) or by its file name on the server. */
export function findArchive(manifest: Manifest, wanted: string): ManifestEntry {
  const found =
    manifest.files.find((file) => file.name === wanted) ??
    manifest.files.find((file) => clientArchiveName(file.name) === wanted);
  if (!found) {
    const names = manifest.files.map((file) => clientArchiveName(file.name)).join(', ');
    throw new BackupError('ARCHIVE_NOT_FOUND', `The snapshot has no archive ${wanted}.`, {
      field: 'archive',
      hint: `It has: ${names}.`,
    });
  }
  if (found.cryptMode === 'encrypt') {
    throw new BackupError('ARCHIVE_ENCRYPTED', `${wanted} is encrypted.`, {
      hint: 'Restore it with the client and the key that made it.',
    });
  }
  return found;
}

/** Downloads an index and checks it against the manifest, so that a swapped or damaged one is never followed. */
export async function openArchiveIndex(source: SnapshotSource, entry: ManifestEntry): Promise<IndexReader> {
  const bytes = await download(source, entry.name);
  const index = await openIndex(entry.name, new MemorySource(bytes));
  if (index.sizeBytes === entry.sizeBytes && (await index.checksum()) === entry.checksum) return index;
  throw new BackupError('DATA_CORRUPT', `The index ${entry.name} is not what the manifest says.`);
}

/** A blob file, checked against the manifest. */
export async function readBlobFile(source: SnapshotSource, entry: ManifestEntry): Promise<Buffer> {
  const bytes = await download(source, entry.name);
  if (bytes.length === entry.sizeBytes && digestOf(bytes) === entry.checksum) return bytes;
  throw new BackupError('DATA_CORRUPT', `The file ${entry.name} is not what the manifest says.`);
}

async function download(source: SnapshotSource, name: ArchiveFileName): Promise<Buffer> {
  try {
    return await source.download(name);
  } catch (error) {
    if (!isBackupError(error, 'NAMESPACE_NOT_FOUND')) throw error;
    throw new BackupError('ARCHIVE_NOT_FOUND', `The file ${name} is missing on the server.`);
  }
}

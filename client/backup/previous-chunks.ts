import { isBackupError } from '#domain/errors.ts';
import type { ArchiveFileName } from '#domain/ids.ts';
import { digestToBytes } from '#engine/chunks/digest.ts';
import { type Manifest, parseManifest } from '#engine/hierarchy/manifest.ts';
import { MemorySource } from '#engine/indexes/index-header.ts';
import { openIndex } from '#engine/indexes/open-index.ts';
import type { BackupApi } from '../connection/backup-api.ts';
import { makeDigestMemory, SharedDigests } from '../pipeline/shared-digests.ts';

export interface Previous {
  /** Seconds since 1970 of the snapshot that is built on; null when there is none. */
  time: number | null;
  manifest: Manifest | null;
  /** Chunks that need not be sent. */
  digests: SharedArrayBuffer;
}

/** Finds out which chunks the server already has for the archives of this backup. */
export async function loadPrevious(api: BackupApi, names: readonly ArchiveFileName[]): Promise<Previous> {
  const time = await api.previousTime();
  const manifest = time === null ? null : await readManifest(api);
  const usable = names.filter((name) => {
    const entry = manifest?.files.find((file) => file.name === name);
    return entry !== undefined && entry.cryptMode !== 'encrypt';
  });
  const indexes = [];
  for (const name of usable) {
    const bytes = await api.previousFile(name);
    if (bytes) indexes.push(await openIndex(name, new MemorySource(bytes)));
  }
  const digests = makeDigestMemory(indexes.reduce((sum, index) => sum + index.count, 0));
  const set = new SharedDigests(digests);
  for (const index of indexes) {
    for await (const entry of index.entries()) set.add(digestToBytes(entry.digest));
  }
  return { time, manifest, digests };
}

/** A manifest that cannot be read costs a full backup, not the backup. */
async function readManifest(api: BackupApi): Promise<Manifest | null> {
  const bytes = await api.previousFile('index.json.blob');
  try {
    return bytes === null ? null : parseManifest(bytes);
  } catch (error) {
    if (isBackupError(error, 'DATA_CORRUPT')) return null;
    throw error;
  }
}

import { BackupError } from '#domain/errors.ts';
import { type ArchiveFileName, formatSnapshot, type SnapshotRef } from '#domain/ids.ts';
import type { Datastore } from '../datastore.ts';
import {
  encodeManifest,
  type Manifest,
  uploadStatisticsJson,
  withUnprotected,
} from '../hierarchy/manifest.ts';
import { isFinished, manifestKey } from '../hierarchy/snapshots.ts';
import { isIndexName } from '../indexes/open-index.ts';
import { damagedChunksOf, judgeChunk } from '../verify/bad-chunk.ts';
import type { SessionLog } from './backup-session.ts';
import { violation } from './index-upload.ts';
import type { UploadStatistics } from './upload-statistics.ts';

/** What the server itself computed of a file of this backup. */
export interface CompletedFile {
  /** Hex: of an index its body, of a blob the whole file. */
  checksum: string;
  sizeBytes: number;
}

/**
 * Checks the manifest against what was really received and writes it, last of all and durably. Before the
 * manifest appears, everything it refers to is on the disk (docs/formats/datastore.md). Returns when the last flush began,
 * in ms since 1970: what was written before that is on the disk as well, of whatever backup it is.
 */
export async function persistManifest(
  store: Datastore,
  snapshot: SnapshotRef,
  manifest: Manifest,
  completed: ReadonlyMap<ArchiveFileName, CompletedFile>,
  statistics: UploadStatistics,
  log: SessionLog,
): Promise<number> {
  checkManifest(snapshot, manifest, completed, log);
  await checkNoneDamaged(store, snapshot, completed);
  store.assertOwned();
  const json = withUnprotected(manifest, { chunk_upload_stats: uploadStatisticsJson(statistics) });
  await flushStore(store);
  store.assertOwned(); // the flush may have taken minutes
  await store.backend.put(manifestKey(snapshot), encodeManifest(json), { durable: true });
  const flushedAt = store.clock.now();
  await flushStore(store);
  await checkNoneDamaged(store, snapshot, completed);
  store.assertOwned(); // a new owner may have collected garbage before it could see the manifest
  return flushedAt;
}

/** A chunk that this backup builds on may have been found damaged while it ran; or been sent anew, and is sound again. */
async function checkNoneDamaged(
  store: Datastore,
  snapshot: SnapshotRef,
  completed: ReadonlyMap<ArchiveFileName, CompletedFile>,
): Promise<void> {
  if (store.damaged.size === 0) return;
  for (const name of completed.keys()) {
    if (!isIndexName(name)) continue;
    for await (const digest of damagedChunksOf(store, snapshot, name)) {
      if ((await judgeChunk(store, digest)) === 'sound') continue;
      throw new BackupError('CHUNK_MISSING', `Chunk ${digest} was found damaged while this backup ran.`, {
        hint: 'Run the backup again: it then sends the chunk anew.',
      });
    }
  }
}

/** Only what the previous snapshot refers to is kept by a collection: without it, chunks may be gone. */
export async function checkBase(store: Datastore, previous: SnapshotRef): Promise<void> {
  if (await isFinished(store.backend, previous)) return;
  throw violation(
    `base snapshot ${formatSnapshot(previous)} was removed during backup, cannot finish as chunks might be missing`,
  );
}

/** A manifest may only speak of this snapshot and of files that were completed on this connection. */
function checkManifest(
  snapshot: SnapshotRef,
  manifest: Manifest,
  completed: ReadonlyMap<ArchiveFileName, CompletedFile>,
  log: SessionLog,
): void {
  if (manifest.type !== snapshot.type || manifest.id !== snapshot.id || manifest.time !== snapshot.time) {
    throw unusable('it belongs to another snapshot');
  }
  for (const file of manifest.files) {
    const own = completed.get(file.name);
    if (!own) throw unusable(`it names ${file.name}, which was not uploaded`);
    if (own.checksum !== file.checksum) throw unusable(`the checksum of ${file.name} is not ours`);
    if (own.sizeBytes !== file.sizeBytes) throw unusable(`the size of ${file.name} is not ours`);
  }
  const named = new Set<string>(manifest.files.map((file) => file.name));
  for (const name of completed.keys()) {
    if (!named.has(name)) log('warning', `${name} was uploaded, but the manifest does not name it.`);
  }
}

function unusable(why: string): BackupError {
  return violation(`unable to update manifest blob - ${why}`);
}

async function flushStore(store: Datastore): Promise<void> {
  if (store.syncLevel === 'filesystem') await store.backend.flush();
  assertFlushed(store);
}

/**
 * A failed flush is final, whoever asked for it: the system reports it once, and what it could not write may be a part
 * of any backup that is under way.
 */
export function assertFlushed(store: Datastore): void {
  if (!store.flushFailed()) return;
  throw new BackupError(
    'STORAGE_UNREACHABLE',
    'A flush of the datastore failed, so nothing can be stored safely.',
    {
      hint: 'The status of the datastore tells which, and what to do.',
    },
  );
}

import { isBackupError } from '#domain/errors.ts';
import type { ArchiveFileName, SnapshotRef } from '#domain/ids.ts';
import { isUnreadable } from '../backends/local/errors.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { CHUNK_MAX_BYTES, checkBlob, decodeBlob } from '../chunks/data-blob.ts';
import { type Digest, digestOf } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { fileKey, readManifest } from '../hierarchy/snapshots.ts';
import { isIndexName, openIndex } from '../indexes/open-index.ts';

const NUMBERS = 10;

/**
 * Takes a damaged chunk out of use by renaming it to the first free `<digest>.N.bad`; the last number is used
 * again (docs/formats/datastore.md). Nothing is deleted: the evidence stays until no snapshot needs it. *Locks*: the
 * chunk's shard, under which it is looked at once more: a client may have sent it anew since somebody found it damaged.
 * Returns the new name; `missing` when it is not there, `kept` when nothing proves that it is damaged.
 */
async function renameBadChunk(store: Datastore, digest: Digest): Promise<string> {
  const key = chunkKey(digest);
  return store.chunks.holdShard(digest, async () => {
    const sizeBytes = (await store.backend.stat(key))?.sizeBytes;
    if (sizeBytes === undefined) return 'missing';
    if (!(await isDamagedNow(store, digest))) return 'kept';
    let target = `${key}.${NUMBERS - 1}.bad`;
    for (let number = 0; number < NUMBERS; number += 1) {
      const candidate = `${key}.${number}.bad`;
      if ((await store.backend.stat(candidate)) === undefined) {
        target = candidate;
        break;
      }
    }
    await store.backend.rename(key, target);
    store.chunks.tally.add(digest, { chunks: -1, bytes: -sizeBytes });
    return target;
  });
}

export interface DamagedChunk {
  digest: Digest;
  /** Null when it is missing altogether. */
  setAsideAs: string | null;
}

/**
 * For a chunk that somebody could not read: looks once more, since what was wrong may have been memory and not the
 * disk. `sound` means that the index that names it has something wrong; `unreadable` says nothing of its content.
 */
export async function judgeChunk(
  store: Datastore,
  digest: Digest,
): Promise<'sound' | 'damaged' | 'missing' | 'unreadable'> {
  try {
    return (await isSound(store, digest)) ? 'sound' : 'damaged';
  } catch (error) {
    if (isUnreadable(error)) return 'unreadable';
    if (isBackupError(error, 'DATA_CORRUPT')) return 'damaged';
    if (isBackupError(error, 'CHUNK_MISSING')) return 'missing';
    throw error;
  }
}

/**
 * Takes a chunk that was judged damaged or missing out of use: no backup builds on it until it is sent anew. Null when it
 * is sound by now, or cannot be read: a disk in trouble would take all that is on it out of use.
 */
export async function setAside(store: Datastore, digest: Digest): Promise<DamagedChunk | null> {
  store.assertOwned();
  // Before it goes, so that a backup that ends at this moment looks at it.
  store.damaged.add(digest);
  const outcome = await renameBadChunk(store, digest);
  if (outcome === 'kept') {
    store.damaged.delete(digest);
    return null;
  }
  return { digest, setAsideAs: outcome === 'missing' ? null : outcome };
}

/** With the shard held: the threads may be waiting for it, so this thread does the work. */
async function isDamagedNow(store: Datastore, digest: Digest): Promise<boolean> {
  try {
    const encoded = await store.chunks.load(digest);
    if (checkBlob(encoded).encrypted) return false;
    return digestOf(decodeBlob(encoded, { maxBytes: CHUNK_MAX_BYTES, skipCrc: true })) !== digest;
  } catch (error) {
    if (isUnreadable(error)) return false;
    if (isBackupError(error, 'DATA_CORRUPT')) return true;
    throw error;
  }
}

/** By itself, whatever an index says of its size; of an encrypted one only the checksum can be checked. */
async function isSound(store: Datastore, digest: Digest): Promise<boolean> {
  const { chunks } = store;
  try {
    return digestOf(await chunks.unpackBlob(await chunks.load(digest))) === digest;
  } catch (error) {
    if (!isBackupError(error, 'ARCHIVE_ENCRYPTED')) throw error;
    await chunks.checkBlobFile(await chunks.load(digest), CHUNK_MAX_BYTES);
    return true;
  }
}

/** Takes those out of the list that are there again: a client has sent them anew. Returns them. */
export async function forgetHealed(store: Datastore): Promise<Digest[]> {
  const healed: Digest[] = [];
  for (const digest of store.damaged) {
    if ((await store.chunks.storedBytes(digest)) !== undefined) healed.push(digest);
  }
  for (const digest of healed) store.damaged.delete(digest);
  return healed;
}

/** Whether a snapshot needs a chunk that is known to be damaged. */
export async function needsDamaged(store: Datastore, snapshot: SnapshotRef): Promise<boolean> {
  if (store.damaged.size === 0) return false;
  const manifest = await readManifest(store.backend, snapshot);
  for (const { name } of manifest.files) {
    if (!isIndexName(name)) continue;
    for await (const _ of damagedChunksOf(store, snapshot, name)) return true;
  }
  return false;
}

/** Chunks of an index that are known to be damaged. */
export async function* damagedChunksOf(
  store: Datastore,
  snapshot: SnapshotRef,
  name: ArchiveFileName,
): AsyncIterable<Digest> {
  const reader = await store.backend.open(fileKey(snapshot, name));
  try {
    const index = await openIndex(name, reader);
    for await (const { digest } of index.entries()) if (store.damaged.has(digest)) yield digest;
  } finally {
    await reader.close();
  }
}

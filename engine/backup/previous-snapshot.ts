import { BackupError, isBackupError } from '#domain/errors.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import type { ObjectReader } from '../backends/backend.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import type { DigestMap } from '../chunks/digest-map.ts';
import type { Datastore } from '../datastore.ts';
import { fileKey, isFinished, listSnapshots, readSnapshotInfo } from '../hierarchy/snapshots.ts';
import { DIGEST_AT, DYNAMIC_ENTRY_BYTES, DynamicIndexReader } from '../indexes/dynamic-index-reader.ts';
import { FixedIndexReader } from '../indexes/fixed-index-reader.ts';
import { indexDamage } from '../indexes/index-header.ts';
import { isIndexName, openIndex } from '../indexes/open-index.ts';
import { needsDamaged } from '../verify/bad-chunk.ts';
import { violation } from './index-upload.ts';

export interface EarlierSnapshots {
  /** The newest finished snapshot, whatever its state: a new one must be younger. */
  newestTime: number | null;
  /**
   * What an incremental backup may build on: the newest finished one, unless its verification failed or it needs a
   * chunk that is known to be damaged. A backup that builds on nothing sends everything, and so heals it.
   */
  usable: SnapshotRef | null;
}

export async function findEarlier(store: Datastore, snapshot: SnapshotRef): Promise<EarlierSnapshots> {
  for (const earlier of await listSnapshots(store.backend, snapshot)) {
    if (!(await isFinished(store.backend, earlier))) continue;
    const usable = await isUsable(store, earlier);
    if (usable !== null) return { newestTime: earlier.time, usable: usable ? earlier : null };
  }
  return { newestTime: null, usable: null };
}

/** Null when it was removed while we looked. */
async function isUsable(store: Datastore, earlier: SnapshotRef): Promise<boolean | null> {
  const info = await readSnapshotInfo(store.backend, earlier);
  if (!info?.finished) return null;
  if (info.damage !== null || info.verifyState?.state === 'failed') return false;
  try {
    return !(await needsDamaged(store, earlier));
  } catch (error) {
    if (!isBackupError(error, 'SNAPSHOT_UNFINISHED', 'STORAGE_MISSING', 'DATA_CORRUPT')) throw error;
    return (await isFinished(store.backend, earlier)) ? false : null;
  }
}

/**
 * Opens a file of the previous snapshot for the client. Of an index, every chunk becomes known, so that the
 * client may refer to it without uploading it: the previous snapshot is locked, so they cannot go away.
 */
export async function openPreviousFile(
  store: Datastore,
  previous: SnapshotRef | null,
  name: string,
  known: DigestMap,
): Promise<ObjectReader> {
  if (previous === null) throw violation('no valid previous backup');
  const reader = await openFile(store, previous, name);
  try {
    if (isIndexName(name)) await registerChunks(name, reader, known);
    return reader;
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function openFile(store: Datastore, snapshot: SnapshotRef, name: string): Promise<ObjectReader> {
  try {
    return await store.backend.open(fileKey(snapshot, name));
  } catch (error) {
    if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
    throw new BackupError('FILE_NOT_FOUND', `open file "${name}" failed - not found`);
  }
}

/** Works on raw pages: an index of 10 TiB has millions of entries. */
export async function registerChunks(name: string, reader: ObjectReader, known: DigestMap): Promise<void> {
  const index = await openIndex(name, reader);
  if (index instanceof FixedIndexReader) await registerFixed(index, known);
  if (index instanceof DynamicIndexReader) await registerDynamic(index, known);
}

async function registerFixed(index: FixedIndexReader, known: DigestMap): Promise<void> {
  let start = 0;
  for await (const page of index.pages()) {
    for (let at = 0; at < page.length; at += DIGEST_BYTES) {
      known.set(page.subarray(at, at + DIGEST_BYTES), Math.min(index.chunkBytes, index.sizeBytes - start));
      start += index.chunkBytes;
    }
  }
}

async function registerDynamic(index: DynamicIndexReader, known: DigestMap): Promise<void> {
  let start = 0;
  for await (const page of index.pages()) {
    for (let at = 0; at < page.length; at += DYNAMIC_ENTRY_BYTES) {
      const end = Number(page.readBigUInt64LE(at));
      if (end <= start || end - start >= 2 ** 32) throw indexDamage('its offsets do not increase');
      known.set(page.subarray(at + DIGEST_AT, at + DYNAMIC_ENTRY_BYTES), end - start);
      start = end;
    }
  }
}

/** The older index for `reuse-csum`: only if it is exactly the one that the client means (6.1). */
export async function openReusableIndex(
  store: Datastore,
  previous: SnapshotRef | null,
  name: string,
  checksum: string,
): Promise<{ index: FixedIndexReader; reader: ObjectReader }> {
  if (previous === null) throw violation('cannot reuse index - no valid previous backup exists');
  let reader: ObjectReader;
  try {
    reader = await openFile(store, previous, name);
  } catch (error) {
    if (!isBackupError(error, 'FILE_NOT_FOUND')) throw error;
    throw violation('cannot reuse index - no previous backup exists for archive');
  }
  try {
    const index = await FixedIndexReader.open(reader);
    const actual = await index.checksum();
    if (actual === checksum) return { index, reader };
    throw violation(
      `expected csum (${checksum}) doesn't match last backup's (${actual}), cannot do incremental backup`,
    );
  } catch (error) {
    await reader.close();
    throw error;
  }
}

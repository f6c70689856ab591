import * as fs from 'node:fs';
import { BackupError, isBackupError } from '#domain/errors.ts';
import type { DirectPath } from '../backends/backend.ts';
import { fileError, isMissing } from '../backends/local/errors.ts';
import { directoryOf, flushDirectorySteps, putFileSteps } from '../backends/local/file-steps.ts';
import { runSync } from '../backends/local/run-steps.ts';
import { temporaryName } from '../backends/local/temporary-name.ts';
import { touch } from '../posix.ts';
import { chunkKey } from './chunk-key.ts';
import {
  type BlobKind,
  checkBlob,
  ENCODED_CHUNK_MAX_BYTES,
  inspectBlob,
  kindOfMagic,
  MAGIC_BYTES,
} from './data-blob.ts';
import type { Digest } from './digest.ts';
import { decideInsert, type StoredChunk } from './insert-rule.ts';
import type { ShardMutex } from './shard-mutex.ts';

/** Inserting chunks as files, with calls that wait: this runs in worker threads. */

export interface ChunkFilesPlace {
  direct: DirectPath;
  /** Flush every chunk (sync level `file`). */
  durable: boolean;
  /** Files modified at or after this time (ms since 1970) are read before they are trusted; null when all are. */
  distrustSinceMs: number | null;
}

export interface InsertResult {
  duplicate: boolean;
  /** There was no file of that name before; false also when one was replaced. */
  created: boolean;
  /** Bytes of the chunk file that is there now. */
  storedBytes: number;
  /** How the stored bytes changed: the new file less the one it replaced. */
  addedBytes: number;
  warning?: string;
}

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;

/** Stores a checked blob, or keeps what is there and touches it. */
export function insertChunkFile(
  place: ChunkFilesPlace,
  digest: Digest,
  blob: Uint8Array,
  mutex: ShardMutex,
): InsertResult {
  const key = chunkKey(digest);
  const path = `${place.direct.access}/${key}`;
  const kind = inspectBlob(blob);
  return mutex.hold(digest, () => {
    try {
      return insert(place, path, blob, kind);
    } catch (error) {
      throw chunkError(error, `${place.direct.shown}/${key}`);
    }
  });
}

function insert(place: ChunkFilesPlace, path: string, blob: Uint8Array, kind: BlobKind): InsertResult {
  const stored = lookAt(path, place.distrustSinceMs);
  const decision = decideInsert(stored, { sizeBytes: blob.length, kind });
  if (decision.action === 'refuse')
    throw new BackupError('DATA_INVALID', `Chunk refused: ${decision.reason}.`);
  if (decision.action === 'keep' && stored) {
    touch(path);
    // Whoever wrote it may have been stopped before it was on the disk.
    if (stored.inWindow && place.durable) flushFile(path);
    return { duplicate: true, created: false, storedBytes: stored.sizeBytes, addedBytes: 0 };
  }
  // What others need is replaced only by what is on the disk already.
  const durable = place.durable || stored !== null;
  runSync(putFileSteps(path, temporaryName(path), blob, { durable }));
  const warning = decision.action === 'write' ? decision.warning : undefined;
  return {
    duplicate: false,
    created: stored === null,
    storedBytes: blob.length,
    addedBytes: blob.length - (stored?.sizeBytes ?? 0),
    ...(warning === undefined ? {} : { warning }),
  };
}

/** The file under a chunk's name; null when there is none. */
function lookAt(path: string, distrustSinceMs: number | null): (StoredChunk & { inWindow: boolean }) | null {
  const fd = openOrNull(path);
  if (fd === null) return null;
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile())
      throw new BackupError('DATA_CORRUPT', 'A chunk is not a regular file.', { detail: path });
    const magic = Buffer.alloc(MAGIC_BYTES);
    fs.readSync(fd, magic, 0, MAGIC_BYTES, 0);
    const inWindow = distrustSinceMs !== null && stat.mtimeMs >= distrustSinceMs;
    const torn = inWindow && !isWhole(fd, stat.size);
    return { sizeBytes: stat.size, kind: kindOfMagic(magic), torn, inWindow };
  } finally {
    fs.closeSync(fd);
  }
}

function isWhole(fd: number, sizeBytes: number): boolean {
  if (sizeBytes > ENCODED_CHUNK_MAX_BYTES) return false;
  const blob = Buffer.allocUnsafe(sizeBytes);
  for (let at = 0; at < sizeBytes; ) {
    const count = fs.readSync(fd, blob, at, sizeBytes - at, at);
    if (count === 0) return false;
    at += count;
  }
  return hasRightChecksum(blob);
}

export function hasRightChecksum(blob: Uint8Array): boolean {
  try {
    checkBlob(blob);
    return true;
  } catch (error) {
    if (isBackupError(error, 'DATA_CORRUPT')) return false;
    throw error;
  }
}

function flushFile(path: string): void {
  const fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  runSync(flushDirectorySteps(directoryOf(path)));
}

function openOrNull(path: string): number | null {
  try {
    return fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The chunk directories are made once: when one is missing, the storage is not the one we know. */
function chunkError(error: unknown, path: string): BackupError {
  if (isMissing(error)) {
    return new BackupError('STORAGE_UNREACHABLE', `The chunk directory of ${path} is gone.`, {
      hint: 'Check that the filesystem of the datastore is mounted.',
      cause: error,
    });
  }
  return fileError(error, path, 'write');
}

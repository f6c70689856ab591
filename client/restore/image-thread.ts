import * as fs from 'node:fs';
import { workerData } from 'node:worker_threads';
import { BackupError } from '#domain/errors.ts';
import { CHUNK_MAX_BYTES, decodeBlob } from '#engine/chunks/data-blob.ts';
import { type Digest, digestOf } from '#engine/chunks/digest.ts';
import { ownMemory, serveThread } from '#engine/threads/serve-thread.ts';
import { DirectWriter, pageAligned } from './direct-file.ts';

/** Unwraps a chunk, checks it, and writes it at its place in the image. */

export interface ImageThreadData {
  fd: number;
  /** The same file for direct writes, where it has them. */
  directFd: number | null;
  /** What is not written reads as zero, so zeros need not be written. */
  readsZero: boolean;
}

export interface ImageJob {
  encoded: Uint8Array;
  digest: Digest;
  sizeBytes: number;
  offset: number;
}

/** Zeros are left out in pieces of this size. */
const PIECE_BYTES = 64 * 1024;
const ZEROS = Buffer.alloc(PIECE_BYTES);

const { fd, directFd, readsZero } = workerData as ImageThreadData;

const scratch = pageAligned(CHUNK_MAX_BYTES);
const direct = new DirectWriter(directFd);

/** The memory of the chunk, for the next one. */
function restore(job: ImageJob): Uint8Array {
  const payload = decodeBlob(job.encoded, { maxBytes: job.sizeBytes, into: scratch, skipCrc: true });
  if (payload.length !== job.sizeBytes || digestOf(payload) !== job.digest) {
    throw new BackupError('DATA_CORRUPT', 'a chunk does not match its digest');
  }
  const bytes = scratch.subarray(0, payload.length);
  if (payload.buffer !== scratch.buffer) bytes.set(payload);
  try {
    if (readsZero) writeSparse(bytes, job.offset);
    else write(bytes, job.offset);
  } catch (error) {
    throw writeError(error);
  }
  return job.encoded;
}

/** Writes runs of pieces that hold something. */
function writeSparse(bytes: Buffer, offset: number): void {
  let from = 0;
  for (let at = 0; at <= bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES);
    const isZero = piece.equals(piece.length === PIECE_BYTES ? ZEROS : ZEROS.subarray(0, piece.length));
    if (!isZero && at + PIECE_BYTES < bytes.length) continue;
    const to = isZero ? at : bytes.length;
    if (to > from) write(bytes.subarray(from, to), offset + from);
    from = at + PIECE_BYTES;
  }
}

function write(bytes: Buffer, offset: number): void {
  for (let done = direct.write(bytes, offset); done < bytes.length; ) {
    done += fs.writeSync(fd, bytes, done, bytes.length - done, offset + done);
  }
}

function writeError(error: unknown): BackupError {
  const reason = error instanceof Error ? error.message : String(error);
  const full = reason.startsWith('ENOSPC') || reason.startsWith('EDQUOT');
  return new BackupError(
    full ? 'STORAGE_FULL' : 'STORAGE_UNREACHABLE',
    `The target cannot be written: ${reason}.`,
  );
}

serveThread<ImageJob, Uint8Array>(restore, ownMemory);

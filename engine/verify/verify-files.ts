import * as fs from 'node:fs';
import { isBackupError } from '#domain/errors.ts';
import type { DirectPath } from '../backends/backend.ts';
import { fileError, isMissing } from '../backends/local/errors.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { CHUNK_MAX_BYTES, ENCODED_CHUNK_MAX_BYTES } from '../chunks/data-blob.ts';
import type { Digest } from '../chunks/digest.ts';
import { type PackedError, packError } from '../threads/packed-error.ts';
import { type ChunkVerdict, verifyBlob } from './verify-blob.ts';

/** Reading and checking chunk files, with calls that wait: this runs in worker threads. */

/** What to look at, and where. */
export interface VerifyPlace {
  direct: DirectPath;
  digests: Digest[];
}

/** In the order of the digests; what could not be looked at has an error that says nothing of the chunk. */
export type VerifyAnswer = (ChunkVerdict | { failure: PackedError })[];

/** One after the other in the same memory: chunks are large, and threads are few. */
const encodedMemory = Buffer.allocUnsafeSlow(ENCODED_CHUNK_MAX_BYTES);
const payloadMemory = Buffer.allocUnsafeSlow(CHUNK_MAX_BYTES);
const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;

export function verifyFiles({ direct, digests }: VerifyPlace): VerifyAnswer {
  return digests.map((digest) => {
    const key = chunkKey(digest);
    try {
      const encoded = readChunk(`${direct.access}/${key}`);
      if (encoded === 'missing' || encoded === 'impossible') return { state: encoded, storedBytes: 0 };
      return verifyBlob(encoded, digest, payloadMemory);
    } catch (error) {
      const known = isBackupError(error) ? error : fileError(error, `${direct.shown}/${key}`, 'read');
      return { failure: packError(known) };
    }
  });
}

/** `impossible`: what stands there can be no chunk. */
function readChunk(path: string): Uint8Array | 'missing' | 'impossible' {
  let fd: number;
  try {
    fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return 'missing';
    if (error instanceof Error && 'code' in error && error.code === 'ELOOP') return 'impossible';
    throw error;
  }
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile() || stat.size > ENCODED_CHUNK_MAX_BYTES) return 'impossible';
    for (let at = 0; at < stat.size; ) {
      const count = fs.readSync(fd, encodedMemory, at, stat.size - at, at);
      if (count === 0) return 'impossible';
      at += count;
    }
    return encodedMemory.subarray(0, stat.size);
  } finally {
    fs.closeSync(fd);
  }
}

/** Where the files lie on the disk, in the order of the digests; NaN for what is not there. */
export function inodesOf({ direct, digests }: VerifyPlace): Float64Array {
  const stat = (digest: Digest) =>
    fs.lstatSync(`${direct.access}/${chunkKey(digest)}`, { throwIfNoEntry: false });
  return Float64Array.from(digests, (digest) => stat(digest)?.ino ?? Number.NaN);
}

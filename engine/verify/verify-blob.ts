import { isBackupError } from '#domain/errors.ts';
import { CHUNK_MAX_BYTES, checkBlob, decodeBlob } from '../chunks/data-blob.ts';
import { type Digest, digestOf } from '../chunks/digest.ts';

/** What a look at a whole chunk tells, whatever an index says of it. */
export interface ChunkVerdict {
  /**
   * `impossible`: what stands under the name can be no chunk; `damaged`: it is one, and not what its name says.
   * `encrypted`: sound as far as can be told without the key.
   */
  state: 'plain' | 'encrypted' | 'damaged' | 'impossible' | 'missing';
  /** Bytes of the file. */
  storedBytes: number;
  /** Of the payload, where it can be unpacked. */
  sizeBytes?: number;
  /** What is wrong, for people. */
  why?: string;
}

/** `scratch`: memory for the payload, as long as a chunk may be. */
export function verifyBlob(encoded: Uint8Array, digest: Digest, scratch: Uint8Array): ChunkVerdict {
  const storedBytes = encoded.length;
  try {
    if (checkBlob(encoded).encrypted) return { state: 'encrypted', storedBytes };
    const payload = decodeBlob(encoded, { maxBytes: CHUNK_MAX_BYTES, skipCrc: true, into: scratch });
    if (digestOf(payload) === digest) return { state: 'plain', storedBytes, sizeBytes: payload.length };
    return { state: 'damaged', storedBytes, why: 'its content has another digest' };
  } catch (error) {
    if (!isBackupError(error, 'DATA_CORRUPT')) throw error;
    return { state: 'damaged', storedBytes, why: error.message };
  }
}

import { digestToBytes, ZERO_CHUNK_DIGEST } from '#engine/chunks/digest.ts';

/** The digest of a chunk of 4 MiB of zeros, which stands for every hole of an image. */
export const ZERO_DIGEST_BYTES = digestToBytes(ZERO_CHUNK_DIGEST);

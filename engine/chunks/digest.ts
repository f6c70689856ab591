import { hash } from 'node:crypto';

/** The name of a chunk: its SHA-256 as 64 lowercase hex digits. */
declare const brand: unique symbol;
export type Digest = string & { readonly [brand]: 'Digest' };

export const DIGEST_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/;

export function digestOf(bytes: Uint8Array): Digest {
  return hash('sha256', bytes, 'hex') as Digest;
}

/** Null for anything but 64 lowercase hex digits: an upper-case twin would name a second file. */
export function parseDigest(text: string): Digest | null {
  return HEX.test(text) ? (text as Digest) : null;
}

export function digestFromBytes(bytes: Uint8Array, offset = 0): Digest {
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, DIGEST_BYTES).toString('hex') as Digest;
}

export function digestToBytes(digest: Digest): Buffer {
  return Buffer.from(digest, 'hex');
}

/** The digest of 4 MiB of zeros, the chunk that every hole of an image refers to (docs/formats/datastore.md). */
export const ZERO_CHUNK_DIGEST = 'bb9f8df61474d25e71fa00722318cd387396ca1736605e1248821cc0de3d3af8' as Digest;

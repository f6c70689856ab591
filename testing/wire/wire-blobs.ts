import { createHash, randomBytes } from 'node:crypto';
import { crc32, zstdCompressSync } from 'node:zlib';

/**
 * Blobs, digests and manifests put together by hand (docs/formats/datastore.md), so that a mistake of the engine is not
 * repeated by the tests of it.
 */

export const CHUNK_BYTES = 4 * 1024 * 1024;

const MAGIC = {
  plain: Buffer.from('42ab3807be8370a1', 'hex'),
  zstd: Buffer.from('31b958426fb6a37f', 'hex'),
  encrypted: Buffer.from('7b6785be222d4cf0', 'hex'),
};

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function plainBlob(payload: Uint8Array): Buffer {
  return Buffer.concat([MAGIC.plain, crcOf(payload), payload]);
}

export function zstdBlob(payload: Uint8Array): Buffer {
  const body = zstdCompressSync(payload);
  return Buffer.concat([MAGIC.zstd, crcOf(body), body]);
}

/** Looks like an encrypted blob; nobody without the key can tell that there is nothing behind it. */
export function encryptedBlob(cipherText: Uint8Array): Buffer {
  return Buffer.concat([MAGIC.encrypted, crcOf(cipherText), randomBytes(32), cipherText]);
}

function crcOf(body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(body));
  return bytes;
}

export interface Piece {
  payload: Buffer;
  digest: string;
  blob: Buffer;
}

export function piece(payload: Buffer, blob = plainBlob(payload)): Piece {
  return { payload, digest: sha256(payload), blob };
}

export function randomPiece(bytes = 3000): Piece {
  return piece(randomBytes(bytes));
}

export function dynamicChecksum(pieces: readonly Piece[]): string {
  const hash = createHash('sha256');
  let end = 0;
  for (const { payload, digest } of pieces) {
    end += payload.length;
    const offset = Buffer.alloc(8);
    offset.writeBigUInt64LE(BigInt(end));
    hash.update(offset).update(Buffer.from(digest, 'hex'));
  }
  return hash.digest('hex');
}

export function fixedChecksum(digests: readonly string[]): string {
  return sha256(Buffer.concat(digests.map((digest) => Buffer.from(digest, 'hex'))));
}

export interface ManifestFile {
  filename: string;
  size: number;
  csum: string;
  'crypt-mode'?: string;
}

export interface ManifestOf {
  type?: string;
  id: string;
  time: number;
  files: readonly unknown[];
  more?: Record<string, unknown>;
}

export function manifestBlob({ type = 'host', id, time, files, more = {} }: ManifestOf): Buffer {
  const json = { 'backup-type': type, 'backup-id': id, 'backup-time': time, files, ...more };
  return plainBlob(Buffer.from(JSON.stringify(json)));
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { BackupError } from '#domain/errors.ts';
import { decompress, zstd } from './zstd.ts';

/**
 * DataBlob, the envelope of every chunk and every `.blob` file (docs/formats/datastore.md): magic, CRC-32 of
 * everything behind the header, and the payload, plain or zstd, clear or AES-256-GCM.
 *
 * These functions wait for the processor; on chunks of several MiB they belong into a worker thread.
 */

export interface BlobKind {
  compressed: boolean;
  encrypted: boolean;
}

const MAGICS: readonly { magic: Buffer; kind: BlobKind }[] = [
  { magic: Buffer.from('42ab3807be8370a1', 'hex'), kind: { compressed: false, encrypted: false } },
  { magic: Buffer.from('31b958426fb6a37f', 'hex'), kind: { compressed: true, encrypted: false } },
  { magic: Buffer.from('7b6785be222d4cf0', 'hex'), kind: { compressed: false, encrypted: true } },
  { magic: Buffer.from('e6591bbf0bbfd80b', 'hex'), kind: { compressed: true, encrypted: true } },
];

export const MAGIC_BYTES = 8;
const CRC_AT = 8;
const IV_AT = 12;
const TAG_AT = 28;
const PLAIN_HEADER = 12;
const ENCRYPTED_HEADER = 44;
const IV_BYTES = 16;
const TAG_BYTES = 16;

/** Payload limits: of a chunk, of a blob on the wire, and of a blob in an existing store. */
export const CHUNK_MAX_BYTES = 16 * 1024 * 1024;
export const ENCODED_CHUNK_MAX_BYTES = CHUNK_MAX_BYTES + ENCRYPTED_HEADER;
export const STORED_BLOB_MAX_BYTES = 128 * 1024 * 1024;
export const BLOB_HEADER_MAX_BYTES = ENCRYPTED_HEADER;
/** Header of the smallest blob: anything shorter cannot be one. */
export const BLOB_MIN_BYTES = PLAIN_HEADER;

/** Of a chunk, which is never empty. */
export function chunkMinBytes(kind: BlobKind): number {
  return headerBytes(kind) + 1;
}

export function headerBytes(kind: BlobKind): number {
  return kind.encrypted ? ENCRYPTED_HEADER : PLAIN_HEADER;
}

/** What the first 8 bytes say; null when they are no blob magic. */
export function kindOfMagic(bytes: Uint8Array): BlobKind | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MAGIC_BYTES));
  return MAGICS.find(({ magic }) => magic.equals(head))?.kind ?? null;
}

export interface EncodeOptions {
  /** Try zstd; the plain form is kept when that is not smaller. */
  compress: boolean;
  key?: Uint8Array;
  /** For test vectors only; an IV must never be used twice with a key. */
  iv?: Uint8Array;
}

/** Wraps a payload. The result is at most one encrypted header longer than the payload. */
export function encodeBlob(payload: Uint8Array, options: EncodeOptions): Buffer {
  const packed = options.compress ? compressed(payload) : null;
  const body = packed ?? payload;
  const isCompressed = packed !== null;
  const blob = options.key ? seal(body, isCompressed, options.key, options.iv) : wrap(body, isCompressed);
  writeCrc(blob);
  return blob;
}

/** A plain chunk as a blob in memory of its own. `scratch`: room for compressing, as long as the payload. */
export function encodeChunk(payload: Uint8Array, scratch: Uint8Array): Uint8Array<ArrayBuffer> {
  const packedBytes = zstd.compress(payload, scratch.subarray(0, payload.length - 1));
  const body = packedBytes === null ? payload : scratch.subarray(0, packedBytes);
  const blob = Buffer.allocUnsafeSlow(PLAIN_HEADER + body.length);
  writeMagic(blob, { compressed: packedBytes !== null, encrypted: false });
  blob.set(body, PLAIN_HEADER);
  writeCrc(blob);
  return blob;
}

/** Null when that would not make it smaller. */
function compressed(payload: Uint8Array): Uint8Array | null {
  if (payload.length === 0) return null;
  const packed = Buffer.allocUnsafe(payload.length - 1);
  const packedBytes = zstd.compress(payload, packed);
  return packedBytes === null ? null : packed.subarray(0, packedBytes);
}

function wrap(body: Uint8Array, compressed: boolean): Buffer {
  const blob = Buffer.allocUnsafe(PLAIN_HEADER + body.length);
  writeMagic(blob, { compressed, encrypted: false });
  blob.set(body, PLAIN_HEADER);
  return blob;
}

function seal(body: Uint8Array, compressed: boolean, key: Uint8Array, givenIv?: Uint8Array): Buffer {
  const iv = givenIv ?? randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const sealed = cipher.update(body);
  cipher.final();
  const blob = Buffer.allocUnsafe(ENCRYPTED_HEADER + sealed.length);
  writeMagic(blob, { compressed, encrypted: true });
  blob.set(iv, IV_AT);
  blob.set(cipher.getAuthTag(), TAG_AT);
  blob.set(sealed, ENCRYPTED_HEADER);
  return blob;
}

function writeMagic(blob: Uint8Array, kind: BlobKind): void {
  const entry = MAGICS.find(
    (m) => m.kind.compressed === kind.compressed && m.kind.encrypted === kind.encrypted,
  );
  blob.set(entry?.magic ?? [], 0);
}

/** Computes the checksum of a blob anew and writes it into the header; returns it. */
export function writeCrc(blob: Uint8Array): number {
  const crc = crcOf(blob);
  setCrc(blob, crc);
  return crc;
}

export function setCrc(blob: Uint8Array, crc: number): void {
  new DataView(blob.buffer, blob.byteOffset, blob.byteLength).setUint32(CRC_AT, crc, true);
}

function crcOf(blob: Uint8Array): number {
  const kind = kindOfMagic(blob) ?? { compressed: false, encrypted: false };
  return crc32(blob.subarray(headerBytes(kind)));
}

/** The kind of a whole blob; DATA_CORRUPT when magic or length cannot be one. */
export function inspectBlob(blob: Uint8Array): BlobKind {
  const kind = kindOfMagic(blob);
  if (kind === null) throw damaged('its magic number is unknown');
  if (blob.length < headerBytes(kind)) throw damaged('it is shorter than its header');
  return kind;
}

/** Checks magic, length and checksum, without looking into the payload. */
export function checkBlob(blob: Uint8Array): BlobKind {
  const kind = inspectBlob(blob);
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (view.getUint32(CRC_AT, true) !== crcOf(blob)) throw damaged('its checksum is wrong');
  return kind;
}

export interface DecodeOptions {
  /** The payload may not be longer; a compressed bomb stops there. */
  maxBytes: number;
  /** Needed for encrypted blobs. */
  key?: Uint8Array;
  /** Memory for the payload of a compressed blob, of at least `maxBytes`; the result is a part of it. */
  into?: Uint8Array;
  /** The checksum was checked before, or the digest will be checked afterwards. */
  skipCrc?: boolean;
}

/** The payload. DATA_CORRUPT for anything that does not add up, ARCHIVE_ENCRYPTED without the needed key. */
export function decodeBlob(blob: Uint8Array, options: DecodeOptions): Uint8Array {
  const kind = options.skipCrc ? inspectBlob(blob) : checkBlob(blob);
  const body = kind.encrypted ? unseal(blob, options.key) : blob.subarray(PLAIN_HEADER);
  if (!kind.compressed) {
    if (body.length > options.maxBytes) throw damaged('its payload is too long');
    return body;
  }
  const payload = options.into
    ? decompressInto(body, options.into.subarray(0, options.maxBytes))
    : decompress(body, options.maxBytes);
  if (payload === null) throw damaged('its payload cannot be decompressed, or is too long');
  return payload;
}

function decompressInto(body: Uint8Array, target: Uint8Array): Uint8Array | null {
  const bytes = zstd.decompress(body, target);
  return bytes === null ? null : target.subarray(0, bytes);
}

function unseal(blob: Uint8Array, key: Uint8Array | undefined): Buffer {
  if (!key) {
    throw new BackupError('ARCHIVE_ENCRYPTED', 'The data is encrypted.', {
      hint: 'Give the key that it was made with.',
    });
  }
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(IV_AT, IV_AT + IV_BYTES));
  decipher.setAuthTag(blob.subarray(TAG_AT, TAG_AT + TAG_BYTES));
  try {
    const body = decipher.update(blob.subarray(ENCRYPTED_HEADER));
    decipher.final();
    return body;
  } catch (error) {
    throw damaged('it was made with another key or altered', error);
  }
}

function damaged(why: string, cause?: unknown): BackupError {
  return new BackupError('DATA_CORRUPT', `A blob is damaged: ${why}.`, { cause });
}

import { randomBytes } from 'node:crypto';
import { BackupError } from '#domain/errors.ts';

/**
 * The first 4096 bytes of an index file (docs/formats/datastore.md): magic, uuid, creation time, checksum. The
 * checksum of the header is never trusted; it is computed anew where it matters.
 */

export const HEADER_BYTES = 4096;
const UUID_AT = 8;
const CTIME_AT = 24;
const CHECKSUM_AT = 32;
export const SIZE_AT = 64;
export const CHUNK_SIZE_AT = 72;

export type IndexKind = 'fixed' | 'dynamic';

const MAGICS: Record<IndexKind, Buffer> = {
  fixed: Buffer.from('2f7f41ed91fd0fcd', 'hex'),
  dynamic: Buffer.from('1c914ea519bab3cd', 'hex'),
};

/** Where the bytes of an index come from: a file, an object, or memory. */
export interface IndexSource {
  readonly sizeBytes: number;
  read(target: Uint8Array, position: number): Promise<void>;
}

/** Where a writer puts them: hidden until it is committed. */
export interface IndexSink {
  write(bytes: Uint8Array, position: number): Promise<void>;
  read(target: Uint8Array, position: number): Promise<void>;
}

/** An index that is held in memory, as a client has it after a download. */
export class MemorySource implements IndexSource {
  readonly sizeBytes: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.sizeBytes = bytes.length;
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    const piece = this.#bytes.subarray(position, position + target.length);
    if (piece.length < target.length) throw indexDamage('it ends too early');
    target.set(piece);
  }
}

export interface IndexHeader {
  kind: IndexKind;
  /** Whole seconds since 1970. */
  createdAt: number;
  bytes: Buffer;
}

/** A header with a checksum of zero; `createdAt` in seconds since 1970. */
export function makeHeader(kind: IndexKind, createdAt: number, uuid: Uint8Array = randomUuid()): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.set(MAGICS[kind], 0);
  header.set(uuid, UUID_AT);
  header.writeBigInt64LE(BigInt(createdAt), CTIME_AT);
  return header;
}

export async function readHeader(source: IndexSource, expected: IndexKind): Promise<IndexHeader> {
  if (source.sizeBytes < HEADER_BYTES) throw indexDamage('it is shorter than its header');
  const bytes = Buffer.alloc(HEADER_BYTES);
  await source.read(bytes, 0);
  if (!bytes.subarray(0, 8).equals(MAGICS[expected])) throw indexDamage('its magic number is wrong');
  return { kind: expected, createdAt: Number(bytes.readBigInt64LE(CTIME_AT)), bytes };
}

/** The uuid of a header, as people write it. */
export function uuidOf(header: Buffer): string {
  const hex = header.subarray(UUID_AT, CTIME_AT).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** The last act of a writer, before the index gets its name. */
export async function writeChecksum(sink: IndexSink, checksum: Uint8Array): Promise<void> {
  await sink.write(checksum, CHECKSUM_AT);
}

export function indexDamage(why: string, detail?: string): BackupError {
  return new BackupError('DATA_CORRUPT', `An index file is damaged: ${why}.`, { detail });
}

/** A random UUID as 16 bytes, version 4. */
function randomUuid(): Buffer {
  const uuid = randomBytes(16);
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return uuid;
}

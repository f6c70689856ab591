import { createHash } from 'node:crypto';
import { BackupError } from '#domain/errors.ts';
import { DIGEST_BYTES } from '../chunks/digest.ts';
import type { FixedIndexReader } from './fixed-index-reader.ts';
import {
  CHUNK_SIZE_AT,
  HEADER_BYTES,
  type IndexSink,
  makeHeader,
  SIZE_AT,
  uuidOf,
  writeChecksum,
} from './index-header.ts';
import { PositionSet } from './position-set.ts';

/** Chunk size of every fixed index today; not negotiable on the wire. */
export const FIXED_CHUNK_BYTES = 4 * 1024 * 1024;
/** 64 TiB: beyond that a client is wrong, and the map of what was written would only cost memory. */
const IMAGE_MAX_BYTES = 64 * 1024 ** 4;
const PAGE_BYTES = 1024 * 1024;

export interface ClosedIndex {
  /** SHA-256 of the body in hex: the `csum` of the manifest. */
  checksum: string;
  sizeBytes: number;
  chunkCount: number;
}

/**
 * Writes a fixed index in any order. Positions may be written again; a position that was never written makes
 * the close fail, since a finished index must not name a chunk that nobody uploaded.
 */
export class FixedIndexWriter {
  readonly uuid: string;
  readonly #sink: IndexSink;
  /** Null until the announced size or the first short chunk fixes it. */
  #sizeBytes: number | null;
  readonly #written = new PositionSet();
  #entries = 0;

  private constructor(sink: IndexSink, sizeBytes: number | null, uuid: string) {
    this.#sink = sink;
    this.uuid = uuid;
    this.#sizeBytes = sizeBytes;
  }

  /** `sizeBytes` null for a source of unknown length; `createdAt` in seconds since 1970. */
  static async create(
    sink: IndexSink,
    sizeBytes: number | null,
    createdAt: number,
  ): Promise<FixedIndexWriter> {
    if (sizeBytes !== null && sizeBytes > IMAGE_MAX_BYTES) throw violation('the image is too large');
    const header = makeHeader('fixed', createdAt);
    header.writeBigUInt64LE(BigInt(sizeBytes ?? 0), SIZE_AT);
    header.writeBigUInt64LE(BigInt(FIXED_CHUNK_BYTES), CHUNK_SIZE_AT);
    await sink.write(header, 0);
    return new FixedIndexWriter(sink, sizeBytes, uuidOf(header));
  }

  get sizeBytes(): number | null {
    return this.#sizeBytes;
  }

  /** Number of positions: what the size asks for, or what was reached so far. */
  get count(): number {
    return this.#sizeBytes === null ? this.#entries : Math.ceil(this.#sizeBytes / FIXED_CHUNK_BYTES);
  }

  /** Memory that it takes to know what was written. */
  get memoryBytes(): number {
    return this.#written.bytes;
  }

  /** Takes over every digest of an older index of the same number of chunks (incremental images). */
  async copyFrom(previous: FixedIndexReader): Promise<void> {
    let position = 0;
    for await (const page of previous.pages()) {
      await this.#sink.write(page, HEADER_BYTES + position * DIGEST_BYTES);
      const last = position + page.length / DIGEST_BYTES;
      for (; position < last; position += 1) this.#mark(position);
    }
  }

  /** Whether a chunk of `chunkBytes` may stand at `offset`; PROTOCOL_VIOLATION says why not. */
  check(offset: number, chunkBytes: number): void {
    const end = offset + chunkBytes;
    if (chunkBytes <= 0 || chunkBytes > FIXED_CHUNK_BYTES) throw violation('chunk size out of range');
    if (offset % FIXED_CHUNK_BYTES !== 0) throw violation(`offset ${offset} is not aligned`);
    if (end > (this.#sizeBytes ?? IMAGE_MAX_BYTES)) throw violation('chunk data exceeds the announced size');
    if (chunkBytes < FIXED_CHUNK_BYTES && this.#sizeBytes !== null && end !== this.#sizeBytes) {
      throw violation('a short chunk is only allowed at the end');
    }
    if (
      chunkBytes < FIXED_CHUNK_BYTES &&
      this.#sizeBytes === null &&
      this.#entries * FIXED_CHUNK_BYTES > end
    ) {
      throw violation('a short chunk is only allowed at the end');
    }
  }

  /** `digests`: raw digests, one behind the other, for neighbouring positions from `offset` on. */
  async add(offset: number, digests: Uint8Array, lastChunkBytes: number): Promise<void> {
    const first = offset / FIXED_CHUNK_BYTES;
    const count = digests.length / DIGEST_BYTES;
    await this.#sink.write(digests, HEADER_BYTES + first * DIGEST_BYTES);
    for (let position = first; position < first + count; position += 1) this.#mark(position);
    if (this.#sizeBytes === null && lastChunkBytes < FIXED_CHUNK_BYTES) {
      this.#sizeBytes = (first + count - 1) * FIXED_CHUNK_BYTES + lastChunkBytes;
    }
  }

  /** Computes the checksum and completes the header. The index is complete but not yet under its name. */
  async finish(): Promise<ClosedIndex> {
    const sizeBytes = this.#sizeBytes ?? this.#entries * FIXED_CHUNK_BYTES;
    const chunkCount = Math.ceil(sizeBytes / FIXED_CHUNK_BYTES);
    // None lies beyond the size: `check` sees to it.
    const missing = chunkCount - this.#written.count;
    if (missing > 0) throw violation(`${missing} positions of the index were never written`);
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(sizeBytes));
    await this.#sink.write(size, SIZE_AT);
    const checksum = await this.#checksum(chunkCount);
    await writeChecksum(this.#sink, checksum);
    return { checksum: checksum.toString('hex'), sizeBytes, chunkCount };
  }

  /** Reads back what was written: entries may have come in any order and more than once. */
  async #checksum(chunkCount: number): Promise<Buffer> {
    const hash = createHash('sha256');
    const bodyBytes = chunkCount * DIGEST_BYTES;
    const buffer = Buffer.alloc(Math.min(PAGE_BYTES, bodyBytes));
    for (let at = 0; at < bodyBytes; at += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, bodyBytes - at));
      await this.#sink.read(piece, HEADER_BYTES + at);
      hash.update(piece);
    }
    return hash.digest();
  }

  #mark(position: number): void {
    this.#written.add(position);
    this.#entries = Math.max(this.#entries, position + 1);
  }
}

function violation(why: string): BackupError {
  return new BackupError('PROTOCOL_VIOLATION', `fixed index: ${why}`);
}

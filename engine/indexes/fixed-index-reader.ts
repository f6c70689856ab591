import { CHUNK_MAX_BYTES } from '../chunks/data-blob.ts';
import { DIGEST_BYTES, digestFromBytes } from '../chunks/digest.ts';
import {
  CHUNK_SIZE_AT,
  HEADER_BYTES,
  type IndexSource,
  indexDamage,
  readHeader,
  SIZE_AT,
} from './index-header.ts';
import { IndexBody, type IndexEntry, type IndexReader } from './index-reader.ts';

/** A fixed index (`.fidx`): digests of equally long chunks, the last one perhaps shorter. */
export class FixedIndexReader implements IndexReader {
  readonly kind = 'fixed';
  readonly sizeBytes: number;
  readonly chunkBytes: number;
  readonly count: number;
  /** Whole seconds since 1970. */
  readonly createdAt: number;
  readonly #body: IndexBody;

  private constructor(source: IndexSource, sizeBytes: number, chunkBytes: number, createdAt: number) {
    this.sizeBytes = sizeBytes;
    this.chunkBytes = chunkBytes;
    this.count = Math.ceil(sizeBytes / chunkBytes);
    this.createdAt = createdAt;
    this.#body = new IndexBody(source);
  }

  /** DATA_CORRUPT when magic, chunk size or file length do not fit together. */
  static async open(source: IndexSource): Promise<FixedIndexReader> {
    const header = await readHeader(source, 'fixed');
    const sizeBytes = Number(header.bytes.readBigUInt64LE(SIZE_AT));
    const chunkBytes = Number(header.bytes.readBigUInt64LE(CHUNK_SIZE_AT));
    if (!Number.isSafeInteger(sizeBytes)) throw indexDamage('its size is impossible');
    if (!isPowerOfTwo(chunkBytes)) throw indexDamage('its chunk size is no power of two');
    if (chunkBytes > CHUNK_MAX_BYTES) throw indexDamage('its chunks are larger than any may be');
    const expected = HEADER_BYTES + DIGEST_BYTES * Math.ceil(sizeBytes / chunkBytes);
    if (source.sizeBytes !== expected) {
      throw indexDamage(
        'its length does not fit its size',
        `${source.sizeBytes} bytes, expected ${expected}`,
      );
    }
    return new FixedIndexReader(source, sizeBytes, chunkBytes, header.createdAt);
  }

  async entry(position: number): Promise<IndexEntry> {
    return this.#entryOf(await this.#body.slice(position * DIGEST_BYTES, DIGEST_BYTES), 0, position);
  }

  async find(offset: number): Promise<number> {
    return Math.floor(offset / this.chunkBytes);
  }

  async *entries(): AsyncIterable<IndexEntry> {
    let position = 0;
    for await (const page of this.#body.pages()) {
      for (let at = 0; at < page.length; at += DIGEST_BYTES) {
        yield this.#entryOf(page, at, position);
        position += 1;
      }
    }
  }

  /** The digests one after the other, as they stand in the file. */
  pages(): AsyncIterable<Buffer> {
    return this.#body.pages();
  }

  checksum(): Promise<string> {
    return this.#body.checksum();
  }

  #entryOf(bytes: Buffer, at: number, position: number): IndexEntry {
    const start = position * this.chunkBytes;
    return {
      digest: digestFromBytes(bytes, at),
      start,
      end: Math.min(start + this.chunkBytes, this.sizeBytes),
    };
  }
}

function isPowerOfTwo(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0 && Number.isInteger(Math.log2(value));
}

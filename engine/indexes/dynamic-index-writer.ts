import { createHash } from 'node:crypto';
import { DIGEST_AT, DYNAMIC_ENTRY_BYTES } from './dynamic-index-reader.ts';
import type { ClosedIndex } from './fixed-index-writer.ts';
import { HEADER_BYTES, type IndexSink, makeHeader, uuidOf, writeChecksum } from './index-header.ts';

/** Written at once; and the least that memory is set aside for: a client may open many that stay empty. */
const BUFFERED_ENTRIES = 1024;
const FIRST_ENTRIES = 16;

/** Writes a dynamic index from front to back, in batches. */
export class DynamicIndexWriter {
  readonly uuid: string;
  readonly #sink: IndexSink;
  readonly #hash = createHash('sha256');
  #pending = Buffer.alloc(FIRST_ENTRIES * DYNAMIC_ENTRY_BYTES);
  #pendingBytes = 0;
  #flushedBytes = 0;
  #endOffset = 0;
  #chunkCount = 0;

  private constructor(sink: IndexSink, uuid: string) {
    this.#sink = sink;
    this.uuid = uuid;
  }

  /** `createdAt` in seconds since 1970. */
  static async create(sink: IndexSink, createdAt: number): Promise<DynamicIndexWriter> {
    const header = makeHeader('dynamic', createdAt);
    await sink.write(header, 0);
    return new DynamicIndexWriter(sink, uuidOf(header));
  }

  /** Where the next chunk starts. */
  get endOffset(): number {
    return this.#endOffset;
  }

  /** Appends one chunk; `digest` as its 32 raw bytes. */
  async add(chunkBytes: number, digest: Uint8Array): Promise<void> {
    this.#endOffset += chunkBytes;
    this.#chunkCount += 1;
    this.#pending.writeBigUInt64LE(BigInt(this.#endOffset), this.#pendingBytes);
    this.#pending.set(digest, this.#pendingBytes + DIGEST_AT);
    this.#pendingBytes += DYNAMIC_ENTRY_BYTES;
    if (this.#pendingBytes === BUFFERED_ENTRIES * DYNAMIC_ENTRY_BYTES) await this.#flush();
    else if (this.#pendingBytes === this.#pending.length) this.#growPending();
  }

  /** Completes the header. The index is complete but not yet under its name. */
  async finish(): Promise<ClosedIndex> {
    await this.#flush();
    const checksum = this.#hash.digest();
    await writeChecksum(this.#sink, checksum);
    return { checksum: checksum.toString('hex'), sizeBytes: this.#endOffset, chunkCount: this.#chunkCount };
  }

  #growPending(): void {
    const larger = Buffer.alloc(this.#pending.length * 4);
    larger.set(this.#pending);
    this.#pending = larger;
  }

  async #flush(): Promise<void> {
    const bytes = this.#pending.subarray(0, this.#pendingBytes);
    this.#hash.update(bytes);
    await this.#sink.write(bytes, HEADER_BYTES + this.#flushedBytes);
    this.#flushedBytes += this.#pendingBytes;
    this.#pendingBytes = 0;
  }
}

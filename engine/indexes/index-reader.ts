import { createHash } from 'node:crypto';
import type { Digest } from '../chunks/digest.ts';
import { HEADER_BYTES, type IndexKind, type IndexSource } from './index-header.ts';

/** One chunk of an archive: it covers the bytes from `start` up to but not including `end`. */
export interface IndexEntry {
  digest: Digest;
  start: number;
  end: number;
}

/** What both kinds of index offer to whoever restores, verifies or marks. */
export interface IndexReader {
  readonly kind: IndexKind;
  /** Bytes of the archive that the index describes. */
  readonly sizeBytes: number;
  readonly count: number;
  entry(position: number): Promise<IndexEntry>;
  /** Which entry covers an offset of the archive; the offset must be below `sizeBytes`. */
  find(offset: number): Promise<number>;
  entries(): AsyncIterable<IndexEntry>;
  /** The entries as they stand in the file, in large pieces; each is only valid until the next is asked for. */
  pages(): AsyncIterable<Buffer>;
  /** SHA-256 over the body, in hex, computed from the bytes that are there. */
  checksum(): Promise<string>;
}

const PAGE_BYTES = 160 * 1024; // a multiple of both entry lengths
const PAGES_KEPT = 16;

/** The entries of an index file, read page by page, so that an index of any size costs the same memory. */
export class IndexBody {
  readonly #source: IndexSource;
  readonly #pages = new Map<number, Buffer>();
  readonly bodyBytes: number;

  constructor(source: IndexSource) {
    this.#source = source;
    this.bodyBytes = source.sizeBytes - HEADER_BYTES;
  }

  /** `length` bytes of one entry; entries never cross a page. */
  async slice(offset: number, length: number): Promise<Buffer> {
    const page = Math.floor(offset / PAGE_BYTES);
    const bytes = this.#pages.get(page) ?? (await this.#load(page));
    const start = offset - page * PAGE_BYTES;
    return bytes.subarray(start, start + length);
  }

  /** The body from front to back in large pieces; each is only valid until the next is asked for. */
  async *pages(): AsyncIterable<Buffer> {
    const buffer = Buffer.alloc(Math.min(this.bodyBytes, PAGE_BYTES * 8));
    for (let offset = 0; offset < this.bodyBytes; offset += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, this.bodyBytes - offset));
      await this.#source.read(piece, HEADER_BYTES + offset);
      yield piece;
    }
  }

  async checksum(): Promise<string> {
    const hash = createHash('sha256');
    for await (const page of this.pages()) hash.update(page);
    return hash.digest('hex');
  }

  async #load(page: number): Promise<Buffer> {
    const start = page * PAGE_BYTES;
    const bytes = Buffer.alloc(Math.min(PAGE_BYTES, this.bodyBytes - start));
    await this.#source.read(bytes, HEADER_BYTES + start);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size >= PAGES_KEPT && oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(page, bytes);
    return bytes;
  }
}

import { CHUNK_MAX_BYTES } from '../chunks/data-blob.ts';
import { digestFromBytes } from '../chunks/digest.ts';
import { HEADER_BYTES, type IndexSource, indexDamage, readHeader } from './index-header.ts';
import { IndexBody, type IndexEntry, type IndexReader } from './index-reader.ts';

export const DYNAMIC_ENTRY_BYTES = 40;
export const DIGEST_AT = 8;

/** A dynamic index (`.didx`): where each content-defined chunk ends, and its digest. */
export class DynamicIndexReader implements IndexReader {
  readonly kind = 'dynamic';
  readonly sizeBytes: number;
  readonly count: number;
  /** Whole seconds since 1970. */
  readonly createdAt: number;
  readonly #body: IndexBody;

  private constructor(body: IndexBody, sizeBytes: number, createdAt: number) {
    this.#body = body;
    this.sizeBytes = sizeBytes;
    this.count = body.bodyBytes / DYNAMIC_ENTRY_BYTES;
    this.createdAt = createdAt;
  }

  /** DATA_CORRUPT when magic or length are wrong; the order of the ends is checked as they are read. */
  static async open(source: IndexSource): Promise<DynamicIndexReader> {
    const header = await readHeader(source, 'dynamic');
    const body = new IndexBody(source);
    if (body.bodyBytes % DYNAMIC_ENTRY_BYTES !== 0) {
      throw indexDamage('its length is no multiple of an entry', `${source.sizeBytes - HEADER_BYTES} bytes`);
    }
    const last = body.bodyBytes - DYNAMIC_ENTRY_BYTES;
    const sizeBytes = last < 0 ? 0 : endAt(await body.slice(last, DYNAMIC_ENTRY_BYTES), 0);
    return new DynamicIndexReader(body, sizeBytes, header.createdAt);
  }

  async entry(position: number): Promise<IndexEntry> {
    const bytes = await this.#slice(position);
    const start = position === 0 ? 0 : endAt(await this.#slice(position - 1), 0);
    return entryOf(bytes, 0, start);
  }

  async find(offset: number): Promise<number> {
    let [low, high] = [0, this.count - 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (endAt(await this.#slice(middle), 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  async *entries(): AsyncIterable<IndexEntry> {
    let start = 0;
    for await (const page of this.#body.pages()) {
      for (let at = 0; at < page.length; at += DYNAMIC_ENTRY_BYTES) {
        const entry = entryOf(page, at, start);
        yield entry;
        start = entry.end;
      }
    }
  }

  pages(): AsyncIterable<Buffer> {
    return this.#body.pages();
  }

  checksum(): Promise<string> {
    return this.#body.checksum();
  }

  #slice(position: number): Promise<Buffer> {
    return this.#body.slice(position * DYNAMIC_ENTRY_BYTES, DYNAMIC_ENTRY_BYTES);
  }
}

function endAt(bytes: Buffer, at: number): number {
  const end = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(end)) throw indexDamage('an offset is impossible');
  return end;
}

function entryOf(bytes: Buffer, at: number, start: number): IndexEntry {
  const end = endAt(bytes, at);
  if (end - start > CHUNK_MAX_BYTES)
    throw indexDamage('a chunk is larger than any may be', `${end - start} bytes`);
  if (end <= start) throw indexDamage('its offsets do not increase', `${end} after ${start}`);
  return { digest: digestFromBytes(bytes, at + DIGEST_AT), start, end };
}

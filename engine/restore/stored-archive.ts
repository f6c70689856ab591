import { BackupError, isBackupError } from '#domain/errors.ts';
import type { Digest } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import type { IndexEntry, IndexReader } from '../indexes/index-reader.ts';

export type OnDamage = (digest: Digest) => void;

/** Decoded chunks that are kept: of the usual 4 MiB that many, of larger ones fewer. */
const CHUNKS_KEPT = 8;
const BYTES_KEPT = 32 * 1024 * 1024;

/**
 * Random access to the content of an archive: finds the chunks of a range, checks each against its digest and keeps
 * the last ones. Never gives out bytes that were not checked.
 */
export class StoredArchive {
  readonly size: number;
  readonly #store: Datastore;
  readonly #index: IndexReader;
  readonly #onDamage: OnDamage;
  readonly #chunks = new Map<number, { payload: Promise<Uint8Array>; sizeBytes: number }>();

  /** `onDamage` hears of each chunk that could not be had, as whoever reads it does. */
  constructor(store: Datastore, index: IndexReader, onDamage: OnDamage = () => {}) {
    this.#store = store;
    this.#index = index;
    this.#onDamage = onDamage;
    this.size = index.sizeBytes;
  }

  /** Exactly `length` bytes from `offset`; without a copy where one chunk holds them. */
  async readAt(offset: number, length: number): Promise<Uint8Array> {
    if (offset < 0 || length < 0 || offset + length > this.size) {
      throw new BackupError('DATA_CORRUPT', 'An archive refers to bytes behind its end.');
    }
    if (length === 0) return new Uint8Array(0);
    const first = await this.#piece(offset, length);
    if (first.length === length) return first;
    const bytes = new Uint8Array(length);
    bytes.set(first);
    for (let done = first.length; done < length; ) {
      const piece = await this.#piece(offset + done, length - done);
      bytes.set(piece, done);
      done += piece.length;
    }
    return bytes;
  }

  /** What the chunk at `offset` has of the wanted bytes: at least one. */
  async #piece(offset: number, length: number): Promise<Uint8Array> {
    const position = await this.#index.find(offset);
    const entry = await this.#index.entry(position);
    const chunk = await this.#chunk(position, entry);
    const from = offset - entry.start;
    return chunk.subarray(from, Math.min(from + length, chunk.length));
  }

  #chunk(position: number, { digest, start, end }: IndexEntry): Promise<Uint8Array> {
    const kept = this.#chunks.get(position);
    if (kept) {
      this.#chunks.delete(position); // to the young end
      this.#chunks.set(position, kept);
      return kept.payload;
    }
    const payload = this.#store.chunks.loadPayload(digest, end - start);
    this.#chunks.set(position, { payload, sizeBytes: end - start });
    payload.catch((error) => {
      this.#chunks.delete(position);
      if (isBackupError(error, 'DATA_CORRUPT', 'CHUNK_MISSING')) this.#onDamage(digest);
    });
    this.#dropOldest();
    return payload;
  }

  #dropOldest(): void {
    let bytes = 0;
    for (const { sizeBytes } of this.#chunks.values()) bytes += sizeBytes;
    for (const [position, { sizeBytes }] of this.#chunks) {
      const fits = this.#chunks.size <= CHUNKS_KEPT && bytes <= BYTES_KEPT;
      if (fits || this.#chunks.size === 1) return;
      this.#chunks.delete(position);
      bytes -= sizeBytes;
    }
  }
}

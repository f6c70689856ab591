import type { IndexReader } from '#engine/indexes/index-reader.ts';
import type { ArchiveBytes } from '../pxar/archive-bytes.ts';
import type { ChunkSource } from './chunk-source.ts';

const CHUNKS_KEPT = 8;

/** Random access to an archive on the server, for restoring a part of it. */
export class RemoteArchive implements ArchiveBytes {
  readonly size: number;
  readonly #index: IndexReader;
  readonly #source: ChunkSource;
  readonly #chunks = new Map<number, Promise<Uint8Array>>();

  constructor(index: IndexReader, source: ChunkSource) {
    this.size = index.sizeBytes;
    this.#index = index;
    this.#source = source;
  }

  async readAt(offset: number, length: number): Promise<Uint8Array> {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const position = await this.#index.find(offset + done);
      const entry = await this.#index.entry(position);
      const chunk = await this.#chunk(position);
      const piece = chunk.subarray(offset + done - entry.start, offset + length - entry.start);
      bytes.set(piece, done);
      done += piece.length;
    }
    return bytes;
  }

  #chunk(position: number): Promise<Uint8Array> {
    const kept = this.#chunks.get(position) ?? this.#load(position);
    this.#chunks.delete(position); // to the young end
    this.#chunks.set(position, kept);
    const [oldest] = this.#chunks.keys();
    if (this.#chunks.size > CHUNKS_KEPT && oldest !== undefined) this.#chunks.delete(oldest);
    return kept;
  }

  async #load(position: number): Promise<Uint8Array> {
    return this.#source.fetch(await this.#index.entry(position));
  }
}

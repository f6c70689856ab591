import type { ByteSink } from '../pxar/byte-stream.ts';
import { CATALOG_SIZES, GearChunker, TABLE_BYTES, writeGearTable } from './gear-chunker.ts';

const PAGE = 65536;
const BUFFER = Math.ceil(TABLE_BYTES / PAGE) * PAGE;
const WINDOW_BYTES = 64 * 1024;

export interface CatalogChunk {
  sequence: number;
  offset: number;
  bytes: Uint8Array;
}

/** Cuts the catalog, which is small: one buffer, and every chunk is handed over at once. */
export class CatalogSink implements ByteSink {
  readonly #memory: WebAssembly.Memory;
  readonly #chunker: GearChunker;
  readonly #emit: (chunk: CatalogChunk) => void;
  #length = 0;
  #sequence = 0;
  #offset = 0;

  /** `emit` must be done with the bytes when it returns. */
  constructor(emit: (chunk: CatalogChunk) => void) {
    const pages = (BUFFER + CATALOG_SIZES.maxBytes) / PAGE;
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    writeGearTable(this.#memory, 0);
    this.#chunker = new GearChunker(this.#memory, 0, CATALOG_SIZES);
    this.#emit = emit;
  }

  window(): Uint8Array {
    const room = Math.min(WINDOW_BYTES, CATALOG_SIZES.maxBytes - this.#length);
    return this.#bytes(this.#length, this.#length + room);
  }

  advance(bytes: number): void {
    this.#length += bytes;
    for (;;) {
      const cut = this.#chunker.advance(BUFFER, this.#length);
      if (cut === null) return;
      this.#pass(cut);
    }
  }

  finish(): void {
    if (this.#length > 0) this.#pass(this.#length);
  }

  #pass(length: number): void {
    this.#emit({ sequence: this.#sequence, offset: this.#offset, bytes: this.#bytes(0, length) });
    this.#bytes(0, this.#length).copyWithin(0, length);
    this.#length -= length;
    this.#sequence += 1;
    this.#offset += length;
    this.#chunker.reset();
  }

  #bytes(from: number, to: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, BUFFER + from, to - from);
  }
}

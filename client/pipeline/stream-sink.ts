import type { ByteSink } from '../pxar/byte-stream.ts';
import { BUFFER_BYTES, type ChunkBuffers, GEAR_TABLE } from './chunk-buffers.ts';
import { ARCHIVE_SIZES, GearChunker } from './gear-chunker.ts';

/** Small enough that little is carried over behind a cut, large enough for fast reads. */
const WINDOW_BYTES = 512 * 1024;

/** Takes the stream of an archive, cuts it by content, and passes the chunks on to the hashing threads. */
export class StreamSink implements ByteSink {
  readonly #buffers: ChunkBuffers;
  readonly #chunker: GearChunker;
  readonly #archive: number;
  #buffer: number;
  #length = 0;
  #sequence = 0;
  #offset = 0;

  constructor(buffers: ChunkBuffers, archive: number) {
    this.#buffers = buffers;
    this.#chunker = new GearChunker(buffers.memory, GEAR_TABLE, ARCHIVE_SIZES);
    this.#archive = archive;
    this.#buffer = buffers.takeFree();
  }

  window(): Uint8Array {
    const room = Math.min(WINDOW_BYTES, BUFFER_BYTES - this.#length);
    return this.#buffers.bytes(this.#buffer).subarray(this.#length, this.#length + room);
  }

  advance(bytes: number): void {
    this.#length += bytes;
    for (;;) {
      const cut = this.#chunker.advance(this.#buffers.address(this.#buffer), this.#length);
      if (cut === null) return;
      this.#emit(cut);
    }
  }

  /** Passes on what is left; the number of chunks. */
  finish(): number {
    if (this.#length > 0) this.#emit(this.#length);
    this.#buffers.release(this.#buffer);
    return this.#sequence;
  }

  /** What lies behind the cut is the start of the next chunk. */
  #emit(length: number): void {
    const next = this.#buffers.takeFree();
    const rest = this.#length - length;
    const from = this.#buffers.bytes(this.#buffer).subarray(length, this.#length);
    if (rest > 0) this.#buffers.bytes(next).set(from);
    const place = { archive: this.#archive, sequence: this.#sequence, offset: this.#offset };
    this.#buffers.publish(this.#buffer, { ...place, length });
    this.#buffer = next;
    this.#length = rest;
    this.#sequence += 1;
    this.#offset += length;
    this.#chunker.reset();
  }
}

import { ARCHIVE_SIZES, TABLE_BYTES } from './gear-chunker.ts';
import type { SharedControl } from './shared-control.ts';

/**
 * Chunks on their way from the thread that writes a stream to those that hash it: buffers in one shared memory, which
 * the scanner can reach too. A buffer is free, being filled, ready, or being worked on.
 */
const FREE = 0;
const FILLING = 1;
const READY = 2;
const WORKING = 3;

/** Words for each buffer: state, archive, length, sequence, offset low and high. */
const WORDS = 8;
const PAGE = 65536;
/** The gear table is in front of the buffers. */
export const GEAR_TABLE = 0;
const FIRST = Math.ceil(TABLE_BYTES / PAGE) * PAGE;
export const BUFFER_BYTES = ARCHIVE_SIZES.maxBytes;

export interface ChunkMemory {
  memory: WebAssembly.Memory;
  states: SharedArrayBuffer;
}

export function makeChunkMemory(buffers: number): ChunkMemory {
  const pages = (FIRST + buffers * BUFFER_BYTES) / PAGE;
  return {
    memory: new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }),
    states: new SharedArrayBuffer(buffers * WORDS * 4),
  };
}

/** A whole chunk that waits to be hashed. */
export interface FilledChunk {
  buffer: number;
  archive: number;
  /** 0, 1, 2, … within the archive. */
  sequence: number;
  /** Where it starts in the archive. */
  offset: number;
  bytes: Uint8Array;
}

export class ChunkBuffers {
  readonly memory: WebAssembly.Memory;
  readonly #states: Int32Array;
  readonly #count: number;
  readonly #control: SharedControl;

  constructor(shared: ChunkMemory, control: SharedControl) {
    this.memory = shared.memory;
    this.#states = new Int32Array(shared.states);
    this.#count = this.#states.length / WORDS;
    this.#control = control;
  }

  address(buffer: number): number {
    return FIRST + buffer * BUFFER_BYTES;
  }

  bytes(buffer: number, length = BUFFER_BYTES): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.address(buffer), length);
  }

  /** Waits for a free buffer and takes it for filling. */
  takeFree(): number {
    return this.#control.wait(() => this.#claim(FREE, FILLING, () => 0));
  }

  publish(
    buffer: number,
    chunk: { archive: number; length: number; sequence: number; offset: number },
  ): void {
    const at = buffer * WORDS;
    this.#states[at + 1] = chunk.archive;
    this.#states[at + 2] = chunk.length;
    this.#states[at + 3] = chunk.sequence;
    this.#states[at + 4] = chunk.offset % 2 ** 31;
    this.#states[at + 5] = Math.floor(chunk.offset / 2 ** 31);
    Atomics.store(this.#states, at, READY);
    this.#control.signal();
  }

  /** Waits for a ready chunk, the earliest first; null when the stream has ended and none is left. */
  takeReady(): FilledChunk | null {
    const buffer = this.#control.wait(() => {
      const ended = this.#control.ended; // read first: what was ready before the end must not be missed
      const claimed = this.#claim(READY, WORKING, (candidate) => this.#order(candidate));
      return claimed ?? (ended ? -1 : null);
    });
    return buffer < 0 ? null : this.#describe(buffer);
  }

  release(buffer: number): void {
    Atomics.store(this.#states, buffer * WORDS, FREE);
    this.#control.signal();
  }

  #describe(buffer: number): FilledChunk {
    const at = buffer * WORDS;
    const word = (index: number) => this.#states[at + index] ?? 0;
    return {
      buffer,
      archive: word(1),
      sequence: word(3),
      offset: word(5) * 2 ** 31 + word(4),
      bytes: this.bytes(buffer, word(2)),
    };
  }

  #order(buffer: number): number {
    const at = buffer * WORDS;
    return (this.#states[at + 1] ?? 0) * 2 ** 31 + (this.#states[at + 3] ?? 0);
  }

  /** Takes the buffer in state `from` that comes first; null when there is none. */
  #claim(from: number, to: number, order: (buffer: number) => number): number | null {
    for (;;) {
      let best: number | null = null;
      for (let buffer = 0; buffer < this.#count; buffer += 1) {
        if (Atomics.load(this.#states, buffer * WORDS) !== from) continue;
        if (best === null || order(buffer) < order(best)) best = buffer;
      }
      if (best === null) return null;
      if (Atomics.compareExchange(this.#states, best * WORDS, from, to) === from) return best;
    }
  }
}

import { readSync } from 'node:fs';

/** Where a stream goes: memory that someone else empties. */
export interface ByteSink {
  /** Free memory to write into, at least 1 byte, the same until `advance`; may block the thread. */
  window(): Uint8Array;
  /** So many bytes of the window are now part of the stream. */
  advance(bytes: number): void;
}

/** Bytes are handed over in pieces of about this size: often enough to keep the reader busy. */
const HAND_OVER_SIZE = 64 * 1024;
const NO_WINDOW = new Uint8Array(0);

/** Writes into a sink and knows the position. File content goes from the kernel straight into the window. */
export class ByteStream {
  /** Bytes written so far. */
  position = 0;
  #sink: ByteSink;
  #window: Uint8Array = NO_WINDOW;
  #used = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const room = this.#room();
      const size = Math.min(room, bytes.length - at);
      this.#window.set(size === bytes.length ? bytes : bytes.subarray(at, at + size), this.#used);
      this.#wrote(size);
      at += size;
    }
  }

  zeros(count: number): void {
    for (let left = count; left > 0; ) {
      const size = Math.min(this.#room(), left);
      this.#window.fill(0, this.#used, this.#used + size);
      this.#wrote(size);
      left -= size;
    }
  }

  /**
   * Reads once from `fd`, at `offset` or where it stands, and takes at most `wanted` bytes.
   * Asks for one byte more when there is room: an answer above `wanted` tells that the file goes on.
   */
  readFrom(fd: number, wanted: number, offset: number | null = null): number {
    const room = this.#room();
    const count = readSync(fd, this.#window, this.#used, Math.min(room, wanted + 1), offset);
    this.#wrote(Math.min(count, wanted));
    return count;
  }

  /** Hands over what is still in the window. */
  flush(): void {
    if (this.#used > 0) this.#sink.advance(this.#used);
    this.#window = NO_WINDOW;
    this.#used = 0;
  }

  #room(): number {
    if (this.#used === this.#window.length || this.#used >= HAND_OVER_SIZE) {
      this.flush();
      this.#window = this.#sink.window();
    }
    return this.#window.length - this.#used;
  }

  #wrote(size: number): void {
    this.#used += size;
    this.position += size;
  }
}

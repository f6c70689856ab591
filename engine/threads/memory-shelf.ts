/** Memory of exactly so many bytes, with whatever content. */
export type MakeMemory = (bytes: number) => Uint8Array;

/** Sizes are rounded up to a multiple of this, so that one piece of memory serves many that differ a little. */
const STEP_BYTES = 512 * 1024;

/**
 * Memory for chunks on their way through a process, kept and used again: fresh memory costs a page fault for every
 * 4 KiB of it, and what is left to the collector lies about for as long as the collector likes.
 */
export class MemoryShelf {
  readonly #keptMax: number;
  readonly #free = new Map<number, ArrayBuffer[]>();
  #kept = 0;

  /** At most `keptBytes` are kept for later. */
  constructor(keptBytes: number) {
    this.#keptMax = keptBytes;
  }

  /** A view of exactly `bytes`, with whatever was there before. Who fails to give it back leaves it to the collector. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const size = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
    const reused = this.#free.get(size)?.pop();
    if (reused) this.#kept -= size;
    return new Uint8Array(reused ?? new ArrayBuffer(size), 0, bytes);
  }

  /** Memory that came from `take`, perhaps by way of a thread, and that nobody looks at any more. */
  giveBack(view: Uint8Array): void {
    const { buffer } = view;
    if (!(buffer instanceof ArrayBuffer)) return;
    const { byteLength } = buffer;
    if (byteLength === 0 || byteLength % STEP_BYTES !== 0) return;
    this.#makeRoom(byteLength);
    const shelf = this.#free.get(byteLength) ?? [];
    shelf.push(buffer);
    this.#free.set(byteLength, shelf);
    this.#kept += byteLength;
  }

  /** What was used last stays: sizes come in runs. */
  #makeRoom(bytes: number): void {
    for (const [size, shelf] of this.#free) {
      while (this.#kept + bytes > this.#keptMax && shelf.length > 0) {
        shelf.shift()?.transfer(0);
        this.#kept -= size;
      }
      if (shelf.length === 0) this.#free.delete(size);
    }
  }
}

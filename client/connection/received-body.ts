import type { MakeMemory } from '#engine/threads/memory-shelf.ts';

/** What a server announces beyond this is believed only as far as it arrives. */
const ANNOUNCED_MAX = 32 * 1024 * 1024;

/**
 * The body of an answer, put together where it will stay: small pieces become garbage as soon as they are copied,
 * instead of lying beside their sum. The announced length may be wrong or missing.
 */
export class ReceivedBody {
  readonly #memory: MakeMemory;
  #bytes: Uint8Array = Buffer.alloc(0);
  #length = 0;

  constructor(memory: MakeMemory = Buffer.allocUnsafeSlow) {
    this.#memory = memory;
  }

  /** The announced size; it may be told late, when some pieces have arrived. */
  expect(bytes: number): void {
    const isLikely = Number.isInteger(bytes) && bytes > this.#bytes.length && bytes <= ANNOUNCED_MAX;
    if (isLikely) this.#enlarge(bytes);
  }

  add(piece: Buffer): void {
    const end = this.#length + piece.length;
    if (end > this.#bytes.length) this.#enlarge(Math.max(end, this.#bytes.length * 2));
    this.#bytes.set(piece, this.#length);
    this.#length = end;
  }

  /** All that arrived; with memory of its own, so that it can move to another thread. */
  take(): Buffer {
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, this.#length);
  }

  #enlarge(bytes: number): void {
    const larger = this.#memory(bytes);
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

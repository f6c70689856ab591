import { createCipheriv, createHash } from 'node:crypto';

/** The same numbers and bytes for the same seed, on every machine. */
export class SeededRandom {
  readonly #seed: string;
  #state: number;
  #streams = 0;

  constructor(seed: string) {
    this.#seed = seed;
    this.#state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  }

  /** From 0 up to but not including 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** Many small numbers, few large ones. */
  skewed(low: number, high: number): number {
    return Math.round(low * (high / low) ** this.next());
  }

  /** Bytes that cannot be compressed. */
  bytes(count: number): Buffer {
    this.#streams += 1;
    const key = createHash('sha256').update(`${this.#seed}/${this.#streams}`).digest().subarray(0, 16);
    return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(count));
  }

  shuffle<T>(items: T[]): T[] {
    for (let at = items.length - 1; at > 0; at -= 1) {
      const other = this.between(0, at);
      const kept = items[at] as T;
      items[at] = items[other] as T;
      items[other] = kept;
    }
    return items;
  }
}

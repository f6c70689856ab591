const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

/** Remembered bodies, and memory for the next, together. */
const TOTAL_MAX_BYTES = 96 * 1024 * 1024;

/**
 * The bodies of the last index of each name, in memory that is used again and again: thousands of large arrays that live
 * for a moment would keep the collector of the runtime busier than the work itself.
 */
export class BodyMemory {
  readonly #last = new Map<string, Uint32Array>();
  readonly #spare: Uint32Array[] = [];
  #totalBytes = 0;

  /** What was remembered last under the name; empty when nothing was. */
  last(name: string): Uint32Array {
    return this.#last.get(name) ?? NOTHING;
  }

  /** Memory for a body of so many bytes; null when there is none left. It goes to `remember`. */
  take(bytes: number): Uint32Array | null {
    const words = bytes / WORD_BYTES;
    const at = this.#spare.findIndex((memory) => memory.length >= words);
    const [found] = at >= 0 ? this.#spare.splice(at, 1) : [];
    return (found ?? this.#make(bytes))?.subarray(0, words) ?? null;
  }

  /** The body that comes to stand in the place of the last one of the name. */
  remember(name: string, body: Uint32Array | null): void {
    const before = this.#last.get(name);
    if (before) this.#giveBack(before);
    if (body) this.#last.set(name, body);
    else this.#last.delete(name);
  }

  forgetAll(): void {
    for (const body of this.#last.values()) this.#giveBack(body);
    this.#last.clear();
  }

  /** Rounded up, so that the next one, which may be a little longer, finds room in it. */
  #make(bytes: number): Uint32Array | null {
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(bytes, 4096)));
    if (this.#totalBytes + rounded > TOTAL_MAX_BYTES) this.#dropSpare();
    if (this.#totalBytes + rounded > TOTAL_MAX_BYTES) return null;
    this.#totalBytes += rounded;
    return new Uint32Array(rounded / WORD_BYTES);
  }

  #dropSpare(): void {
    for (const memory of this.#spare.splice(0)) this.#totalBytes -= memory.byteLength;
  }

  #giveBack(body: Uint32Array): void {
    this.#spare.push(new Uint32Array(body.buffer as ArrayBuffer));
    this.#spare.sort((a, b) => a.length - b.length);
  }
}

const NOTHING = new Uint32Array(0);

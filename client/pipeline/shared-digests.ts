/**
 * A set of chunk digests in shared memory: threads ask whether a chunk is known before they compress it.
 *
 * Open addressing, 16 bytes a slot: the first 16 of the 32 bytes of a digest tell it from every other that anyone
 * will ever see, and the server checks what a client claims in any case. A slot is free when its first word is 0,
 * and being written when it is 1; digests with these words at the front have them replaced.
 */
const WORDS = 4;
const FREE = 0;
const BUSY = 1;

export function makeDigestMemory(entries: number): SharedArrayBuffer {
  let capacity = 1024;
  while (capacity < entries * 2) capacity *= 2;
  return new SharedArrayBuffer(capacity * WORDS * 4);
}

export class SharedDigests {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #mask: number;
  readonly #limit: number;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
    const capacity = this.#words.length / WORDS;
    this.#mask = capacity - 1;
    this.#limit = Math.floor(capacity / 2);
  }

  has(digest: Uint8Array): boolean {
    return this.#find(digest, false) === 'there';
  }

  /** True when it was not there before. A set that is half full takes no more and says true: nothing is lost by that. */
  add(digest: Uint8Array): boolean {
    return this.#find(digest, true) !== 'there';
  }

  #find(digest: Uint8Array, insert: boolean): 'there' | 'added' | 'absent' {
    const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
    const first = firstWord(view);
    let slot = view.getUint32(16, true) & this.#mask;
    for (let probes = 0; probes < this.#limit; probes += 1) {
      const at = slot * WORDS;
      const held = this.#settled(at);
      if (held === FREE) {
        if (!insert) return 'absent';
        if (Atomics.compareExchange(this.#words, at, FREE, BUSY) === FREE) {
          this.#fill(at, first, view);
          return 'added';
        }
        continue; // somebody was quicker: look at this slot again
      }
      if (held === first && this.#holds(at, view)) return 'there';
      slot = (slot + 1) & this.#mask;
    }
    return 'absent';
  }

  /** The first word once nobody writes the slot any more; that takes a few instructions. */
  #settled(at: number): number {
    let held = Atomics.load(this.#words, at);
    while (held === BUSY) held = Atomics.load(this.#words, at);
    return held;
  }

  #fill(at: number, first: number, view: DataView): void {
    for (let word = 1; word < WORDS; word += 1) this.#words[at + word] = view.getInt32(word * 4, true);
    Atomics.store(this.#words, at, first);
  }

  #holds(at: number, view: DataView): boolean {
    for (let word = 1; word < WORDS; word += 1) {
      if (this.#words[at + word] !== view.getInt32(word * 4, true)) return false;
    }
    return true;
  }
}

function firstWord(view: DataView): number {
  const word = view.getInt32(0, true);
  return word === FREE || word === BUSY ? 2 : word;
}

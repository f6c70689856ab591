import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { BackupError } from '#domain/errors.ts';
import { keyOfHex } from './digest-key.ts';

/** Two words of the digest; both 0 mean a free slot. */
const KEY_WORDS = 2;
const SLOT_BYTES = KEY_WORDS * Uint32Array.BYTES_PER_ELEMENT;
const START_BITS = 16;
/** Beyond three quarters, looking for what is not there would take long. */
const LOAD_MAX = 0.75;
/** Moved at once while the table grows: a few milliseconds. */
const SLOTS_A_TURN = 2 ** 13;

/** What a thread needs to look digests up. */
export interface SharedMarks {
  words: SharedArrayBuffer;
  /** The table has 2^bits slots. */
  bits: number;
  multipliers: readonly [number, number];
  /** One byte a slot: 1 once the chunk file was met. */
  seen: SharedArrayBuffer;
  /** Four bytes a slot: the size of the chunk file. Null where nobody wants to know. */
  sizes: SharedArrayBuffer | null;
}

/**
 * The chunks that some index refers to: 64 bits of each digest in an open-addressing table of shared memory, so that
 * threads look up what the event loop has marked. 11 to 22 bytes a chunk, while it grows 33 for a moment: 10 million
 * chunks (40 TiB) take at most 220 MB, and 330 MB while growing.
 *
 * Two digests with the same 64 bits keep a chunk that nobody needs; none is ever removed for it. Clients choose the
 * digests of encrypted chunks, so a secret decides where they go: none can make them crowd together.
 */
export class MarkTable {
  #words: Uint32Array;
  #bits: number;
  #count = 0;
  #isShared = false;
  readonly #multipliers: readonly [number, number];

  constructor(bits = START_BITS) {
    this.#bits = bits;
    this.#words = new Uint32Array(new SharedArrayBuffer(2 ** bits * SLOT_BYTES));
    const random = randomBytes(8);
    this.#multipliers = [random.readUInt32LE(0) | 1, random.readUInt32LE(4) | 1];
  }

  /** Different digests so far. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of memory. */
  get sizeBytes(): number {
    return 2 ** this.#bits * SLOT_BYTES;
  }

  /**
   * To be awaited before so many digests are marked, of which each may be new. To grow takes seconds where there are
   * millions: others have their turn meanwhile, and nothing may be marked.
   */
  async makeRoom(digests: number): Promise<void> {
    while (this.#count + digests > 2 ** this.#bits * LOAD_MAX) await this.#grow();
  }

  /** Marks a digest by its first two words, as they are in memory; false when it was marked before. */
  mark(first: number, second: number): boolean {
    if (this.#isShared || this.#count >= 2 ** this.#bits * LOAD_MAX) throw internalError();
    return this.#insert(first, first === 0 && second === 0 ? 1 : second);
  }

  /** For looking up, here and in threads; nothing can be marked afterwards. */
  share({ sizes = false } = {}): SharedMarks {
    this.#isShared = true;
    const slots = 2 ** this.#bits;
    const words = this.#words.buffer as SharedArrayBuffer;
    return {
      ...{ words, bits: this.#bits, multipliers: this.#multipliers, seen: new SharedArrayBuffer(slots) },
      sizes: sizes ? new SharedArrayBuffer(slots * Uint32Array.BYTES_PER_ELEMENT) : null,
    };
  }

  #insert(first: number, second: number): boolean {
    const [a, b] = this.#multipliers;
    const slot = slotOf(this.#words, this.#bits, a, b, first, second);
    if (slot >= 0) return false;
    this.#words[~slot * KEY_WORDS] = first;
    this.#words[~slot * KEY_WORDS + 1] = second;
    this.#count += 1;
    return true;
  }

  async #grow(): Promise<void> {
    const old = this.#words;
    this.#bits += 1;
    this.#words = new Uint32Array(new SharedArrayBuffer(2 ** this.#bits * SLOT_BYTES));
    this.#count = 0;
    for (let from = 0; from < old.length; from += SLOTS_A_TURN * KEY_WORDS) {
      this.#take(old.subarray(from, from + SLOTS_A_TURN * KEY_WORDS));
      await setImmediate();
    }
  }

  #take(slots: Uint32Array): void {
    for (let at = 0; at < slots.length; at += KEY_WORDS) {
      const [first, second] = [slots[at] ?? 0, slots[at + 1] ?? 0];
      if (first !== 0 || second !== 0) this.#insert(first, second);
    }
  }
}

function internalError(): BackupError {
  return new BackupError('INTERNAL', 'An internal check failed.');
}

/** The table, complete, as whoever looks at files sees it. Digests in hex; only their first 16 digits are looked at. */
export class MarkLookup {
  readonly #words: Uint32Array;
  readonly #seen: Uint8Array;
  readonly #sizes: Uint32Array | null;
  readonly #bits: number;
  readonly #a: number;
  readonly #b: number;

  constructor({ words, seen, sizes, bits, multipliers }: SharedMarks) {
    this.#words = new Uint32Array(words);
    this.#seen = new Uint8Array(seen);
    this.#sizes = sizes && new Uint32Array(sizes);
    this.#bits = bits;
    [this.#a, this.#b] = multipliers;
  }

  has(digest: string): boolean {
    return this.#slot(digest) >= 0;
  }

  /** The file of a chunk was met. Its slot; negative when no index needs it. */
  see(digest: string): number {
    const slot = this.#slot(digest);
    if (slot >= 0) this.#seen[slot] = 1;
    return slot;
  }

  wasSeen(digest: string): boolean {
    const slot = this.#slot(digest);
    return slot >= 0 && this.#seen[slot] === 1;
  }

  /** Of the table. */
  get slots(): number {
    return this.#seen.length;
  }

  /** The file of the chunk of a slot has so many bytes. */
  noteSize(slot: number, sizeBytes: number): void {
    if (this.#sizes) this.#sizes[slot] = sizeBytes;
  }

  /** 0 for what was not met. */
  sizeAt(slot: number): number {
    return this.#sizes?.[slot] ?? 0;
  }

  /** Where a key stands; negative when it is not marked. */
  slotOf(first: number, second: number): number {
    const isZero = first === 0 && second === 0;
    return slotOf(this.#words, this.#bits, this.#a, this.#b, first, isZero ? 1 : second);
  }

  /** Negative also for what does not begin like a digest. */
  #slot(digest: string): number {
    const first = keyOfHex(digest, 0);
    const second = keyOfHex(digest, 8);
    return first < 0 || second < 0 ? -1 : this.slotOf(first, second);
  }
}

/** Where a key is; `~slot` of where it belongs when it is not there. */
function slotOf(
  words: Uint32Array,
  bits: number,
  a: number,
  b: number,
  first: number,
  second: number,
): number {
  // The high bits of a product depend on all bits of its factors.
  let slot = (Math.imul(first, a) + Math.imul(second, b)) >>> (32 - bits);
  const last = 2 ** bits - 1;
  for (;;) {
    const [one, other] = [words[slot * KEY_WORDS], words[slot * KEY_WORDS + 1]];
    if (one === first && other === second) return slot;
    if (one === 0 && other === 0) return ~slot;
    slot = slot === last ? 0 : slot + 1;
  }
}

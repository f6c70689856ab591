import { randomBytes } from 'node:crypto';
import { BackupError } from '#domain/errors.ts';

/** Two words of the digest; both 0 mean a free slot. */
const KEY_WORDS = 2;
const SLOT_BYTES = KEY_WORDS * Uint32Array.BYTES_PER_ELEMENT;
const START_CAPACITY = 1 << 16;
/** Beyond three quarters, looking for what is not there would take long. */
const LOAD_MAX = 0.75;

/** What a thread needs to look digests up. */
export interface SharedMarks {
  words: SharedArrayBuffer;
  capacity: number;
  multipliers: readonly [number, number];
  /** One byte a slot: 1 once the chunk file was met. */
  seen: SharedArrayBuffer;
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
  #capacity: number;
  #count = 0;
  #isShared = false;
  readonly #multipliers: readonly [number, number];

  constructor(capacity = START_CAPACITY) {
    this.#capacity = capacity;
    this.#words = new Uint32Array(new SharedArrayBuffer(capacity * SLOT_BYTES));
    const random = randomBytes(8);
    this.#multipliers = [random.readUInt32LE(0) | 1, random.readUInt32LE(4) | 1];
  }

  /** Different digests so far. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of memory. */
  get sizeBytes(): number {
    return this.#capacity * SLOT_BYTES;
  }

  /** Marks the digest whose raw bytes begin at `at`; false when it was marked before. */
  mark(bytes: Buffer, at: number): boolean {
    if (this.#isShared) throw new BackupError('INTERNAL', 'An internal check failed.');
    if (this.#count >= this.#capacity * LOAD_MAX) this.#grow();
    return this.#insert(
      bytes.readUInt32BE(at),
      secondWord(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)),
    );
  }

  /** For looking up, here and in threads; nothing can be marked afterwards. */
  share(): SharedMarks {
    this.#isShared = true;
    const words = this.#words.buffer as SharedArrayBuffer;
    const seen = new SharedArrayBuffer(this.#capacity);
    return { words, capacity: this.#capacity, multipliers: this.#multipliers, seen };
  }

  #insert(first: number, second: number): boolean {
    const slot = slotOf(this.#words, this.#capacity, this.#multipliers, first, second);
    if (slot >= 0) return false;
    this.#words[~slot * KEY_WORDS] = first;
    this.#words[~slot * KEY_WORDS + 1] = second;
    this.#count += 1;
    return true;
  }

  #grow(): void {
    const old = this.#words;
    this.#capacity *= 2;
    this.#words = new Uint32Array(new SharedArrayBuffer(this.#capacity * SLOT_BYTES));
    this.#count = 0;
    for (let at = 0; at < old.length; at += KEY_WORDS) {
      const [first, second] = [old[at] ?? 0, old[at + 1] ?? 0];
      if (first !== 0 || second !== 0) this.#insert(first, second);
    }
  }
}

/** The table, complete, as whoever looks at files sees it. */
export class MarkLookup {
  readonly #words: Uint32Array;
  readonly #seen: Uint8Array;
  readonly #shared: SharedMarks;

  constructor(shared: SharedMarks) {
    this.#words = new Uint32Array(shared.words);
    this.#seen = new Uint8Array(shared.seen);
    this.#shared = shared;
  }

  /** `digest` in hex. */
  has(digest: string): boolean {
    return this.#slot(digest) >= 0;
  }

  /** The file of a chunk was met. */
  see(digest: string): void {
    const slot = this.#slot(digest);
    if (slot >= 0) this.#seen[slot] = 1;
  }

  wasSeen(digest: string): boolean {
    const slot = this.#slot(digest);
    return slot >= 0 && this.#seen[slot] === 1;
  }

  #slot(digest: string): number {
    const { capacity, multipliers } = this.#shared;
    return slotOf(this.#words, capacity, multipliers, ...wordsOf(digest));
  }
}

/** Where a key is; `~slot` of where it belongs when it is not there. */
function slotOf(
  words: Uint32Array,
  capacity: number,
  [a, b]: readonly [number, number],
  first: number,
  second: number,
): number {
  // The high bits of a product depend on all bits of its factors.
  const hash = (Math.imul(first, a) + Math.imul(second, b)) >>> 0;
  let slot = Math.floor((hash / 2 ** 32) * capacity);
  for (;;) {
    const at = slot * KEY_WORDS;
    if (words[at] === first && words[at + 1] === second) return slot;
    if (words[at] === 0 && words[at + 1] === 0) return ~slot;
    slot = slot + 1 === capacity ? 0 : slot + 1;
  }
}

function wordsOf(digest: string): [number, number] {
  const first = Number.parseInt(digest.slice(0, 8), 16);
  return [first, secondWord(first, Number.parseInt(digest.slice(8, 16), 16))];
}

/** The one key that would look like a free slot takes the place of its neighbour. */
function secondWord(first: number, second: number): number {
  return first === 0 && second === 0 ? 1 : second;
}

import { randomBytes } from 'node:crypto';
import { BackupError } from '#domain/errors.ts';
import { DIGEST_BYTES } from './digest.ts';

const ENTRY_BYTES = DIGEST_BYTES + 4;
/** Parts that grow each on its own, so that no call ever moves more than a small part of all entries. */
const PARTS = 256;
const START_CAPACITY = 16;
/** 16 M chunks, 64 TiB in chunks of 4 MiB: 1.2 GiB at most, and only for a client that really has them. */
const ENTRIES_MAX = 16 * 1024 * 1024;

/** A table of slots with open addressing. */
interface Part {
  table: Buffer;
  /** A power of two. */
  capacity: number;
  count: number;
}

/**
 * Digest → chunk size, for the chunks that a backup may refer to. Millions of entries in buffers of 36 bytes
 * each at half load, since a Map of strings would need ten times as much.
 *
 * A size of 0 marks a free slot, since no chunk is empty. The server cannot check digests of encrypted chunks,
 * so a client could choose them to collide: a secret multiplier for each word prevents it.
 */
export class DigestMap {
  readonly #multipliers = Array.from({ length: DIGEST_BYTES / 4 }, () => randomBytes(4).readInt32LE(0) | 1);
  readonly #parts: (Part | undefined)[] = new Array(PARTS).fill(undefined);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `digest` as 32 raw bytes, `sizeBytes` of the payload, 1 … 2^32−1. */
  set(digest: Uint8Array, sizeBytes: number): void {
    const hash = this.#hash(digest, 0);
    const part = this.#parts[hash % PARTS] ?? this.#addPart(hash % PARTS);
    if (part.count * 2 >= part.capacity) this.#grow(part);
    const at = slotOf(part, hash, digest, 0) * ENTRY_BYTES;
    if (part.table.readUInt32LE(at + DIGEST_BYTES) === 0) {
      if (this.#count >= ENTRIES_MAX) throw tooMany();
      this.#count += 1;
      part.count += 1;
      part.table.set(digest, at);
    }
    part.table.writeUInt32LE(sizeBytes, at + DIGEST_BYTES);
  }

  /** Undefined when the digest is not known. */
  get(digest: Uint8Array): number | undefined {
    const hash = this.#hash(digest, 0);
    const part = this.#parts[hash % PARTS];
    if (!part) return undefined;
    const at = slotOf(part, hash, digest, 0) * ENTRY_BYTES;
    return part.table.readUInt32LE(at + DIGEST_BYTES) || undefined;
  }

  /** Of the digest that begins at `from`: 25 bits, of which the low ones choose the part. */
  #hash(bytes: Uint8Array, from: number): number {
    let sum = 0;
    for (let word = 0; word < DIGEST_BYTES / 4; word += 1) {
      const at = from + word * 4;
      const value =
        (bytes[at] ?? 0) |
        ((bytes[at + 1] ?? 0) << 8) |
        ((bytes[at + 2] ?? 0) << 16) |
        ((bytes[at + 3] ?? 0) << 24);
      sum = (sum + Math.imul(value, this.#multipliers[word] ?? 1)) | 0;
    }
    return sum >>> 7; // the low bits of a product depend on the low bits of its factors alone
  }

  #addPart(number: number): Part {
    const part = { table: Buffer.alloc(START_CAPACITY * ENTRY_BYTES), capacity: START_CAPACITY, count: 0 };
    this.#parts[number] = part;
    return part;
  }

  #grow(part: Part): void {
    const old = part.table;
    part.capacity *= 2;
    part.table = Buffer.alloc(part.capacity * ENTRY_BYTES);
    for (let from = 0; from < old.length; from += ENTRY_BYTES) {
      if (old.readUInt32LE(from + DIGEST_BYTES) === 0) continue;
      const to = slotOf(part, this.#hash(old, from), old, from) * ENTRY_BYTES;
      old.copy(part.table, to, from, from + ENTRY_BYTES);
    }
  }
}

/** The slot that holds the digest at `from` of `bytes`, or the free one where it belongs. */
function slotOf({ table, capacity }: Part, hash: number, bytes: Uint8Array, from: number): number {
  let slot = Math.floor(hash / PARTS) & (capacity - 1);
  for (;;) {
    const at = slot * ENTRY_BYTES;
    if (table.readUInt32LE(at + DIGEST_BYTES) === 0) return slot;
    if (table.compare(bytes, from, from + DIGEST_BYTES, at, at + DIGEST_BYTES) === 0) return slot;
    slot = (slot + 1) & (capacity - 1);
  }
}

function tooMany(): BackupError {
  return new BackupError('INPUT_TOO_LARGE', 'The backup refers to more chunks than one backup may.', {
    hint: 'Split it into several archives or groups.',
  });
}

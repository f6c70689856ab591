import { randomBytes } from 'node:crypto';
import { BackupError } from '#domain/errors.ts';
import { DIGEST_BYTES } from './digest.ts';

const ENTRY_BYTES = DIGEST_BYTES + 4;
const START_CAPACITY = 1024;
/** 16 M chunks, 64 TiB in chunks of 4 MiB: 1.2 GiB at most, and only for a client that really has them. */
const ENTRIES_MAX = 16 * 1024 * 1024;

/**
 * Digest → chunk size, for the chunks that a backup may refer to. Millions of entries in one buffer of 36
 * bytes each at half load, since a Map of strings would need ten times as much.
 *
 * Open addressing; a size of 0 marks a free slot, since no chunk is empty. The server cannot check digests of
 * encrypted chunks, so a client could choose them to collide: a secret multiplier for each word prevents it.
 */
export class DigestMap {
  readonly #multipliers = Array.from({ length: DIGEST_BYTES / 4 }, () => randomBytes(4).readInt32LE(0) | 1);
  #table = Buffer.alloc(START_CAPACITY * ENTRY_BYTES);
  #capacity = START_CAPACITY;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `digest` as 32 raw bytes, `sizeBytes` of the payload, 1 … 2^32−1. */
  set(digest: Uint8Array, sizeBytes: number): void {
    if (this.#count * 2 >= this.#capacity) this.#grow();
    const slot = this.#slotOf(digest);
    if (this.#sizeAt(slot) === 0) {
      this.#count += 1;
      this.#table.set(digest, slot * ENTRY_BYTES);
    }
    this.#table.writeUInt32LE(sizeBytes, slot * ENTRY_BYTES + DIGEST_BYTES);
  }

  /** Undefined when the digest is not known. */
  get(digest: Uint8Array): number | undefined {
    const size = this.#sizeAt(this.#slotOf(digest));
    return size === 0 ? undefined : size;
  }

  /** The slot that holds the digest, or the free one where it belongs. */
  #slotOf(digest: Uint8Array): number {
    let slot = this.#hash(digest) & (this.#capacity - 1);
    while (this.#sizeAt(slot) !== 0 && !this.#holds(slot, digest)) slot = (slot + 1) & (this.#capacity - 1);
    return slot;
  }

  #hash(digest: Uint8Array): number {
    const view = new DataView(digest.buffer, digest.byteOffset, DIGEST_BYTES);
    let sum = 0;
    for (const [word, multiplier] of this.#multipliers.entries()) {
      sum = (sum + Math.imul(view.getInt32(word * 4, true), multiplier)) | 0;
    }
    return sum >>> 7; // the low bits of a product depend on the low bits of its factors alone
  }

  #sizeAt(slot: number): number {
    return this.#table.readUInt32LE(slot * ENTRY_BYTES + DIGEST_BYTES);
  }

  #holds(slot: number, digest: Uint8Array): boolean {
    const at = slot * ENTRY_BYTES;
    return this.#table.compare(digest, 0, DIGEST_BYTES, at, at + DIGEST_BYTES) === 0;
  }

  #grow(): void {
    if (this.#count >= ENTRIES_MAX) {
      throw new BackupError('INPUT_TOO_LARGE', 'The backup refers to more chunks than one backup may.', {
        hint: 'Split it into several archives or groups.',
      });
    }
    const old = this.#table;
    this.#capacity *= 2;
    this.#table = Buffer.alloc(this.#capacity * ENTRY_BYTES);
    for (let at = 0; at < old.length; at += ENTRY_BYTES) {
      const size = old.readUInt32LE(at + DIGEST_BYTES);
      if (size === 0) continue;
      const entry = old.subarray(at, at + ENTRY_BYTES);
      this.#table.set(entry, this.#slotOf(entry) * ENTRY_BYTES);
    }
  }
}

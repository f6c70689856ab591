import { createHash } from 'node:crypto';
import { GEAR_MODULE } from './gear-module.ts';

/**
 * Finds where a stream is cut into chunks, by its content: an insertion moves only the cuts around it. A gear hash
 * over the last 64 bytes with normalized masks (Xia et al., FastCDC, USENIX ATC 2016): cuts are rarer before the
 * average size and likelier behind it.
 *
 * *Invariant*: table and masks never change. Another cut would mean that nothing is found again in older backups.
 */
export interface ChunkSizes {
  minBytes: number;
  averageBytes: number;
  maxBytes: number;
}

export const ARCHIVE_SIZES: ChunkSizes = { minBytes: 1 << 20, averageBytes: 4 << 20, maxBytes: 16 << 20 };
export const CATALOG_SIZES: ChunkSizes = { minBytes: 128 << 10, averageBytes: 512 << 10, maxBytes: 2 << 20 };

/** The hash forgets what is further back, since each step shifts it by one bit. */
const HASH_REACH = 64;
/** How much rarer a cut is before the average, and how much likelier behind it, in bits. */
const NORMALIZATION = 2;
export const TABLE_BYTES = 256 * 8;

interface GearExports {
  reset(): void;
  warm(from: number, to: number, table: number): void;
  scan(from: number, to: number, table: number, mask: bigint): number;
}

/** Puts the table at `address` of a memory; once for each memory. */
export function writeGearTable(memory: WebAssembly.Memory, address: number): void {
  const table = Buffer.from(memory.buffer, address, TABLE_BYTES);
  for (let byte = 0; byte < 256; byte += 1) {
    createHash('sha256')
      .update(`ironcore gear ${byte}`)
      .digest()
      .copy(table, byte * 8, 0, 8);
  }
}

export class GearChunker {
  readonly #gear: GearExports;
  readonly #table: number;
  readonly #sizes: ChunkSizes;
  readonly #rareMask: bigint;
  readonly #likelyMask: bigint;
  /** Bytes of the current chunk that were looked at. */
  #seen = 0;

  constructor(memory: WebAssembly.Memory, table: number, sizes: ChunkSizes) {
    const module = new WebAssembly.Module(Buffer.from(GEAR_MODULE, 'base64'));
    this.#gear = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as GearExports;
    this.#table = table;
    this.#sizes = sizes;
    const bits = Math.log2(sizes.averageBytes);
    this.#rareMask = maskOf(bits + NORMALIZATION);
    this.#likelyMask = maskOf(bits - NORMALIZATION);
  }

  /** Begins a new chunk. */
  reset(): void {
    this.#seen = 0;
    this.#gear.reset();
  }

  /**
   * Looks at bytes that were added to the chunk at address `start`, which is now `length` long. The length at which
   * it ends, or null when it goes on.
   */
  advance(start: number, length: number): number | null {
    const { minBytes, averageBytes, maxBytes } = this.#sizes;
    const limit = Math.min(length, maxBytes);
    this.#skipTo(start, Math.min(minBytes, limit));
    if (this.#seen < minBytes) return null;
    const cut =
      this.#scanTo(start, Math.min(averageBytes, limit), this.#rareMask) ??
      this.#scanTo(start, limit, this.#likelyMask);
    return cut ?? (limit === maxBytes ? maxBytes : null);
  }

  /** Below the smallest size no cut is allowed: only the last bytes matter for the hash. */
  #skipTo(start: number, position: number): void {
    if (this.#seen >= position) return;
    const from = Math.max(this.#seen, this.#sizes.minBytes - HASH_REACH);
    if (from < position) this.#gear.warm(start + from, start + position, this.#table);
    this.#seen = position;
  }

  #scanTo(start: number, position: number, mask: bigint): number | null {
    if (this.#seen >= position) return null;
    const found = this.#gear.scan(start + this.#seen, start + position, this.#table, mask);
    this.#seen = found < 0 ? position : found - start;
    return found < 0 ? null : this.#seen;
  }
}

/** The highest bits: all of the last 64 bytes have their say in them. */
function maskOf(bits: number): bigint {
  return ((1n << BigInt(bits)) - 1n) << BigInt(64 - bits);
}

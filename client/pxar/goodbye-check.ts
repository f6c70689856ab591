import { damaged, readU64 } from './archive-errors.ts';
import type { ByteText } from './byte-text.ts';
import {
  compareChildren,
  GoodbyeTable,
  goodbyeSize,
  searchTreeOrder,
  type TableChild,
} from './goodbye-table.ts';
import { GOODBYE_ITEM_SIZE, GOODBYE_TAIL, HEADER_SIZE } from './item-types.ts';
import { compareHash } from './siphash.ts';

/**
 * Compares the goodbye table of a directory with the one that its entries call for. A wrong table hides
 * files from every reader that searches, while sequential reading goes well; only this finds it.
 */
export class GoodbyeCheck {
  readonly #table = new GoodbyeTable();
  readonly #entryStart: number;
  /** Content of files that stands in another stream, by the position of the file. */
  readonly #payloads = new Map<number, number>();
  #given = Buffer.alloc(0);
  #givenSize = 0;
  #start = 0;

  constructor(entryStart: number) {
    this.#entryStart = entryStart;
  }

  child(name: ByteText, start: number): void {
    this.#table.add(name, start);
  }

  payload(size: number): void {
    const file = this.#table.children.at(-1);
    if (file !== undefined) this.#payloads.set(file.start, size);
  }

  /** The table begins: `contentSize` is checked first, so that it can be kept. */
  begin(contentSize: number, start: number): void {
    this.#table.endLast(start);
    this.#start = start;
    const expected = goodbyeSize(this.#table.children.length) - HEADER_SIZE;
    if (contentSize !== expected) throw damaged('a goodbye table has a wrong size');
    this.#given = Buffer.allocUnsafe(expected);
  }

  piece(bytes: Buffer): void {
    this.#givenSize += bytes.copy(this.#given, this.#givenSize);
  }

  finish(): void {
    const expected = this.#table.children.toSorted(compareChildren);
    const found = this.#readTable(expected.length).sort(compareChildren);
    for (const [index, child] of expected.entries()) {
      const other = found[index];
      if (other === undefined || compareHash(child.hash, other.hash) !== 0 || child.start !== other.start) {
        throw damaged('a goodbye table does not find an entry');
      }
      const size = child.end - child.start;
      const given = other.end - other.start;
      const withPayload = size + (this.#payloads.get(child.start) ?? 0);
      if (given !== size && given !== withPayload)
        throw damaged('a goodbye table has a wrong size of an entry');
    }
    this.#checkTail(expected.length * GOODBYE_ITEM_SIZE);
  }

  /** The entries in order of the search tree, which must be the order of their hashes. */
  #readTable(count: number): TableChild[] {
    const ranked: TableChild[] = new Array(count);
    for (const [slot, rank] of searchTreeOrder(count).entries()) {
      const at = slot * GOODBYE_ITEM_SIZE;
      const hash = { high: this.#given.readUInt32LE(at + 4), low: this.#given.readUInt32LE(at) };
      const start = this.#start - readU64(this.#given, at + 8);
      ranked[rank] = { hash, start, end: start + readU64(this.#given, at + 16) };
    }
    for (const [rank, child] of ranked.entries()) {
      const before = ranked[rank - 1];
      if (before !== undefined && compareHash(before.hash, child.hash) > 0) {
        throw damaged('a goodbye table is not a search tree');
      }
    }
    return ranked;
  }

  #checkTail(at: number): void {
    const isTail =
      this.#given.readUInt32LE(at) === GOODBYE_TAIL.low &&
      this.#given.readUInt32LE(at + 4) === GOODBYE_TAIL.high &&
      readU64(this.#given, at + 8) === this.#start - this.#entryStart &&
      readU64(this.#given, at + 16) === this.#given.length + HEADER_SIZE;
    if (!isTail) throw damaged('a goodbye table has a wrong tail');
  }
}

import { type ArchiveBytes, readRange } from './archive-bytes.ts';
import { damaged, readU64 } from './archive-errors.ts';
import type { ItemCursor } from './item-cursor.ts';
import { GOODBYE, GOODBYE_ITEM_SIZE, GOODBYE_TAIL, HEADER_SIZE } from './item-types.ts';
import { compareHash, type Hash64 } from './siphash.ts';

/** An entry of a goodbye table: where a child is, and how long. */
export interface TablePlace {
  hash: Hash64;
  position: number;
  size: number;
}

/** Tables up to this size are read at once; larger ones are searched where they are. */
const READ_AT_ONCE_MAX = 64 * 1024;
/** Children of one hash that a search looks at; more are not an accident. */
const SAME_HASH_MAX = 64;

/** The goodbye table of one directory, as random access uses it. Errors: DATA_CORRUPT. */
export class DirectoryTable {
  /** Children of the directory. */
  readonly count: number;
  /** Where the table begins, which is where the last child ends. */
  readonly start: number;
  readonly #source: ArchiveBytes;
  readonly #entryStart: number;
  readonly #items: Buffer | null;

  private constructor(
    source: ArchiveBytes,
    start: number,
    entryStart: number,
    count: number,
    items: Buffer | null,
  ) {
    this.#source = source;
    this.start = start;
    this.#entryStart = entryStart;
    this.count = count;
    this.#items = items;
  }

  /** The table of the directory whose ENTRY is at `entryStart` and whose last byte is before `end`. */
  static async open(
    source: ArchiveBytes,
    cursor: ItemCursor,
    entryStart: number,
    end: number,
  ): Promise<DirectoryTable> {
    if (end - entryStart < HEADER_SIZE + GOODBYE_ITEM_SIZE) throw damaged('a directory without a table');
    const tail = await readRange(source, end - GOODBYE_ITEM_SIZE, GOODBYE_ITEM_SIZE);
    const isTail = tail.readUInt32LE(0) === GOODBYE_TAIL.low && tail.readUInt32LE(4) === GOODBYE_TAIL.high;
    if (!isTail) throw damaged('a goodbye table has a wrong tail');
    const size = readU64(tail, 16);
    const start = end - size;
    const count = (size - HEADER_SIZE) / GOODBYE_ITEM_SIZE - 1;
    const fits = Number.isInteger(count) && count >= 0 && start - readU64(tail, 8) === entryStart;
    if (!fits) throw damaged('a goodbye table does not belong to its directory');
    const header = await cursor.header(start, end);
    if (header.type !== GOODBYE || header.size !== size - HEADER_SIZE) {
      throw damaged('a goodbye table has a wrong header');
    }
    const isSmall = header.size <= READ_AT_ONCE_MAX;
    const items = isSmall ? await readRange(source, header.contentStart, header.size) : null;
    return new DirectoryTable(source, start, entryStart, count, items);
  }

  /** Children whose name has this hash: one, unless two names share it. */
  async *find(hash: Hash64): AsyncGenerator<TablePlace, void, undefined> {
    let found = 0;
    const slots = [0];
    for (let slot = slots.pop(); slot !== undefined; slot = slots.pop()) {
      if (slot >= this.count) continue;
      const place = await this.#place(slot);
      const order = compareHash(hash, place.hash);
      if (order === 0) {
        found += 1;
        if (found > SAME_HASH_MAX) throw damaged('a goodbye table repeats a hash');
        yield place;
      }
      if (order >= 0) slots.push(2 * slot + 2);
      if (order <= 0) slots.push(2 * slot + 1);
    }
  }

  /** All children in the order of the archive, none inside another. */
  async all(): Promise<TablePlace[]> {
    const places: TablePlace[] = [];
    for (let slot = 0; slot < this.count; slot++) places.push(await this.#place(slot));
    return places.sort((a, b) => a.position - b.position);
  }

  async #place(slot: number): Promise<TablePlace> {
    const at = slot * GOODBYE_ITEM_SIZE;
    const item =
      this.#items?.subarray(at, at + GOODBYE_ITEM_SIZE) ??
      (await readRange(this.#source, this.start + HEADER_SIZE + at, GOODBYE_ITEM_SIZE));
    const position = this.start - readU64(item, 8);
    if (position <= this.#entryStart || position >= this.start) {
      throw damaged('a goodbye table points out of its directory');
    }
    const hash = { high: item.readUInt32LE(4), low: item.readUInt32LE(0) };
    return { hash, position, size: readU64(item, 16) };
  }
}

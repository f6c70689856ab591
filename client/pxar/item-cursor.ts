import { type ArchiveBytes, readRange } from './archive-bytes.ts';
import { damaged, readU64 } from './archive-errors.ts';
import { HEADER_SIZE, type ItemType, itemTypeOf } from './item-types.ts';

/** The header of an item, wherever it stands. */
export interface ItemHeader {
  type: ItemType;
  /** Of the content, and where it begins. */
  size: number;
  contentStart: number;
}

/** Enough for the metadata of almost every entry. */
const WINDOW_SIZE = 1024;

/** Reads items at any place, a little ahead, because the next one is usually wanted too. */
export class ItemCursor {
  readonly #source: ArchiveBytes;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(source: ArchiveBytes) {
    this.#source = source;
  }

  /** The item at `position`, which ends at `end` at the latest. Error: DATA_CORRUPT. */
  async header(position: number, end: number): Promise<ItemHeader> {
    if (position + HEADER_SIZE > end) throw damaged('an item is cut off');
    const bytes = await this.bytes(position, HEADER_SIZE);
    const type = itemTypeOf(bytes.readUInt32LE(4), bytes.readUInt32LE(0));
    if (type === undefined) throw damaged('an item of unknown type');
    const size = readU64(bytes, 8) - HEADER_SIZE;
    if (size < type.contentMin || size > type.contentMax) throw damaged(`${type.name} has a wrong size`);
    const contentStart = position + HEADER_SIZE;
    if (contentStart + size > end) throw damaged(`${type.name} is larger than its place`);
    return { type, size, contentStart };
  }

  async content({ contentStart, size }: ItemHeader): Promise<Buffer> {
    return this.bytes(contentStart, size);
  }

  async bytes(offset: number, length: number): Promise<Buffer> {
    const at = offset - this.#windowStart;
    if (at >= 0 && at + length <= this.#window.length) return this.#window.subarray(at, at + length);
    if (length > WINDOW_SIZE) return readRange(this.#source, offset, length);
    const ahead = Math.max(length, Math.min(WINDOW_SIZE, this.#source.size - offset));
    this.#window = await readRange(this.#source, offset, ahead);
    this.#windowStart = offset;
    return this.#window.subarray(0, length);
  }
}

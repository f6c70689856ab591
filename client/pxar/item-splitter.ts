import { damaged, readU64 } from './archive-errors.ts';
import { GOODBYE, HEADER_SIZE, type ItemType, itemTypeOf, PAYLOAD } from './item-types.ts';

/** Who makes sense of the items. */
export interface ItemReceiver {
  /** A header was read. Throws when no such item may stand here, before anything of it is kept. */
  begin(type: ItemType, contentSize: number, position: number): void;
  /** The whole content of a short item: `bytes` from `start` to `end`, valid during the call. */
  content(type: ItemType, bytes: Buffer, start: number, end: number): void;
  /** Part of the content of a long item, without a copy; valid during the call. */
  piece(type: ItemType, bytes: Buffer): void;
  /** The long item is complete. */
  finish(type: ItemType): void;
  /** True stops the splitter before the next item. */
  readonly isPaused: boolean;
}

/**
 * Cuts a stream that arrives in pieces of any size into items. Content of unlimited size is handed on as it
 * comes; all other content is checked against its limit before a byte of it is kept. Error: DATA_CORRUPT.
 */
export class ItemSplitter {
  /** Start of the current item in the stream, or of the next one. */
  position: number;
  readonly #receiver: ItemReceiver;
  /** The item whose header was read. */
  #type: ItemType | null = null;
  /** Content of it that is still missing. */
  #left = 0;
  #contentSize = 0;
  /** Beginning of a header or of short content that the last piece cut off. */
  #held = Buffer.allocUnsafeSlow(256);
  #heldSize = 0;

  constructor(receiver: ItemReceiver, position: number) {
    this.#receiver = receiver;
    this.position = position;
  }

  /** True between two items. */
  get isAtBoundary(): boolean {
    return this.#type === null && this.#heldSize === 0;
  }

  /** Answers how many bytes were taken: all, unless the receiver paused. */
  write(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && !this.#receiver.isPaused) {
      if (this.#type === null) at = this.#takeHeader(bytes, at);
      else if (isLong(this.#type)) at = this.#passOn(this.#type, bytes, at);
      else at = this.#takeContent(this.#type, bytes, at);
    }
    return at;
  }

  #takeHeader(bytes: Buffer, at: number): number {
    if (this.#heldSize === 0 && bytes.length - at >= HEADER_SIZE) {
      this.#begin(bytes, at);
      return at + HEADER_SIZE;
    }
    const end = this.#hold(bytes, at, HEADER_SIZE);
    if (this.#heldSize === HEADER_SIZE) {
      this.#heldSize = 0;
      this.#begin(this.#held, 0);
    }
    return end;
  }

  #begin(bytes: Buffer, at: number): void {
    const type = itemTypeOf(bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at));
    if (type === undefined) throw damaged('an item of unknown type');
    const size = readU64(bytes, at + 8) - HEADER_SIZE;
    if (size < type.contentMin || size > type.contentMax) throw damaged(`${type.name} has a wrong size`);
    this.#receiver.begin(type, size, this.position);
    this.#type = type;
    this.#contentSize = size;
    this.#left = size;
    if (size > 0) return;
    if (!isLong(type)) this.#receiver.content(type, bytes, 0, 0);
    this.#end(type);
  }

  #takeContent(type: ItemType, bytes: Buffer, at: number): number {
    const size = this.#contentSize;
    if (this.#heldSize === 0 && bytes.length - at >= size) {
      this.#receiver.content(type, bytes, at, at + size);
      this.#end(type);
      return at + size;
    }
    const end = this.#hold(bytes, at, size);
    if (this.#heldSize === size) {
      this.#heldSize = 0;
      this.#receiver.content(type, this.#held, 0, size);
      this.#end(type);
    }
    return end;
  }

  #passOn(type: ItemType, bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#receiver.piece(type, bytes.subarray(at, end));
    this.#left -= end - at;
    if (this.#left === 0) this.#end(type);
    return end;
  }

  #end(type: ItemType): void {
    if (isLong(type)) this.#receiver.finish(type);
    this.position += HEADER_SIZE + this.#contentSize;
    this.#type = null;
  }

  /** Keeps bytes until there are `wanted`; answers where the kept ones end. */
  #hold(bytes: Buffer, at: number, wanted: number): number {
    const end = Math.min(bytes.length, at + wanted - this.#heldSize);
    if (wanted > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(wanted);
      larger.set(this.#held.subarray(0, this.#heldSize));
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#heldSize, at, end);
    this.#heldSize += end - at;
    return end;
  }
}

function isLong(type: ItemType): boolean {
  return type === PAYLOAD || type === GOODBYE;
}

/** Positions of one page: a page is 512 bytes and covers 16 GiB of an image. */
const PAGE_POSITIONS = 4096;
const PAGE_BYTES = PAGE_POSITIONS / 8;

/** Which positions of an index were written: a bit each, in pages that are there only where something is. */
export class PositionSet {
  readonly #pages = new Map<number, Uint8Array>();
  #count = 0;

  /** How many different positions it has. */
  get count(): number {
    return this.#count;
  }

  /** Memory that its pages take. */
  get bytes(): number {
    return this.#pages.size * PAGE_BYTES;
  }

  add(position: number): void {
    const number = Math.floor(position / PAGE_POSITIONS);
    let page = this.#pages.get(number);
    if (!page) {
      page = new Uint8Array(PAGE_BYTES);
      this.#pages.set(number, page);
    }
    const at = position % PAGE_POSITIONS;
    const byte = page[at >>> 3] ?? 0;
    const bit = 1 << (at & 7);
    if ((byte & bit) !== 0) return;
    page[at >>> 3] = byte | bit;
    this.#count += 1;
  }
}

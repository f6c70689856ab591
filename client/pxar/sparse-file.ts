import { ftruncateSync, writeSync } from 'node:fs';

const BLOCK_SIZE = 4096;
const ZERO_BLOCK = Buffer.alloc(BLOCK_SIZE);

/**
 * Writes the content of one file in order and leaves whole blocks of zeros out, so that a sparse file becomes
 * sparse again. Throws what writing throws.
 */
export class SparseFile {
  /** Bytes given so far. */
  size = 0;
  readonly #fd: number;
  /** End of what was really written. */
  #written = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(bytes: Buffer): void {
    let dataStart = 0;
    let at = 0;
    while (at < bytes.length) {
      const blockEnd = at + BLOCK_SIZE - ((this.size + at) % BLOCK_SIZE);
      if (blockEnd - at === BLOCK_SIZE && isZeroBlock(bytes, at)) {
        this.#writeRange(bytes, dataStart, at);
        dataStart = blockEnd;
      }
      at = Math.min(blockEnd, bytes.length);
    }
    this.#writeRange(bytes, dataStart, bytes.length);
    this.size += bytes.length;
  }

  /** Gives the file its full length when it ends with a hole. */
  finish(): void {
    if (this.#written < this.size) ftruncateSync(this.#fd, this.size);
  }

  #writeRange(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) at += writeSync(this.#fd, bytes, at, end - at, this.size + at);
    if (end > start) this.#written = this.size + end;
  }
}

/** Looks at single bytes first: almost every block with data is told apart without a call. */
function isZeroBlock(bytes: Buffer, at: number): boolean {
  const end = at + BLOCK_SIZE;
  if (end > bytes.length || bytes[at] !== 0 || bytes[end - 1] !== 0 || bytes[at + 1024] !== 0) return false;
  return ZERO_BLOCK.compare(bytes, at, end) === 0;
}

import * as fs from 'node:fs';

/** What the address, the position and the length of a direct write must be multiples of, on every disk. */
const BLOCK_BYTES = 4096;
const WASM_PAGE_BYTES = 65_536;

const { O_WRONLY, O_DIRECT } = fs.constants;

/** Memory that starts at a page, as direct writes need it; multiples of 64 KiB. */
export function pageAligned(bytes: number): Buffer<ArrayBuffer> {
  // Of all memory that JavaScript can have, only that of WebAssembly is known to start at a page.
  const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(bytes / WASM_PAGE_BYTES) });
  return Buffer.from(buffer as ArrayBuffer);
}

/** One more descriptor for a file that is open for writing; null where the filesystem has no direct writes. */
export function openDirect(fd: number): number | null {
  try {
    return fs.openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_DIRECT);
  } catch {
    return null;
  }
}

/**
 * Writes past the page cache, where the filesystem can: of what is written once and not read, copying it there costs
 * more than everything else, and pushes out what others need. What it does not take goes the ordinary way.
 */
export class DirectWriter {
  #fd: number | null;

  /** From `openDirect`; stays open. */
  constructor(fd: number | null) {
    this.#fd = fd;
  }

  /** `bytes` must lie in `pageAligned` memory. How many of them, from the first on, were written. */
  write(bytes: Buffer, position: number): number {
    const isAligned = position % BLOCK_BYTES === 0 && bytes.byteOffset % BLOCK_BYTES === 0;
    const whole = isAligned ? bytes.length - (bytes.length % BLOCK_BYTES) : 0;
    let done = 0;
    while (this.#fd !== null && done < whole && done % BLOCK_BYTES === 0) {
      done += this.#writeSome(this.#fd, bytes, done, whole - done, position);
    }
    return done;
  }

  /** Some filesystems open such a file and then refuse each write. */
  #writeSome(fd: number, bytes: Buffer, from: number, length: number, position: number): number {
    try {
      return fs.writeSync(fd, bytes, from, length, position + from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
      this.#fd = null;
      return 0;
    }
  }
}

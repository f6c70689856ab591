import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { type ByteText, closeFd, dropReadPages, statusAt } from '#engine/posix.ts';
import { EMPTY } from './byte-text.ts';

const PIECE_BYTES = 1024 * 1024;

/** One restored file, read back from the disk while the archive tells what it has to hold. */
export class FileComparison {
  readonly path: ByteText;
  /** By the archive, in bytes. */
  readonly size: number;
  readonly #fd: number;
  readonly #archived = createHash('sha256');
  readonly #restored = createHash('sha256');
  #at = 0;

  constructor(fd: number, path: ByteText, size: number) {
    this.#fd = fd;
    this.path = path;
    this.size = size;
    dropReadPages(fd);
  }

  /** The next bytes by the archive: as many are read from the disk. */
  take(bytes: Buffer): void {
    this.#archived.update(bytes);
    for (let done = 0; done < bytes.length; ) {
      const wanted = Math.min(piece.length, bytes.length - done);
      const count = readSync(this.#fd, piece, 0, wanted, this.#at);
      if (count === 0) return; // it is shorter, which its size tells
      this.#restored.update(piece.subarray(0, count));
      this.#at += count;
      done += count;
    }
  }

  /** In words; null when the whole content is the same. */
  difference(): string | null {
    const { size } = statusAt(this.#fd, EMPTY);
    if (size !== this.size) return `it has ${size} bytes, and ${this.size} in the backup`;
    const [archived, restored] = [this.#archived.digest('hex'), this.#restored.digest('hex')];
    return archived === restored
      ? null
      : `its content has the hash ${restored}, and ${archived} in the backup`;
  }

  close(): void {
    closeFd(this.#fd);
  }
}

/** One file after the other in the same memory. */
const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);

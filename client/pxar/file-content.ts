import { BackupError } from '#domain/errors.ts';
import { type FileStatus, seekData, seekHole, statusAt } from '#engine/posix.ts';
import type { ByteStream } from './byte-stream.ts';
import { EMPTY } from './byte-text.ts';
import type { WarningReason } from './source-report.ts';
import { isErrno } from './system-errors.ts';

/** Below this a look for holes costs more than reading zeros. */
const SPARSE_SIZE_MIN = 64 * 1024;
const BLOCK_SIZE = 512;
/** Zeros written between two looks at `cancelled`. */
const ZEROS_MAX = 16 * 1024 * 1024;

/**
 * Copies the content of the open file into the stream: exactly `status.size` bytes, because that size is
 * already announced. A shorter file is filled up with zeros, a longer one is cut. Answers what was wrong
 * with it, null when nothing was. Throws what reading throws, and CANCELLED.
 */
export function copyContent(
  fd: number,
  status: FileStatus,
  stream: ByteStream,
  cancelled: () => boolean,
): WarningReason | null {
  const { size } = status;
  const copy = new Copy(fd, stream, cancelled);
  const isSparse = hasHoles(fd, status);
  const first = isSparse ? 0 : stream.readFrom(fd, size, 0);
  if (first >= size) return first > size ? 'grown' : null; // the common case: one read and nothing more
  const isComplete = isSparse ? copy.sparse(size) : copy.range(first, size);
  if (!isComplete) return 'shrunk';
  const now = statusAt(fd, EMPTY);
  if (now.size !== size) return now.size > size ? 'grown' : 'shrunk';
  return now.seconds === status.seconds && now.nanos === status.nanos ? null : 'modified';
}

function hasHoles(fd: number, { size, blocks }: FileStatus): boolean {
  return size >= SPARSE_SIZE_MIN && blocks * BLOCK_SIZE < size && nextHole(fd, 0, size) < size;
}

/** A filesystem that does not know of holes, or a file that was cut meanwhile, has none. */
function nextHole(fd: number, at: number, size: number): number {
  try {
    return Math.min(seekHole(fd, at), size);
  } catch (error) {
    if (isErrno(error, 'EINVAL', 'ENXIO', 'EOPNOTSUPP')) return size;
    throw error;
  }
}

class Copy {
  readonly #fd: number;
  readonly #stream: ByteStream;
  readonly #cancelled: () => boolean;

  constructor(fd: number, stream: ByteStream, cancelled: () => boolean) {
    this.#fd = fd;
    this.#stream = stream;
    this.#cancelled = cancelled;
  }

  /** False when the file ended before `end`; the rest is zeros then. */
  range(start: number, end: number): boolean {
    for (let at = start; at < end; ) {
      this.#stopIfCancelled();
      const count = this.#stream.readFrom(this.#fd, end - at, at);
      if (count === 0) {
        this.#zeros(end - at);
        return false;
      }
      at += Math.min(count, end - at);
    }
    return true;
  }

  /** Reads only where there is data; holes are zeros that nobody has to read. */
  sparse(size: number): boolean {
    let isComplete = true;
    for (let at = 0; at < size; ) {
      const dataStart = Math.min(seekData(this.#fd, at) ?? size, size);
      this.#zeros(dataStart - at);
      at = dataStart < size ? nextHole(this.#fd, dataStart, size) : size;
      if (!this.range(dataStart, at)) isComplete = false;
    }
    return isComplete;
  }

  #zeros(count: number): void {
    for (let left = count; left > 0; left -= ZEROS_MAX) {
      this.#stopIfCancelled();
      this.#stream.zeros(Math.min(left, ZEROS_MAX));
    }
  }

  #stopIfCancelled(): void {
    if (this.#cancelled()) throw new BackupError('CANCELLED', 'The backup was cancelled.');
  }
}

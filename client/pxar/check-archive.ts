import type { PxarReader } from './pxar-reader.ts';
import type { Entry, PxarVisitor } from './pxar-visitor.ts';
import { type ReplayOptions, replay } from './replay.ts';

export interface CheckedTotals {
  files: number;
  directories: number;
  hardlinks: number;
  /** Symbolic links, devices, fifos and sockets. */
  others: number;
  /** Content of files. */
  bytes: number;
}

/**
 * Reads a whole archive, every byte of it, and recomputes what random access relies on. Proves that each
 * file can be restored and found. Errors: DATA_CORRUPT, ARCHIVE_UNSAFE, CANCELLED, and what reading throws.
 */
export async function checkArchive(
  reader: PxarReader,
  { signal }: Pick<ReplayOptions, 'signal'> = {},
): Promise<CheckedTotals> {
  const counter = new Counter();
  await replay(reader, reader.root, counter, { checkTables: true, signal });
  return counter.totals;
}

class Counter implements PxarVisitor {
  readonly totals: CheckedTotals = { files: 0, directories: 0, hardlinks: 0, others: 0, bytes: 0 };

  enterDirectory(): void {
    this.totals.directories += 1;
  }

  leaveDirectory(): void {}

  startFile(_entry: Entry, size: number): void {
    this.totals.files += 1;
    this.totals.bytes += size;
  }

  fileData(): void {}

  endFile(): void {}

  symlink(): void {
    this.totals.others += 1;
  }

  hardlink(): void {
    this.totals.hardlinks += 1;
  }

  device(): void {
    this.totals.others += 1;
  }

  special(): void {
    this.totals.others += 1;
  }
}

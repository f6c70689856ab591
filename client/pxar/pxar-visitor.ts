import type { ByteText } from './byte-text.ts';
import type { Metadata } from './metadata.ts';

/**
 * What the parser reports, in the order of the archive. Names are checked: exactly one name of a directory,
 * no two alike. Everything between `enterDirectory` and its `leaveDirectory` is inside that directory; the
 * root of an archive has the empty name. Bytes are valid during the call only.
 */
export interface PxarVisitor {
  enterDirectory(entry: Entry): void;
  leaveDirectory(): void;
  /** Its content follows as any number of `fileData`, `size` bytes in all, then `endFile`. */
  startFile(entry: Entry, size: number): void;
  fileData(bytes: Buffer): void;
  endFile(): void;
  symlink(entry: Entry, target: ByteText): void;
  hardlink(link: Hardlink): void;
  device(entry: Entry, major: number, minor: number): void;
  /** A fifo or a socket. */
  special(entry: Entry): void;
}

export interface Entry {
  name: ByteText;
  /** Start of its FILENAME in the archive: what hardlinks to it point at. */
  position: number;
  metadata: Metadata;
}

/** One more name of a file that came before. */
export interface Hardlink {
  name: ByteText;
  position: number;
  /** Path of that file from the root of the archive, without a leading slash … */
  path: ByteText;
  /** … and its position. */
  target: number;
}

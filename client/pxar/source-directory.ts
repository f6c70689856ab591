import { readSync } from 'node:fs';
import { BackupError } from '#domain/errors.ts';
import {
  closeFd,
  listDirectory,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_NONBLOCK,
  openAt,
  statusAt,
} from '#engine/posix.ts';
import { type ByteText, byteText, byteTextOf, EMPTY, joinPath } from './byte-text.ts';
import { type ExcludeFile, type PatternList, parseExcludeFile } from './exclude.ts';
import { TYPE } from './metadata.ts';
import { errorCode, isErrno } from './system-errors.ts';

/** A directory of the source that is open, with what of it goes into the archive. */
export interface SourceDirectory {
  fd: number;
  /** From the root of the archive, without a leading slash; empty for the root. */
  path: ByteText;
  device: number;
  /** The root has 0. */
  depth: number;
}

export interface SourceEntry {
  name: ByteText;
  /** Type bits of the mode, as the directory told them. */
  type: number;
}

export const EXCLUDE_FILE = byteTextOf('.pxarexclude');
export const EXCLUDE_RECORD = byteTextOf('.pxarexclude-cli');
const EXCLUDE_FILE_SIZE_MAX = 1 << 20;

/**
 * Never follows a symbolic link, never waits for the other end of a fifo, and leaves the access time alone
 * where that is allowed. Throws what opening throws.
 */
export function openSource(dir: number, name: ByteText, flags = 0): number {
  const careful = flags | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  try {
    return openAt(dir, name, careful | O_NOATIME);
  } catch (error) {
    if (isErrno(error, 'EPERM')) return openAt(dir, name, careful); // only the owner may ask for it
    // Another process holds a lease: wait until the kernel has taken it back. Only regular files have one.
    if (isErrno(error, 'EAGAIN')) return openAt(dir, name, careful & ~O_NONBLOCK);
    throw error;
  }
}

/** All names of a directory with their types; `tooMany` is asked after each and ends the work by throwing. */
export function listSource(directory: SourceDirectory, counted: () => void): SourceEntry[] {
  const entries: SourceEntry[] = [];
  listDirectory(directory.fd, (name, type) => {
    counted();
    if (name !== EXCLUDE_RECORD || directory.depth > 0) entries.push({ name, type: type << 12 });
  });
  return entries;
}

export interface Selection {
  /** In the order of their names, as the archive wants them. */
  kept: SourceEntry[];
  excluded: number;
}

/** Applies the patterns and sorts. A filesystem that does not tell types in listings is asked one by one. */
export function selectEntries(
  directory: SourceDirectory,
  entries: readonly SourceEntry[],
  patterns: PatternList,
): Selection {
  const isKept = ({ name, type }: SourceEntry) =>
    patterns.decide(`/${joinPath(directory.path, name)}` as ByteText, type === TYPE.directory) !== 'exclude';
  const known = entries.map((entry) => (entry.type === 0 ? withType(directory.fd, entry.name) : entry));
  const kept = patterns.length === 0 ? known : known.filter(isKept);
  kept.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const unique = kept.filter(({ name }, index) => name !== kept[index - 1]?.name);
  return { kept: unique, excluded: entries.length - kept.length };
}

/** The patterns of the directory's own exclude file; null when there is none. Throws what reading throws. */
export function readExcludeFile({ fd, path }: SourceDirectory): ExcludeFile | null {
  const file = openSource(fd, EXCLUDE_FILE);
  try {
    const { mode, size } = statusAt(file, EMPTY);
    if ((mode & 0o170000) !== TYPE.file) return null;
    if (size > EXCLUDE_FILE_SIZE_MAX)
      throw new BackupError('INPUT_TOO_LARGE', 'The exclude file is too large.');
    const content = Buffer.alloc(size);
    const length = readSync(file, content, 0, size, 0);
    return parseExcludeFile(byteText(content.subarray(0, length)), path);
  } finally {
    closeFd(file);
  }
}

/** Keeps type 0 for a name that is gone by now; opening it will say so. */
function withType(dir: number, name: ByteText): SourceEntry {
  try {
    return { name, type: statusAt(dir, name).mode & 0o170000 };
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return { name, type: 0 };
  }
}

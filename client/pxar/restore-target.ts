import { constants, mkdirSync } from 'node:fs';
import { BackupError } from '#domain/errors.ts';
import {
  closeFd,
  type FileStatus,
  getXattr,
  listDirectory,
  makeDirectoryAt,
  makeLinkAt,
  makeNodeAt,
  makeSymlinkAt,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  openAt,
  removeAt,
  statusAt,
} from '#engine/posix.ts';
import { type ByteText, byteText, byteTextOf, EMPTY } from './byte-text.ts';
import { kindOf } from './metadata.ts';
import type { RestoreOptions } from './restore-report.ts';
import { isErrno } from './system-errors.ts';

/**
 * Making things below the target of a restore. Two rules keep everything inside it: a name is one component
 * and used relative to an open directory, and no symbolic link is ever followed, neither one that was there
 * before nor one from the archive. New entries belong to their maker alone until they get their metadata.
 */

const OPEN_DIRECTORY = O_DIRECTORY | O_NOFOLLOW;
const CREATE_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | O_NOFOLLOW;
const WORKING_DIRECTORY = -100;

export interface OpenTarget {
  fd: number;
  /** False when it was there before. */
  isNew: boolean;
}

/** Opens the target, made if it is missing. Errors: TARGET_NOT_EMPTY, PATH_INVALID, STORAGE_DENIED. */
export function openTarget(
  path: string | Buffer,
  options: Pick<RestoreOptions, 'intoExisting' | 'overwrite'>,
): OpenTarget {
  try {
    const isNew = mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined;
    const bytes = typeof path === 'string' ? byteTextOf(path) : byteText(path);
    const fd = openAt(WORKING_DIRECTORY, bytes, OPEN_DIRECTORY);
    if (isNew || options.intoExisting || options.overwrite || isEmpty(fd)) return { fd, isNew };
    closeFd(fd);
  } catch (error) {
    const isNoDirectory = isErrno(error, 'ELOOP', 'ENOTDIR', 'EEXIST');
    throw new BackupError(
      isNoDirectory ? 'PATH_INVALID' : 'STORAGE_DENIED',
      isNoDirectory ? 'The target is not a directory of its own.' : 'The target cannot be opened.',
      { hint: 'Choose an empty directory that belongs to you.', detail: String(path), cause: error },
    );
  }
  throw new BackupError('TARGET_NOT_EMPTY', 'The target of the restore has content.', {
    hint: 'Choose an empty directory, or add --overwrite to replace what is there.',
  });
}

/** Whether new entries in this directory start with an access list of their own. */
export function handsOnAcl(fd: number): boolean {
  try {
    return getXattr(`/proc/self/fd/${fd}`, 'system.posix_acl_default', { follow: true }) !== null;
  } catch {
    return false; // a filesystem without access lists
  }
}

/** A directory that is new, or existed and may be entered. */
export function makeDirectory(dir: number, name: ByteText, options: RestoreOptions): OpenTarget {
  try {
    makeDirectoryAt(dir, name, 0o700);
    return { fd: openAt(dir, name, OPEN_DIRECTORY), isNew: true };
  } catch (error) {
    if (!isErrno(error, 'EEXIST') || !(options.intoExisting || options.overwrite)) throw error;
  }
  return { fd: openAt(dir, name, OPEN_DIRECTORY), isNew: false };
}

/** A new empty file, open for writing. */
export function makeFile(dir: number, name: ByteText, options: RestoreOptions): number {
  return replacing(dir, name, options, () => openAt(dir, name, CREATE_FILE, 0o600));
}

/** A symbolic link, open as a place. */
export function makeSymlink(dir: number, name: ByteText, target: ByteText, options: RestoreOptions): number {
  replacing(dir, name, options, () => makeSymlinkAt(target, dir, name));
  return openMade(dir, name, 'symlink');
}

/** A device node, fifo or socket without rights for anybody, open as a place. `mode` with its type bits. */
export function makeNode(
  dir: number,
  name: ByteText,
  mode: number,
  device: bigint,
  options: RestoreOptions,
): number {
  replacing(dir, name, options, () => makeNodeAt(dir, name, mode & 0o170000, device));
  return openMade(dir, name, kindOf(mode));
}

/** One more name for the file that is open as `fd`. */
export function makeHardlink(fd: number, dir: number, name: ByteText, options: RestoreOptions): void {
  replacing(dir, name, options, () => makeLinkAt(fd, dir, name));
}

/**
 * Opens a file below `root` as a place, one component at a time, so that a link in the middle cannot lead
 * elsewhere. Throws what opening throws.
 */
export function openBelow(root: number, path: ByteText): { fd: number; status: FileStatus } {
  const fd = walk(root, path, O_PATH);
  try {
    return { fd, status: statusAt(fd, EMPTY) };
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

/** Opens a directory below `root` in the same way; the empty path is the root once more. */
export function openDirectoryBelow(root: number, path: ByteText): number {
  return path === '' ? openAt(root, '.' as ByteText, OPEN_DIRECTORY) : walk(root, path, O_DIRECTORY);
}

/** Opens the entry at the end of a path with `flags`; everything before has to be a directory. */
function walk(root: number, path: ByteText, flags: number): number {
  const parts = path.split('/') as ByteText[];
  const last = parts.pop() ?? EMPTY;
  let dir = root;
  try {
    for (const part of parts) {
      const next = openAt(dir, part, O_PATH | OPEN_DIRECTORY);
      if (dir !== root) closeFd(dir);
      dir = next;
    }
    return openAt(dir, last, flags | O_NOFOLLOW);
  } finally {
    if (dir !== root) closeFd(dir);
  }
}

/** What was just made; another kind, or a second name, means that someone put it there in between. */
function openMade(dir: number, name: ByteText, kind: ReturnType<typeof kindOf>): number {
  const fd = openAt(dir, name, O_PATH | O_NOFOLLOW);
  const status = statusAt(fd, EMPTY);
  if (kindOf(status.mode) === kind && status.links === 1) return fd;
  closeFd(fd);
  throw Object.assign(new Error('the new entry was replaced'), { code: 'EEXIST' });
}

/** Makes an entry; when one is in the way and may go, removes it first. A directory never goes. */
function replacing<T>(dir: number, name: ByteText, options: RestoreOptions, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!options.overwrite || !isErrno(error, 'EEXIST')) throw error;
  }
  removeAt(dir, name);
  return make();
}

function isEmpty(fd: number): boolean {
  let names = 0;
  listDirectory(fd, () => {
    names += 1;
  });
  return names === 0;
}

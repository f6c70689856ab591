import * as fs from 'node:fs';
import { join } from 'node:path';
import { BackupError } from '#domain/errors.ts';
import { isNoSpace } from '../backends/local/errors.ts';
import { setAccessTime, touch } from '../posix.ts';
import { makeOwnFile } from './own-file.ts';

const LONG_AGO = 1_000_000_000;
const CLOCK_TOLERANCE_SECONDS = 60;

export interface AccessTimeFinding {
  /** The storage's clock less ours, in seconds. */
  clockOffsetSeconds: number;
}

/**
 * Proves on a file of its own that an explicit access time sticks and is visible at once: garbage collection
 * decides by it which chunks are in use (docs/formats/datastore.md). `noatime` mounts are fine, since they only
 * stop the implicit updates. *Errors*: DATASTORE_FILESYSTEM_UNFIT; *effects*: makes and removes one file.
 */
export function checkAccessTime(directory: string, nowMs: number): AccessTimeFinding {
  const path = join(directory, `.ibs-access-time-${process.pid}`);
  const fd = makeOwnFile(path);
  try {
    writeIfRoom(fd);
    const written = fs.lstatSync(path).mtimeMs;
    setAccessTime(path, LONG_AGO);
    if (seconds(fs.lstatSync(path).atimeMs) !== LONG_AGO) throw unfit('an explicit access time is not kept');
    touch(path);
    const touched = fs.lstatSync(path);
    if (seconds(touched.atimeMs) <= LONG_AGO) throw unfit('setting the access time to now has no effect');
    if (touched.mtimeMs !== written) throw unfit('setting the access time changes the modification time');
    return { clockOffsetSeconds: seconds(written) - seconds(nowMs) };
  } finally {
    fs.closeSync(fd);
    fs.unlinkSync(path);
  }
}

/** On a full disk the times must do that the file was made with: collecting garbage is what frees space. */
function writeIfRoom(fd: number): void {
  try {
    fs.writeSync(fd, 'x');
  } catch (error) {
    if (!isNoSpace(error)) throw error;
  }
}

/** Null when storage and server agree on the time; otherwise what is wrong, for people. */
export function clockWarning(finding: AccessTimeFinding): string | null {
  const offset = finding.clockOffsetSeconds;
  if (Math.abs(offset) <= CLOCK_TOLERANCE_SECONDS) return null;
  const direction = offset > 0 ? 'ahead of' : 'behind';
  return `The clock of the storage is ${Math.abs(offset)} s ${direction} the server's; garbage collection will not run.`;
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function unfit(why: string): BackupError {
  return new BackupError('DATASTORE_FILESYSTEM_UNFIT', `The filesystem is unfit: ${why}.`, {
    hint: 'Use ext4, XFS or ZFS, or a mount without options that suppress access times altogether.',
  });
}

import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { BackupError } from '#domain/errors.ts';
import { sizeOf } from '#engine/posix.ts';
import { openDirect } from './direct-file.ts';

/** Where an image is restored to: a new file, an existing one, or a block device. */
export interface ImageTarget {
  path: string;
  fd: number;
  /** The same file for direct writes, where it has them. */
  directFd: number | null;
  /** What is not written reads as zero. */
  readsZero: boolean;
  /** Taken away again when the restore fails. */
  created: boolean;
}

const { O_CREAT, O_EXCL, O_WRONLY } = fs.constants;
const MODE = 0o600;

/** TARGET_NOT_EMPTY when something is there and may not be overwritten. */
export function openImageTarget(path: string, sizeBytes: number, overwrite: boolean): ImageTarget {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  if (stat && !overwrite) {
    throw new BackupError('TARGET_NOT_EMPTY', `${path} exists.`, {
      hint: 'Add --overwrite to replace what is there.',
    });
  }
  if (stat?.isBlockDevice()) return openDevice(path, sizeBytes);
  if (stat && !stat.isFile()) {
    throw new BackupError('TARGET_NOT_EMPTY', `${path} is neither a file nor a block device.`);
  }
  const fd = open(path, stat ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL);
  fs.ftruncateSync(fd, 0);
  fs.ftruncateSync(fd, sizeBytes);
  return { path, fd, directFd: openDirect(fd), readsZero: true, created: stat === undefined };
}

function openDevice(path: string, sizeBytes: number): ImageTarget {
  const fd = open(path, O_WRONLY);
  const room = sizeOf(fd);
  if (room >= sizeBytes) return { path, fd, directFd: openDirect(fd), readsZero: false, created: false };
  fs.closeSync(fd);
  throw new BackupError('STORAGE_FULL', `${path} has ${room} bytes, the image needs ${sizeBytes}.`);
}

function open(path: string, flags: number): number {
  try {
    return fs.openSync(path, flags, MODE);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError('STORAGE_DENIED', `${path} cannot be written: ${reason}.`, { cause: error });
  }
}

/** Where the restore is a server's own, others are served while the disk takes its time. */
const flush = promisify(fs.fsync);

/** Flushed before it is reported as restored. */
export async function closeImageTarget(
  target: ImageTarget,
  { succeeded }: { succeeded: boolean },
): Promise<void> {
  try {
    if (succeeded) await flush(target.fd);
  } finally {
    if (target.directFd !== null) fs.closeSync(target.directFd);
    fs.closeSync(target.fd);
    if (!succeeded && target.created) fs.rmSync(target.path, { force: true });
  }
}

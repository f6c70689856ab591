import { BackupError, type ErrorCode, isBackupError } from '#domain/errors.ts';

/**
 * What an errno of a file call means (docs/reliability.md). Numbers and not names are compared, because Node
 * has no name for some of them.
 */
const MEANINGS: Record<number, { code: ErrorCode; words: string; hint: string }> = {
  2: { code: 'STORAGE_MISSING', words: 'is not there', hint: 'Check that the filesystem is mounted.' },
  17: { code: 'STORAGE_EXISTS', words: 'exists already', hint: '' },
  39: { code: 'STORAGE_EXISTS', words: 'is not empty', hint: '' },
  28: { code: 'STORAGE_FULL', words: 'has no space left', hint: 'Free space or inodes, then try again.' },
  122: { code: 'STORAGE_FULL', words: 'has reached its quota', hint: 'Raise the quota or free space.' },
  30: {
    code: 'STORAGE_READ_ONLY',
    words: 'is mounted read-only',
    hint: 'Look for the cause in the kernel log, remount it, then probe again.',
  },
  13: { code: 'STORAGE_DENIED', words: 'refused access', hint: 'Check owner and mode.' },
  1: { code: 'STORAGE_DENIED', words: 'refused the operation', hint: 'Check owner, mode and mount options.' },
};

/** ENOTCONN ESTALE ESHUTDOWN ETIMEDOUT EHOSTDOWN ENODEV ENXIO: the storage is gone, not the file. */
const GONE = new Set([107, 116, 108, 110, 112, 19, 6]);
const EIO = 5;

export type FileActivity = 'read' | 'write';

const LOOK_AT_DISK = 'Look for the cause in the kernel log, then probe the datastore.';

/**
 * Translates the failure of a call on `path`. An I/O error on reading one file means that this file is
 * damaged; on writing it means that the storage is.
 */
export function fileError(error: unknown, path: string, activity: FileActivity): BackupError {
  if (error instanceof BackupError) return error;
  const number = errnoOf(error);
  const detail = error instanceof Error ? error.message : String(error);
  const more = { detail, cause: error, hint: LOOK_AT_DISK };
  if (activity === 'write' && isFlush(error) && !isFull(number)) {
    return new BackupError(
      'STORAGE_UNREACHABLE',
      `${path} ${FLUSH_FAILED}: the disk reports an error.`,
      more,
    );
  }
  if (number !== null && GONE.has(number)) {
    return new BackupError('STORAGE_UNREACHABLE', `The storage below ${path} does not answer.`, more);
  }
  if (number === EIO) {
    return activity === 'read'
      ? new BackupError('DATA_CORRUPT', `${path} ${UNREADABLE}`, more)
      : new BackupError('STORAGE_UNREACHABLE', `${path} cannot be written: the disk reports an error.`, more);
  }
  const meaning = number === null ? undefined : MEANINGS[number];
  if (!meaning) return new BackupError('STORAGE_UNREACHABLE', `${path} cannot be used (${detail}).`, more);
  return new BackupError(meaning.code, `${path} ${meaning.words}.`, {
    ...more,
    hint: meaning.hint || undefined,
  });
}

const UNREADABLE = 'cannot be read: the disk reports an error.';

/** The disk did not give the content: it may be damaged, or the disk may be in trouble for a while. */
export function isUnreadable(error: unknown): boolean {
  return isBackupError(error, 'DATA_CORRUPT') && error.message.endsWith(UNREADABLE);
}

const FLUSH_FAILED = 'could not be flushed';

/**
 * A flush that failed is final (docs/reliability.md): the system may have dropped what it could not write, and the
 * next flush reports success. Told by the words, because errors lose all but these on their way out of a thread.
 */
export function isFailedFlush(error: unknown): error is BackupError {
  return (
    error instanceof BackupError &&
    error.code === 'STORAGE_UNREACHABLE' &&
    error.message.includes(` ${FLUSH_FAILED}: `)
  );
}

/**
 * A write or close that ended as an error of the disk. Filesystems that write behind report a full one so as well; a
 * flush is never taken for that, since it speaks of what others have written.
 */
export function isFailedWrite(error: unknown): error is BackupError {
  return (
    error instanceof BackupError &&
    error.code === 'STORAGE_UNREACHABLE' &&
    /^EIO\b.*\b(write|close)\b/.test(error.detail ?? '')
  );
}

/** For what `isFailedWrite` is true of when hardly any space is left. */
export function fullError(error: BackupError, shown: string): BackupError {
  const { detail = '' } = error;
  return new BackupError('STORAGE_FULL', `${shown} has no space left.`, {
    ...{ hint: MEANINGS[28]?.hint ?? '', detail, cause: error },
  });
}

/** The filesystem or a quota is full, as the system says it. */
export function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** What the next call will meet as well: it says something of the storage and not of one file. */
export function isTrouble(error: unknown): error is BackupError {
  return isBackupError(error, 'STORAGE_UNREACHABLE', 'STORAGE_READ_ONLY', 'STORAGE_DENIED');
}

/** Closing reports what a write-behind filesystem could not write. */
function isFlush(error: unknown): boolean {
  const call = error instanceof Error && 'syscall' in error ? error.syscall : null;
  return call === 'fsync' || call === 'syncfs' || call === 'close';
}

function isFull(number: number | null): boolean {
  return number !== null && MEANINGS[number]?.code === 'STORAGE_FULL';
}

/** The positive errno of a failed call; null for anything else that was thrown. */
export function errnoOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('errno' in error) || typeof error.errno !== 'number') return null;
  return Math.abs(error.errno);
}

export function isMissing(error: unknown): boolean {
  return errnoOf(error) === 2;
}

/** A directory that is in the way: some filesystems say EEXIST, others ENOTEMPTY. */
export function isExisting(error: unknown): boolean {
  return errnoOf(error) === 17 || errnoOf(error) === 39;
}

import { BackupError, isBackupError } from '#domain/errors.ts';
import { type ByteText, quoted } from './byte-text.ts';

/** The bytes are not what a writer of the format would write. */
export function damaged(reason: string): BackupError {
  return new BackupError('DATA_CORRUPT', `The archive is damaged: ${reason}.`, {
    hint: 'Verify the snapshot; restore from an older one if it fails.',
  });
}

/** The bytes are well formed and would do harm if they were obeyed. */
export function unsafe(reason: string): BackupError {
  return new BackupError('ARCHIVE_UNSAFE', `The archive is not safe to restore: ${reason}.`, {
    hint: 'Nothing was written outside the target. Find out who made this archive.',
  });
}

/**
 * The same error with its place, so that a person can find it again: the byte counted from the start of the
 * archive and the entry at or before it. Errors about other things than the archive stay as they are.
 */
export function located(error: unknown, position: number, path: ByteText): unknown {
  if (!isBackupError(error, 'DATA_CORRUPT', 'ARCHIVE_UNSAFE') || error.detail !== undefined) return error;
  const place = path === '' ? `byte ${position}` : `byte ${position}, at ${quoted(path)}`;
  return new BackupError(error.code, `${error.message} (${place})`, {
    hint: error.hint,
    detail: `position ${position}`,
    cause: error,
  });
}

/** Largest high half of a u64 that a number holds exactly. */
const HIGH_MAX = 0x1fffff;

/** A u64 of the archive; beyond 2^53 − 1 nothing of ours can mean it. Error: DATA_CORRUPT. */
export function readU64(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32LE(at + 4);
  if (high > HIGH_MAX) throw damaged('a number is too large');
  return high * 2 ** 32 + bytes.readUInt32LE(at);
}

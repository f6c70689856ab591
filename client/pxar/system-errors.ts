import { BackupError, type ErrorCode } from '#domain/errors.ts';

/** Failures of system calls: Node's and ours carry `code` alike. */

export function errorCode(error: unknown): string | undefined {
  if (error instanceof BackupError || !(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  const code = errorCode(error);
  return code !== undefined && codes.includes(code);
}

const OF_TARGET: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'STORAGE_FULL',
  EDQUOT: 'STORAGE_FULL',
  EROFS: 'STORAGE_READ_ONLY',
  EIO: 'STORAGE_UNREACHABLE',
  ENOTCONN: 'STORAGE_UNREACHABLE',
  ESTALE: 'STORAGE_UNREACHABLE',
  EMFILE: 'INTERNAL',
  ENFILE: 'INTERNAL',
};

/** Failures that every further entry would meet too: the restore ends; null for those of one entry. */
export function fatalForTarget(error: unknown): BackupError | null {
  if (error instanceof BackupError) return error;
  const code = errorCode(error);
  if (code === undefined) {
    return new BackupError('INTERNAL', 'The restore met a defect.', { cause: error });
  }
  const mapped = OF_TARGET[code];
  if (mapped === undefined) return null;
  return new BackupError(mapped, `The target of the restore failed: ${code}.`, { cause: error });
}

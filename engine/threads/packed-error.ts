import { asBackupError, BackupError, type ErrorCode } from '#domain/errors.ts';

/** An error in a form that crosses threads; a BackupError keeps its code. */
export interface PackedError {
  code: ErrorCode;
  message: string;
  hint: string | undefined;
  detail: string | undefined;
}

export function packError(thrown: unknown): PackedError {
  const { code, message, hint, detail } = asBackupError(thrown);
  return { code, message, hint, detail };
}

export function unpackError({ code, message, hint, detail }: PackedError): BackupError {
  return new BackupError(code, message, { hint, detail });
}

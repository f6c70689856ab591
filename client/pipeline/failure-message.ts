import { asBackupError, BackupError, type ErrorCode } from '#domain/errors.ts';
import type { PipelineMessage } from './messages.ts';

/** An error of a thread as a message, and back. What is no BackupError concerns the source that was read. */
export function failureMessage(error: unknown): PipelineMessage {
  const known = error instanceof BackupError ? error : sourceError(error);
  const { code, message, hint } = known;
  return { kind: 'failed', code, message, ...(hint ? { hint } : {}) };
}

function sourceError(error: unknown): BackupError {
  if (error instanceof Error && 'syscall' in error) {
    return new BackupError('SOURCE_UNREADABLE', `A source cannot be read: ${error.message}.`, {
      cause: error,
    });
  }
  return asBackupError(error);
}

export function failureOf(message: Extract<PipelineMessage, { kind: 'failed' }>): BackupError {
  return new BackupError(
    message.code as ErrorCode,
    message.message,
    message.hint ? { hint: message.hint } : {},
  );
}

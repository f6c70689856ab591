import { BackupError, ERROR_CODES, type ErrorCode } from '#domain/errors.ts';

export interface RefusedField {
  /** In the spelling of the API, such as `sameFilesystemReason`. */
  field: string;
  message: string;
  hint?: string;
}

interface ServerErrorMore {
  hint?: string;
  field?: string;
  fields?: readonly RefusedField[];
  requestId?: string;
  taskId?: string;
  cause?: unknown;
}

/** A refusal of the server or the failure of a task, with the names under which logs know it. */
export class ServerError extends BackupError {
  readonly fields: readonly RefusedField[];
  readonly requestId: string | null;
  readonly taskId: string | null;

  constructor(code: ErrorCode, message: string, more: ServerErrorMore) {
    super(code, message, more);
    this.name = 'ServerError';
    this.fields = more.fields ?? [];
    this.requestId = more.requestId ?? null;
    this.taskId = more.taskId ?? null;
  }
}

/** A newer server may have codes that this command line does not know; they count as failures of the server. */
export function knownCode(code: string): ErrorCode {
  return code in ERROR_CODES ? (code as ErrorCode) : 'INTERNAL';
}

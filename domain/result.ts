import { BackupError, type ErrorCode } from './errors.ts';

/** Why a value was refused, in a form that can stand beside a form field. */
export interface Problem {
  code: ErrorCode;
  /** One sentence for the person who typed it. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** The input field that is meant, in the spelling of the schema. */
  field?: string;
}

/** What a parser returns: bad input is an everyday outcome, so it is a value and not a throw. */
export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refuse(code: ErrorCode, message: string, more: Omit<Problem, 'code' | 'message'> = {}) {
  return { ok: false as const, problem: { code, message, ...more } };
}

/** The value, or the problem as a throw: for places where bad input stops the work. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const { code, message, hint, field } = result.problem;
  throw new BackupError(code, message, { hint, field });
}

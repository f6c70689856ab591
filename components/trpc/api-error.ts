import { isTRPCClientError } from '@trpc/client';
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '#domain/errors.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import type { ErrorDetails } from '../ui/error-details.ts';

/** What the API said about a failure, whatever was thrown. */

const PlainAnswer = z.object({
  code: z.string().refine((code) => code in ERROR_CODES),
  message: z.string(),
  hint: z.string().optional(),
  requestId: z.string().default(''),
});

interface Told {
  code: ErrorCode;
  /** Where it is not the error's own. */
  message?: string;
  hint?: string;
  field?: string;
  needs?: { anyOf: readonly string[]; path: string };
  fields?: readonly { field: string; message: string; hint?: string }[];
  requestId: string;
}

function toldBy(error: unknown): Told | null {
  if (!isTRPCClientError<AppRouter>(error)) return null;
  return error.data && 'ibs' in error.data ? error.data.ibs : plainAnswer(error.meta?.responseJSON);
}

/** What is refused before any procedure is reached comes as a plain object. */
function plainAnswer(answer: unknown): Told | null {
  const parsed = PlainAnswer.safeParse(answer);
  return parsed.success ? { ...parsed.data, code: parsed.data.code as ErrorCode } : null;
}

export function isApiError(error: unknown, ...codes: ErrorCode[]): boolean {
  const code = toldBy(error)?.code;
  return code !== undefined && codes.includes(code);
}

export function errorDetails(error: unknown): ErrorDetails {
  const told = toldBy(error);
  if (!told) return unreachableDetails();
  const { code, hint, requestId } = told;
  return { code, message: messageOf(error, told), hint: hint ?? told.fields?.[0]?.hint, requestId };
}

/** The same for what may have gone well: null then. */
export function maybeErrorDetails(error: unknown): ErrorDetails | null {
  return error === null || error === undefined ? null : errorDetails(error);
}

/** Which privilege is missing where, when that is what went wrong. */
export function missingPrivilege(error: unknown): { anyOf: readonly string[]; path: string } | null {
  const told = toldBy(error);
  return told?.code === 'PRIVILEGE_MISSING' ? (told.needs ?? null) : null;
}

/** Refused fields with what to say beside them; empty when the failure is about none. */
export function fieldErrors(error: unknown): Record<string, string> {
  const told = toldBy(error);
  if (!told) return {};
  if (told.fields) {
    return Object.fromEntries(told.fields.map((each) => [each.field, sentence(each.message, each.hint)]));
  }
  return told.field ? { [told.field]: sentence(messageOf(error, told), told.hint) } : {};
}

/** A lost connection passes, a refusal does not. */
export function isWorthRetrying(error: unknown): boolean {
  const told = toldBy(error);
  return told === null || ERROR_CODES[told.code].retry === 'now';
}

function messageOf(error: unknown, told: Told): string {
  if (told.fields?.[0]) return told.fields[0].message;
  if (told.message) return told.message;
  return error instanceof Error ? error.message : 'Something went wrong.';
}

function unreachableDetails(): ErrorDetails {
  return {
    code: 'SERVER_UNREACHABLE',
    message: 'The server does not answer.',
    hint: 'Check that it runs and that this computer reaches it, then retry.',
  };
}

function sentence(message: string, hint: string | undefined): string {
  return hint ? `${message} ${hint}` : message;
}

import { asBackupError, type ErrorCode } from '#domain/errors.ts';
import { databaseError } from '#drizzle/client.ts';
import type { GatewayContext } from './gateway-context.ts';

/** How failures look on the wire (docs/formats/protocol.md): a status and a plain text that people and scripts read. */

/** Everything that is not listed is 400, as clients expect of a handler that fails. */
const STATUSES: Partial<Record<ErrorCode, number>> = {
  AUTH_REQUIRED: 401,
  AUTH_FAILED: 401,
  AUTH_THROTTLED: 401,
  PRIVILEGE_MISSING: 403,
  NAMESPACE_NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  CHUNK_MISSING: 404,
  SNAPSHOT_NOT_FOUND: 404,
  GROUP_NOT_FOUND: 404,
  SHUTTING_DOWN: 503,
  DATASTORE_NOT_OWNED: 503,
  DATABASE_UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** A chunk that was not registered first is a matter of rights, not of presence. */
export const CHUNK_NOT_ALLOWED = 401;
/** Our own addition: the stable code, for clients that know it. Others do not look at it. */
export const CODE_HEADER = 'x-ibs-code';
/** Some clients read the first bytes of an error without looking at its length. */
const TEXT_MIN = 8;

export interface WireError {
  status: number;
  text: string;
  code: ErrorCode;
  /** The parameter that is meant. */
  field: string | undefined;
}

export function wireError(thrown: unknown, statusOverride?: number): WireError {
  const error = asBackupError(databaseError(thrown));
  const status = statusOverride ?? STATUSES[error.code] ?? 400;
  const text = error.message.padEnd(TEXT_MIN, '.');
  return { status, text, code: error.code, field: error.field };
}

/** Waits before a refusal is sent, to damp guessing. */
export async function holdBack(context: GatewayContext, status: number): Promise<void> {
  const { unauthorized, forbidden } = context.worker.config.gateway.refusalDelayMs;
  const delayMs = status === 401 ? unauthorized : status === 403 ? forbidden : 0;
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
}

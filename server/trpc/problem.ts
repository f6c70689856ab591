import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { asBackupError, ERROR_CODES } from '#domain/errors.ts';
import { databaseError } from '#drizzle/client.ts';
import type { ServiceContext } from '../services/context.ts';
import { newRequestId } from './context.ts';
import { errorShape, messageOf } from './errors.ts';
import { logError } from './server-context.ts';

/** A failure as problem details (RFC 9457): the same words and codes as everywhere else. */
export function problemResponse(thrown: unknown, context: ServiceContext | null): Response {
  const error = thrown instanceof TRPCError ? thrown : asTrpcError(thrown);
  const { ibs } = errorShape(error, context ?? undefined);
  const requestId = ibs.requestId || newRequestId();
  const status = getHTTPStatusCodeFromError(error);
  if (ibs.code === 'INTERNAL') logError('rest', error.cause ?? error, requestId);
  const problem = {
    type: `urn:ironcore-backup:error:${ibs.code}`,
    title: ERROR_CODES[ibs.code].meaning,
    status,
    detail: messageOf(error),
    ...ibs,
    requestId,
    retry: ERROR_CODES[ibs.code].retry,
  };
  return Response.json(problem, {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
  });
}

function asTrpcError(thrown: unknown): TRPCError {
  const cause = asBackupError(databaseError(thrown));
  return new TRPCError({ code: ERROR_CODES[cause.code].kind, message: cause.message, cause });
}

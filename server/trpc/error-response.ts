import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { asBackupError, ERROR_CODES } from '#domain/errors.ts';
import { databaseError } from '#drizzle/client.ts';
import { newRequestId } from './context.ts';
import { logError } from './server-context.ts';

/** A failure as a plain JSON answer, for routes that are no tRPC procedures. */
export function errorResponse(thrown: unknown, requestId = newRequestId()): Response {
  const error = asBackupError(databaseError(thrown));
  const { kind } = ERROR_CODES[error.code];
  if (error.code === 'INTERNAL') logError('route', thrown, requestId);
  const status = getHTTPStatusCodeFromError(new TRPCError({ code: kind }));
  const body = { code: error.code, message: error.message, hint: error.hint, field: error.field, requestId };
  return Response.json(body, { status });
}

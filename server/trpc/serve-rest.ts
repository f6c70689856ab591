import { BackupError } from '#domain/errors.ts';
import type { ServiceContext } from '../services/context.ts';
import { withIdempotency } from './idempotent.ts';
import { withLimitedBody } from './limited-body.ts';
import { problemResponse } from './problem.ts';
import { type ProcedureFacts, procedures } from './procedures.ts';
import { inputFromBody, inputFromQuery } from './rest-input.ts';
import { createCaller } from './root.ts';
import { contextOf } from './server-context.ts';

/**
 * The procedures of the API as plain HTTP and JSON, for programs in any language: `GET /api/v1/NOUN/VERB` for a query, POST
 * for a change. By token only, so there is no cookie that another site could make a browser send.
 */

export const REST_ENDPOINT = '/api/v1';
const BODY_MAX = 4 * 1024 * 1024;

export async function serveRest(request: Request): Promise<Response> {
  let context: ServiceContext | null = null;
  try {
    const url = new URL(request.url);
    const procedure = findProcedure(request.method, url.pathname);
    if (!request.headers.get('authorization')) {
      throw new BackupError(
        'AUTH_REQUIRED',
        'Send an API token: Authorization: Bearer user@realm!name:secret.',
      );
    }
    const caller = await contextOf(request);
    context = caller;
    if (procedure.type === 'query') {
      return answerOf(await call(caller, procedure, inputFromQuery(procedure, url.searchParams)));
    }
    const input = await inputFromBody(procedure, withLimitedBody(request, BODY_MAX));
    const key = request.headers.get('idempotency-key');
    if (key === null) return answerOf(await call(caller, procedure, input));
    const asked = { key, path: procedure.path, input };
    const { body, isReplayed } = await withIdempotency(caller, asked, () => call(caller, procedure, input));
    return answerOf(body, isReplayed ? { 'idempotency-replayed': 'true' } : {});
  } catch (error) {
    return problemResponse(error, context);
  }
}

/** What is for the first start of a server, and streams, is not for programs of this kind. */
export function isRest({ path, type }: ProcedureFacts): boolean {
  return type !== 'subscription' && !path.startsWith('setup.');
}

function findProcedure(method: string, pathname: string): ProcedureFacts {
  const [noun, verb, ...more] = pathname.slice(REST_ENDPOINT.length + 1).split('/');
  const procedure = more.length === 0 ? procedures().get(`${noun}.${verb}`) : undefined;
  if (!procedure || !isRest(procedure)) {
    throw new BackupError('PROCEDURE_NOT_FOUND', `There is nothing at ${pathname.slice(0, 200)}.`, {
      hint: '/api/openapi.json lists what there is.',
    });
  }
  const expected = procedure.type === 'query' ? 'GET' : 'POST';
  if (method === expected) return procedure;
  const words = `${procedure.path} is asked by ${expected}, not by ${method}.`;
  throw new BackupError('PROCEDURE_NOT_FOUND', words);
}

/** With all the checks of the procedure itself: input, rights, and the audit log where it is refused. */
async function call(context: ServiceContext, { path }: ProcedureFacts, input: unknown): Promise<unknown> {
  let target: unknown = createCaller(context);
  for (const name of path.split('.')) target = (target as Record<string, unknown>)[name];
  return (target as (input: unknown) => Promise<unknown>)(input);
}

function answerOf(body: unknown, headers: Record<string, string> = {}): Response {
  const all = { ...headers, 'cache-control': 'no-store' };
  if (body === undefined || body === null) return new Response(null, { status: 204, headers: all });
  return Response.json(body, { headers: all });
}

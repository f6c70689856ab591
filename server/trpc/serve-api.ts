import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { BackupError } from '#domain/errors.ts';
import { isSameOrigin } from '../auth/same-origin.ts';
import { actor } from '../services/context.ts';
import { errorResponse } from './error-response.ts';
import { withLimitedBody } from './limited-body.ts';
import { appRouter } from './root.ts';
import { contextOf, logError } from './server-context.ts';

const ENDPOINT = '/api/trpc';
const ORIGIN_MAX = 200;
const BODY_MAX = 4 * 1024 * 1024;

/** Every tRPC request, from browsers, the command line and programs alike. */
export async function serveApi(request: Request): Promise<Response> {
  if (request.method !== 'GET' && !isSameOrigin(request.headers)) {
    return refuseOtherSite(request);
  }
  try {
    const context = await contextOf(request);
    return await fetchRequestHandler({
      endpoint: ENDPOINT,
      req: withLimitedBody(request, BODY_MAX),
      router: appRouter,
      createContext: () => context,
      onError: ({ error, path }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR')
          logError(path ?? 'api', error.cause ?? error, context.requestId);
      },
    });
  } catch (error) {
    return errorResponse(error);
  }
}

/** Only a browser that was led astray sends this, so it is worth knowing of. */
async function refuseOtherSite(request: Request): Promise<Response> {
  try {
    const context = await contextOf(request);
    const subject = (request.headers.get('origin') ?? 'another site').slice(0, ORIGIN_MAX);
    const entry = { ...actor(context), action: 'api.fromOtherSite', subject };
    await context.runtime.refusals.note({ ...entry, code: 'PRIVILEGE_MISSING' });
  } catch (error) {
    return errorResponse(error);
  }
  return errorResponse(new BackupError('PRIVILEGE_MISSING', 'The request comes from another site.'));
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { serveSignIn, serveSignOut } from '#server/auth/session-requests.ts';
import { serveApi } from '#server/trpc/serve-api.ts';
import { serveAuditExport } from '#server/trpc/serve-audit-export.ts';
import { serveDownload } from '#server/trpc/serve-download.ts';
import { serveHealth } from '#server/trpc/serve-health.ts';
import { serveOpenApi } from '#server/trpc/serve-open-api.ts';
import { serveRest } from '#server/trpc/serve-rest.ts';

/**
 * The console process without its pages: the real API behind Node's own HTTP server, so that tests of programs need
 * no build of the pages. Told by the same environment as the real one; prints its port when it is ready.
 */

const ROUTES: [prefix: string, serve: (request: Request) => Promise<Response>][] = [
  ['/api/trpc/', serveApi],
  ['/api/v1/', serveRest],
  ['/api/openapi.json', serveOpenApi],
  ['/api/audit/export', serveAuditExport],
  ['/api/download', serveDownload],
  ['/api/health', serveHealth],
  ['/api/session/sign-in', serveSignIn],
  ['/api/session/sign-out', serveSignOut],
];

const server = createServer((request, response) => void answer(request, response));
server.keepAliveTimeout = 65_000; // as the real one
server.listen(Number(process.env.IBS_WEB_PORT ?? 0), '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.once('SIGTERM', () => process.exit(0));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/';
  const serve = ROUTES.find(([prefix]) => path.startsWith(prefix))?.[1];
  const answered = serve ? await serve(webRequest(request)) : new Response('Not found', { status: 404 });
  response.writeHead(answered.status, [...answered.headers].flat());
  if (answered.body) Readable.fromWeb(answered.body as never).pipe(response);
  else response.end();
}

function webRequest(request: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  headers.set('x-forwarded-for', request.socket.remoteAddress ?? '');
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  return new Request(`http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers,
    ...(hasBody ? { body: Readable.toWeb(request) as never, duplex: 'half' } : {}),
  });
}

import { createServer } from 'node:http';
import { join } from 'node:path';
import next from 'next';
import { readWebConfig } from './up/web-env.ts';

/**
 * The console process: Next behind a small HTTP server of ours, which knows the address of a client and stops in
 * order while streams are open.
 */

const CLOSE_PATIENCE_MS = 3000;

const config = readWebConfig();
const app = next({
  dev: config.dev,
  dir: join(import.meta.dirname, '..'),
  hostname: config.host,
  port: config.port,
});
await app.prepare();
const handle = app.getRequestHandler();

const server = createServer((request, response) => {
  // Whatever a client claims about its address is replaced by what the connection says, unless a proxy is trusted.
  if (!config.trustProxy) {
    request.headers['x-forwarded-for'] = request.socket.remoteAddress ?? '';
    delete request.headers['x-forwarded-host'];
    delete request.headers['x-forwarded-proto'];
  }
  void handle(request, response);
});
server.keepAliveTimeout = 65_000;
server.listen(config.port, config.host);

function stop(): void {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), CLOSE_PATIENCE_MS).unref();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

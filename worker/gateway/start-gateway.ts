import { constants } from 'node:crypto';
import * as https from 'node:https';
import * as net from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { deriveKey } from '#drizzle/derived-keys.ts';
import { announceGateway } from '#drizzle/leases.ts';
import { RefusalLog } from '#drizzle/refusals.ts';
import { tokenChecker } from '#drizzle/tokens.ts';
import type { Ownership } from '../ownership.ts';
import type { WorkerContext } from '../worker-context.ts';
import { ByteBudget } from './byte-budget.ts';
import { SharedMemory, SharedSeats } from './caller-shares.ts';
import { type GatewayCertificate, loadCertificate } from './certificate.ts';
import type { GatewayContext } from './gateway-context.ts';
import { hangUp } from './hang-up.ts';
import { BODIES_BYTES, CONNECTIONS_MAX, TRANSFERS_BYTES } from './memory-plan.ts';
import { isStopping } from './open-request.ts';
import { handleRest } from './rest/handle-rest.ts';
import { handleUpgrade } from './upgrade.ts';
import { watchCertificate } from './watch-certificate.ts';

/**
 * The TLS listener that backup clients speak to. One port for everything: REST over HTTP/1.1, and backup and
 * reader connections that are upgraded from it.
 */
export interface Gateway {
  /** The port, once it listens: another worker may hold it for as long as it lives. */
  readonly listening: Promise<number>;
  /** Backup and reader connections that are open now. */
  connectionCount(): number;
  stop(): Promise<void>;
}

const RETRY_MS = 1000;
const TLS_FIRST_BYTE = 0x16;
/** After so long without a word, the system begins to look whether a peer is still there. */
const KEEP_ALIVE_MS = 120_000;
/** All of a request, with its body. Backups are none. */
const REQUEST_MS = 300_000;
/** How often requests that take too long are looked for. */
const OVERDUE_EVERY_MS = 5000;
/** Each keeps decoded chunks in memory while it lasts. */
const DOWNLOADS_MAX = 32;
/** AES-128 is as safe and measurably faster than what would be chosen by default. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'HIGH',
  '!aNULL',
  '!MD5',
];

export function startGateway(worker: WorkerContext, ownership: Ownership): Gateway {
  const sessions: GatewayContext['sessions'] = new Set();
  const opened = open(worker, ownership, sessions);
  const listening = opened.then((gateway) => gateway.listening);
  listening.catch((error) => {
    if (!worker.stopping.aborted) worker.log.error({ err: error }, 'gateway failed');
  });
  return {
    listening,
    connectionCount: () => sessions.size,
    async stop() {
      const deadline = worker.clock.monotonic() + worker.config.gateway.drainMs;
      while (sessions.size > 0 && worker.clock.monotonic() < deadline) await pause(100);
      // Until here it listens: who comes meanwhile is told in words to come back.
      const front = await opened.then(({ front }) => front).catch(() => null);
      front?.close();
      await Promise.all([...sessions].map((session) => session.close('The server is stopping.')));
    },
  };
}

async function open(
  worker: WorkerContext,
  ownership: Ownership,
  sessions: GatewayContext['sessions'],
): Promise<{ front: net.Server; listening: Promise<number> }> {
  const certificate = await loadCertificate(worker.config.dataDirectory);
  const tokens = tokenChecker(worker.db, worker.clock.now);
  worker.hub.subscribe((changes) => {
    if (!changes.some((change) => change.topic === 'access')) return;
    tokens.forget();
    for (const session of sessions) void session.recheck();
  });
  const { secret } = worker.config;
  const keys = { ticket: deriveKey(secret, 'ticket'), csrf: deriveKey(secret, 'csrf') };
  const bodies = new SharedMemory(BODIES_BYTES);
  const transfers = new ByteBudget(TRANSFERS_BYTES);
  const context: GatewayContext = {
    worker,
    ownership,
    tokens,
    refusals: new RefusalLog(worker.db, worker.clock.now, (error) =>
      worker.log.warn({ err: error }, 'a refused attempt could not be written down'),
    ),
    keys,
    certificate,
    sessions,
    bodies,
    transfers,
    downloads: new SharedSeats('downloads', DOWNLOADS_MAX),
    opening: 0,
  };
  const server = makeServer(context);
  const front = redirectPlainHttp(server, worker.config.gateway.patienceMs.handshake);
  const listening = listenWhenFree(context, front);
  watchCertificate(worker.config.dataDirectory, certificate, {
    ...{ log: worker.log, stopping: worker.stopping },
    use: (renewed) => {
      context.certificate = renewed;
      server.setSecureContext(secured(renewed));
      worker.log.info({ fingerprint: renewed.fingerprint }, 'the gateway has a new certificate');
      void listening.then((port) => announce(context, port)).catch(() => {});
    },
  });
  return { front, listening };
}

function makeServer(context: GatewayContext): https.Server {
  const { handshake, head } = context.worker.config.gateway.patienceMs;
  const server = https.createServer({
    ...secured(context.certificate),
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: handshake,
    headersTimeout: head,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: Math.min(head, OVERDUE_EVERY_MS),
    requireHostHeader: false, // one of the clients sends none
  });
  // It never listens itself, and would otherwise not look for connections that are overdue.
  server.emit('listening');
  server.on('request', (request, response) => void handleRest(context, request, response));
  server.on('upgrade', (request, socket, head) => {
    // Without a listener an error on the socket would end the process.
    socket.on('error', () => {});
    void handleUpgrade(context, request, socket as TLSSocket, head);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

/** Who wants other keys for a connection makes a new one: renegotiation only costs, and costs the server most. */
function secured({ key, certificate }: GatewayCertificate): SecureContextOptions {
  return {
    ...{ key, cert: certificate, minVersion: 'TLSv1.2', ciphers: CIPHERS.join(':') },
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}

/** Somebody who types http:// into a browser is sent to https:// on the same port, as TLS starts with 0x16. */
function redirectPlainHttp(secure: https.Server, patienceMs: number): net.Server {
  const options = {
    pauseOnConnect: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  const front = net.createServer(options, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.once('data', (first) => {
      socket.pause();
      socket.setTimeout(0);
      if (first[0] !== TLS_FIRST_BYTE) return hangUp(socket, redirectTo(first));
      socket.unshift(first);
      secure.emit('connection', socket);
    });
    socket.resume();
  });
  front.maxConnections = CONNECTIONS_MAX;
  return front;
}

function redirectTo(request: Buffer): string {
  const host = /^host:\s*([^\s]+)/im.exec(request.toString('latin1'))?.[1] ?? 'localhost';
  const path = /^[A-Z]+ (\/\S*)/.exec(request.toString('latin1'))?.[1] ?? '/';
  return `HTTP/1.1 301 Moved Permanently\r\nLocation: https://${host}${path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}

/** A worker that waits to take over finds the port busy until the other one is gone. */
async function listenWhenFree(context: GatewayContext, server: net.Server): Promise<number> {
  const { host, port } = context.worker.config.gateway;
  const { stopping, log } = context.worker;
  for (let attempt = 1; ; attempt += 1) {
    if (stopping.aborted) throw isStopping();
    const failure = await listen(server, host, port);
    if (failure === null) break;
    if (attempt === 1)
      log.warn({ host, port, reason: failure.message }, 'the gateway port is busy; waiting for it');
    await pause(RETRY_MS);
  }
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  await announce(context, actual);
  log.info({ host, port: actual, fingerprint: context.certificate.fingerprint }, 'gateway ready');
  return actual;
}

/** Tells the console where this gateway is; a database that is away for a moment is waited for. */
async function announce(context: GatewayContext, port: number): Promise<void> {
  const { stopping, log, identity, db, config } = context.worker;
  const { host } = config.gateway;
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const shown = net.isIPv6(reachable) ? `[${reachable}]` : reachable;
  while (!stopping.aborted) {
    try {
      return await announceGateway(
        db,
        identity.id,
        `https://${shown}:${port}`,
        context.certificate.certificate,
      );
    } catch (error) {
      log.warn({ err: error }, 'the gateway could not be announced yet');
      await pause(RETRY_MS);
    }
  }
}

function listen(server: net.Server, host: string, port: number): Promise<Error | null> {
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve(error);
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      server.on('error', () => {});
      resolve(null);
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { BackupError } from '#domain/errors.ts';
import { authenticate } from './authenticate.ts';
import { openBackup } from './backup-connection.ts';
import type { GatewayContext } from './gateway-context.ts';
import { CODE_HEADER, holdBack, type WireError, wireError } from './gateway-error.ts';
import { type H2Service, StatusError, serveHttp2 } from './h2-service.ts';
import { hangUp } from './hang-up.ts';
import { noteRefusal } from './note-refusal.ts';
import { isStopping, type OpenRequest } from './open-request.ts';
import { Parameters, splitTarget, TARGET_MAX, TARGET_TOO_LONG } from './parameters.ts';
import { openReader } from './reader-connection.ts';
import type { RestCall } from './rest/rest-call.ts';

/** Upgrades of HTTP/1.1 connections to the backup and reader protocols (docs/formats/protocol.md). */

const PROTOCOLS = new Map([
  ['/api2/json/backup', { name: 'proxmox-backup-protocol-v1', open: openBackup }],
  ['/api2/json/reader', { name: 'proxmox-backup-reader-protocol-v1', open: openReader }],
]);

/** Everything is checked before 101 is sent; a refusal is an ordinary HTTP answer. */
export async function handleUpgrade(
  context: GatewayContext,
  request: IncomingMessage,
  socket: TLSSocket,
  head: Buffer,
): Promise<void> {
  const target = request.url ?? '';
  const { path, query } = splitTarget(target);
  try {
    if (context.worker.stopping.aborted) throw isStopping();
    if (target.length > TARGET_MAX) throw new StatusError(414, TARGET_TOO_LONG);
    const caller = await authenticate(context, request.headers, 'GET', socket.remoteAddress ?? '');
    const protocol = PROTOCOLS.get(path);
    if (!protocol) throw new BackupError('FILE_NOT_FOUND', `Path '${path}' not found.`);
    const parameters = Parameters.fromQuery(query);
    context.opening += 1;
    const checkHeader = () => checkUpgradeHeader(request, protocol.name);
    const service = await counted(
      context,
      opened(protocol.open, { context, caller, parameters, checkHeader }),
    ).catch((error) => noteRefusal(context, caller, request, error));
    accept(context, socket, head, protocol.name, service);
  } catch (error) {
    await refuse(context, socket, error);
  }
}

/** Unless the process was asked to stop meanwhile: what has begun before may go on, this has not. */
async function opened(open: typeof openBackup, request: OpenRequest): Promise<H2Service> {
  const service = await open(request);
  if (!request.context.worker.stopping.aborted) return service;
  await service.closed('The server is stopping.');
  throw isStopping();
}

/** What is being opened counts until it is refused, or served and counted as that. */
async function counted(context: GatewayContext, opening: Promise<H2Service>): Promise<H2Service> {
  try {
    return await opening;
  } catch (error) {
    context.opening -= 1;
    throw error;
  }
}

/** The same request without `Upgrade` comes in as an ordinary one: refused in the same order, at the header at last. */
export async function refuseWithoutUpgrade(call: RestCall): Promise<never> {
  const { context, caller, parameters, request } = call;
  const { path } = splitTarget(request.url ?? '');
  const checkHeader = () => {
    throw missingHeader();
  };
  await PROTOCOLS.get(path)?.open({ context, caller, parameters, checkHeader });
  throw missingHeader();
}

function missingHeader(): BackupError {
  return new BackupError('PROTOCOL_VIOLATION', 'missing Upgrade header');
}

function checkUpgradeHeader(request: IncomingMessage, protocol: string): void {
  const { upgrade } = request.headers;
  if (upgrade === undefined) throw missingHeader();
  if (upgrade !== protocol) throw new BackupError('PROTOCOL_VIOLATION', 'invalid protocol name');
  if (request.httpVersion !== '1.1') {
    throw new BackupError('PROTOCOL_VIOLATION', `unexpected http version '${request.httpVersion}'`);
  }
}

/**
 * Sends 101 and then speaks HTTP/2 on the same socket. The socket is handed over only when the 101 has been
 * written: doing it earlier ends the whole process with an assertion inside Node.
 */
function accept(
  context: GatewayContext,
  socket: TLSSocket,
  head: Buffer,
  protocol: string,
  service: H2Service,
): void {
  const answer = `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
  socket.setTimeout(0);
  socket.setKeepAlive(true, 60_000);
  socket.setNoDelay(true);
  const granted = (error?: Error | null) => {
    context.opening -= 1;
    if (!error && head.length > 0) socket.unshift(head);
    if (error || socket.destroyed) return void service.closed('The client went away.');
    serveHttp2(context, socket, service);
  };
  if (socket.destroyed) granted();
  else socket.write(answer, granted);
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  414: 'URI Too Long',
  503: 'Service Unavailable',
};

/** A refusal as text, for sockets that the HTTP server has already let go of. */
export function plainAnswer({ status, text, code }: WireError): string {
  return (
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Error'}\r\nContent-Type: text/plain; charset=UTF-8\r\n` +
    `Content-Length: ${Buffer.byteLength(text)}\r\n${CODE_HEADER}: ${code}\r\nConnection: close\r\n\r\n${text}`
  );
}

async function refuse(context: GatewayContext, socket: TLSSocket, thrown: unknown): Promise<void> {
  const refusal = wireError(thrown, thrown instanceof StatusError ? thrown.status : undefined);
  if (refusal.code === 'INTERNAL') context.worker.log.error({ err: thrown }, 'upgrade failed');
  await holdBack(context, refusal.status);
  hangUp(socket, plainAnswer(refusal));
}

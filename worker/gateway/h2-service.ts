import * as http2 from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { asBackupError, BackupError, type ErrorCode } from '#domain/errors.ts';
import { databaseError } from '#drizzle/client.ts';
import { ByteBudget } from './byte-budget.ts';
import type { GatewayContext } from './gateway-context.ts';
import { CODE_HEADER, wireError } from './gateway-error.ts';
import {
  CONNECTION_WINDOW_BYTES,
  PARAMETERS_BYTES,
  PARAMETERS_FREE_BYTES,
  PARAMETERS_MAX_BYTES,
  STREAMS_MAX,
  streamWindowBytes,
} from './memory-plan.ts';
import { isOpen, portsOf } from './open-peers.ts';
import { Parameters, splitTarget } from './parameters.ts';
import { discardBody, readBody } from './request-body.ts';

/** What stands behind an upgraded connection: a table of calls, and what happens when it ends. */
export interface H2Service {
  /** `POST /dynamic_chunk` → its handler. */
  routes: ReadonlyMap<string, H2Handler>;
  /** Called once, when the connection is gone for whatever reason. */
  closed(reason: string): Promise<void>;
  /** Throws what a new request for the same would be refused with: rights may have been taken away since. */
  recheck(): Promise<void>;
  /** Aborts when the connection has to end from our side. */
  signal: AbortSignal;
  /** A call was answered with a failure that is ours: of the storage, of stored data, or a defect. */
  failed(error: BackupError): void;
}

/** What a client does wrong is its own business; of the rest, the task of the connection has to tell. */
function isOurs({ code }: BackupError): boolean {
  return code.startsWith('STORAGE_') || OUR_FAILURES.has(code);
}

const OUR_FAILURES: ReadonlySet<ErrorCode> = new Set([
  'DATA_CORRUPT',
  'CHUNK_MISSING',
  'DATASTORE_NOT_OWNED',
  'INTERNAL',
]);

export interface H2Call {
  stream: http2.ServerHttp2Stream;
  /** From the query; of calls without one, from a JSON or form body. */
  parameters: Parameters;
}

export interface H2Handler {
  /** `raw`: parameters come from the query alone and the handler reads the body itself. */
  body: 'parameters' | 'raw';
  /** What goes into `data` of the answer; `answered` when the handler has sent its own. */
  run(call: H2Call): Promise<unknown>;
}

export const ANSWERED = Symbol('the handler has answered by itself');

const FRAME_BYTES = 4 * 1024 * 1024;
const SESSION_MEMORY_MB = 1024;
const PATH_MAX = 4096;
const PING_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 3000;
/** For what is on its way when a connection is ended. */
const LAST_WORDS_MS = 1000;

export function serveHttp2(context: GatewayContext, socket: TLSSocket, service: H2Service): void {
  if (service.signal.aborted) {
    socket.destroy();
    return void service.closed(reasonOf(service.signal));
  }
  const session = http2.performServerHandshake(socket, {
    maxSessionMemory: SESSION_MEMORY_MB,
    settings: {
      initialWindowSize: streamWindowBytes(context.sessions.size),
      maxFrameSize: FRAME_BYTES,
      maxConcurrentStreams: STREAMS_MAX,
      enablePush: false,
    },
  });
  session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
  let reason = 'The client closed the connection.';
  const destroy = (why: string) => {
    reason = why;
    session.destroy();
    // A session whose socket has missed its own end never closes otherwise.
    setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
  };
  const ended = new Promise<void>((resolve) => session.once('close', resolve))
    .then(() => service.closed(reason))
    .catch((error) => context.worker.log.error({ err: error }, 'the end of a connection failed'))
    .finally(() => context.sessions.delete(entry));
  const entry = {
    close: async (why: string) => {
      destroy(why);
      await ended;
    },
    recheck: () => endWhenRefused(service, session, destroy),
  };
  context.sessions.add(entry);
  void entry.recheck(); // what was taken away while it was opened
  session.once('close', keepAlive(session, socket, destroy));
  session.once('close', endWithPeer(context, socket, destroy));
  session.on('error', (error) => {
    reason = `The connection failed: ${error.message}.`;
  });
  service.signal.addEventListener('abort', () => destroy(reasonOf(service.signal)), { once: true });
  const largeParameters = new ByteBudget(PARAMETERS_BYTES);
  session.on('stream', (stream, headers) => {
    stream.on('error', () => {}); // peers reset streams as they like
    void answer(context, service, stream, headers, largeParameters);
  });
}

function reasonOf(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : 'The server ended the connection.';
}

const RECHECK_AGAIN_MS = 1000;

/** A database that is away at the moment refuses nobody: it is asked until it knows. */
async function endWhenRefused(
  service: H2Service,
  session: http2.ServerHttp2Session,
  destroy: (why: string) => void,
): Promise<void> {
  for (; !session.destroyed; await new Promise((resolve) => setTimeout(resolve, RECHECK_AGAIN_MS).unref())) {
    const refusal = await service.recheck().then(
      () => null,
      (error) => asBackupError(databaseError(error)),
    );
    if (refusal === null || session.destroyed) return;
    if (REFUSALS.has(refusal.code)) return destroy(`The right to go on was taken away: ${refusal.message}`);
  }
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set(['AUTH_FAILED', 'PRIVILEGE_MISSING', 'PROTOCOL_VIOLATION']);

/**
 * Finds a peer that vanished without a word. Silence of the streams is no sign: a guest may be paused for hours. Nor
 * is a ping that is not answered yet, as long as bytes arrive: it waits behind them on a slow line.
 */
function keepAlive(
  session: http2.ServerHttp2Session,
  socket: TLSSocket,
  destroy: (why: string) => void,
): () => void {
  let answered = true;
  let heardBytes = socket.bytesRead;
  const timer = setInterval(() => {
    if (session.destroyed) return;
    if (!answered && socket.bytesRead === heardBytes) return destroy('The client does not answer any more.');
    heardBytes = socket.bytesRead;
    answered = false;
    session.ping((error) => {
      answered = error === null;
    });
  }, PING_EVERY_MS);
  return () => clearInterval(timer);
}

/** Asks the system, since a peer that has hung up is not always heard. */
function endWithPeer(
  { worker }: GatewayContext,
  socket: TLSSocket,
  destroy: (why: string) => void,
): () => void {
  const ports = portsOf(socket);
  const look = async () => {
    const open = ports !== null && (await isOpen(ports, worker.clock.monotonic()));
    if (!open) destroy('The client closed the connection.');
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

async function answer(
  context: GatewayContext,
  service: H2Service,
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  largeParameters: ByteBudget,
): Promise<void> {
  // Until the call is done: what was read waits in the order of the calls.
  let release = () => {};
  try {
    const target = headers[':path'] ?? '';
    if (target.length > PATH_MAX) throw new StatusError(414, 'the path is too long');
    const { path, query } = splitTarget(target);
    const handler = service.routes.get(`${headers[':method']} ${path}`);
    if (!handler) throw new BackupError('FILE_NOT_FOUND', `Path '${path}' not found.`);
    const isGet = headers[':method'] === 'GET';
    if (isGet) discardBody(stream);
    const parameters =
      isGet || handler.body === 'raw'
        ? Parameters.fromQuery(query)
        : await readParameters(stream, headers, query, async () => {
            release = await largeParameters.take(PARAMETERS_MAX_BYTES);
          });
    const data = await handler.run({ stream, parameters });
    if (data !== ANSWERED)
      respond(stream, 200, JSON.stringify({ data: data ?? null }), 'application/json;charset=UTF-8');
  } catch (thrown) {
    const { status, text, code } = wireError(
      thrown,
      thrown instanceof StatusError ? thrown.status : undefined,
    );
    if (code === 'INTERNAL') context.worker.log.error({ err: thrown }, 'gateway call failed');
    const failure = asBackupError(thrown);
    if (isOurs(failure)) service.failed(failure);
    // The rest of the body is read all the same: an answer before its end looks like a broken stream to clients.
    discardBody(stream);
    respond(stream, status, text, 'text/plain;charset=UTF-8', { [CODE_HEADER]: code });
  } finally {
    release();
  }
}

/** An error that wants a status of its own. */
export class StatusError extends BackupError {
  readonly status: number;

  constructor(status: number, message: string) {
    super('PROTOCOL_VIOLATION', message);
    this.status = status;
  }
}

export function respond(
  stream: http2.ServerHttp2Stream,
  status: number,
  body: string,
  type: string,
  more: http2.OutgoingHttpHeaders = {},
): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return;
  stream.respond({ ':status': status, 'content-type': type, ...more });
  stream.end(body);
}

/** A JSON or form body, or the query when there is none: clients do all three. */
async function readParameters(
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  query: string,
  room: () => Promise<void>,
): Promise<Parameters> {
  const large = { freeBytes: PARAMETERS_FREE_BYTES, room };
  const body = await readBody(stream, PARAMETERS_MAX_BYTES, large);
  if (body.length === 0) return Parameters.fromQuery(query);
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Parameters.fromQuery(body.toString('utf8'));
  try {
    return Parameters.fromJson(JSON.parse(body.toString('utf8')));
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError('INPUT_INVALID', 'the body of the request is not JSON');
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { BackupError } from '#domain/errors.ts';
import { type DatastoreName, parseDatastoreName } from '#domain/ids.ts';
import { must } from '#domain/result.ts';
import { authenticate } from '../authenticate.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { CODE_HEADER, holdBack, wireError } from '../gateway-error.ts';
import { PARAMETERS_FREE_BYTES, PARAMETERS_MAX_BYTES } from '../memory-plan.ts';
import { noteRefusal } from '../note-refusal.ts';
import { Parameters, splitTarget, TARGET_MAX, TARGET_TOO_LONG } from '../parameters.ts';
import { discardBody, type LargeBody, readBody } from '../request-body.ts';
import { writePiece } from '../send-object.ts';
import { endWhenStalled } from './end-when-stalled.ts';
import { type KnownParameters, type RestCall, type RestRoute, SENT, StreamedList } from './rest-call.ts';
import { PUBLIC_ROUTES, ROUTES, STORE_ROUTES } from './rest-routes.ts';

/** REST over HTTP/1.1 (docs/formats/protocol.md): what clients need beside backup and restore. */

/** Of those who have not signed in: a name and a password. */
const PUBLIC_BODY_MAX = 8 * 1024;
const JSON_TYPE = 'application/json;charset=UTF-8';
const STORE_PATH = /^\/admin\/datastore\/([^/]+)(\/.*)$/;

export async function handleRest(
  context: GatewayContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path: url, query } = splitTarget(request.url ?? '');
  // Without a listener an error on either would end the process; a peer that is gone shows in what is awaited.
  request.on('error', () => {});
  response.on('error', () => {});
  endWhenStalled(request, response, context.worker.config.gateway.patienceMs);
  const format = /^\/api2\/(json|extjs)(\/.*)$/.exec(url);
  try {
    if ((request.url ?? '').length > TARGET_MAX) return sendText(response, 414, TARGET_TOO_LONG);
    if (!format) throw new BackupError('FILE_NOT_FOUND', `Path '${url}' not found.`);
    const data = await dispatch(context, request, response, format[2] ?? '', query);
    const more = format[1] === 'extjs' ? { success: true } : {};
    if (data instanceof StreamedList) await sendList(response, data, more);
    else if (data !== SENT) sendJson(response, { data: data ?? null, ...more });
  } catch (thrown) {
    discardBody(request);
    await sendFailure(context, response, thrown, format?.[1] === 'extjs');
  }
}

async function dispatch(
  context: GatewayContext,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: string,
): Promise<unknown> {
  const method = request.method ?? 'GET';
  const open = PUBLIC_ROUTES[`${method} ${path}`];
  if (open) {
    const parameters = await readParameters(request, query, PUBLIC_BODY_MAX);
    return open.run(context, checkKnown(parameters, open.parameters), request);
  }
  const caller = await authenticate(context, request.headers, method, request.socket.remoteAddress ?? '');
  const { route, store } = findRoute(method, path);
  let release = () => {};
  const room = async () => {
    release = await context.bodies.take(caller.principal, PARAMETERS_MAX_BYTES);
  };
  try {
    const large = { freeBytes: PARAMETERS_FREE_BYTES, room };
    const parameters =
      route.body === 'raw'
        ? Parameters.fromQuery(query)
        : await readParameters(request, query, PARAMETERS_MAX_BYTES, large);
    checkKnown(parameters, route.parameters);
    const call: RestCall = { context, caller, parameters, request, response, store };
    return await route.run(call);
  } catch (error) {
    return await noteRefusal(context, caller, request, error);
  } finally {
    release();
  }
}

function checkKnown(parameters: Parameters, known: KnownParameters): Parameters {
  return known === 'any' ? parameters : parameters.only(...known);
}

function findRoute(method: string, path: string): { route: RestRoute; store: DatastoreName } {
  const plain = ROUTES[`${method} ${path}`];
  if (plain) return { route: plain, store: '' as DatastoreName };
  const [, name = '', rest = ''] = STORE_PATH.exec(path) ?? [];
  const route = STORE_ROUTES[`${method} ${rest}`];
  if (!route) throw new BackupError('FILE_NOT_FOUND', `Path '${path}' not found.`);
  return { route, store: must(parseDatastoreName(decodeName(name), 'store')) };
}

/** What is no valid encoding stays as it is, and is then no valid name. */
function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A body of POST or PUT replaces the query; without one the query counts, as some clients send it. */
async function readParameters(
  request: IncomingMessage,
  query: string,
  maxBytes: number,
  large?: LargeBody,
): Promise<Parameters> {
  if (request.method === 'GET' || request.method === 'DELETE') return Parameters.fromQuery(query);
  const body = await readBody(request, maxBytes, large);
  if (body.length === 0) return Parameters.fromQuery(query);
  if ((request.headers['content-type'] ?? '').startsWith('application/json')) {
    try {
      return Parameters.fromJson(JSON.parse(body.toString('utf8')));
    } catch (error) {
      if (error instanceof BackupError) throw error;
      throw new BackupError('INPUT_INVALID', 'the body of the request is not JSON');
    }
  }
  return Parameters.fromQuery(body.toString('utf8'));
}

function sendJson(response: ServerResponse, value: unknown): void {
  if (response.headersSent) return;
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, {
    'content-type': JSON_TYPE,
    'content-length': body.length,
  });
  response.end(body);
}

/** The head goes out with the first page: what fails before is an ordinary refusal. */
async function sendList(response: ServerResponse, list: StreamedList, more: object): Promise<void> {
  let sent = 0;
  for await (const page of list.pages) {
    if (!response.headersSent) response.writeHead(200, { 'content-type': JSON_TYPE });
    const items = page.map((item) => `${sent++ === 0 ? '{"data":[' : ','}${JSON.stringify(item)}`);
    if (items.length > 0 && !(await writePiece(response, Buffer.from(items.join(''))))) return;
  }
  const others = Object.entries(more).map(
    ([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  response.end(`${sent === 0 ? '{"data":[' : ''}]${others.join('')}}`);
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  more: Record<string, string> = {},
): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    'content-type': 'text/plain;charset=UTF-8',
    'content-length': body.length,
    ...more,
  });
  response.end(body);
}

async function sendFailure(
  context: GatewayContext,
  response: ServerResponse,
  thrown: unknown,
  asExtJs: boolean,
): Promise<void> {
  const { status, text, code, field } = wireError(thrown);
  if (code === 'INTERNAL') context.worker.log.error({ err: thrown }, 'gateway request failed');
  if (response.headersSent) return void response.destroy(); // a cut-off body must not look complete
  await holdBack(context, status);
  if (asExtJs) {
    const errors = field === undefined ? {} : { [field]: text };
    return sendJson(response, { message: text, errors, success: false, status });
  }
  sendText(response, status, text, { [CODE_HEADER]: code });
}

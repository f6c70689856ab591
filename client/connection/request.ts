import type { ClientHttp2Session } from 'node:http2';
import { BackupError } from '#domain/errors.ts';
import type { MakeMemory } from '#engine/threads/memory-shelf.ts';
import { ReceivedBody } from './received-body.ts';
import { CODE_HEADER, refusal } from './refusal.ts';

/** One call over an upgraded connection. Parameters travel in the query, as the protocol's own clients do it. */
export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  query?: Record<string, string | number>;
  /** A JSON body, for lists that are too long for a query. */
  json?: unknown;
  octets?: Uint8Array;
  /** Where the answer goes; fresh memory otherwise. */
  memory?: MakeMemory;
}

/** The `data` of the answer; a refusal carries the server's words. */
export async function callJson(session: ClientHttp2Session, call: Call): Promise<unknown> {
  const { status, body, code } = await send(session, call);
  if (status !== 200) throw refusal(status, body.toString('utf8'), code);
  return (JSON.parse(body.toString('utf8')) as { data: unknown }).data;
}

/** The answer as bytes; null when there is no such thing. */
export async function callBytes(session: ClientHttp2Session, call: Call): Promise<Buffer> {
  const { status, body, code } = await send(session, call);
  if (status !== 200) throw refusal(status, body.toString('utf8'), code);
  return body;
}

interface Answer {
  status: number;
  body: Buffer;
  /** Of a refusal, if the server says it. */
  code: unknown;
}

function send(session: ClientHttp2Session, call: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const lost = (cause?: Error) =>
      reject(
        new BackupError('SERVER_UNREACHABLE', 'The connection to the server was lost.', {
          hint: 'What was not finished is gone; run it again.',
          ...(cause ? { cause } : {}),
        }),
      );
    if (session.destroyed || session.closed) return lost();
    const query = call.query ? `?${new URLSearchParams(asTexts(call.query))}` : '';
    const type = call.octets ? 'application/octet-stream' : 'application/json';
    const stream = session.request(
      {
        ':method': call.method,
        ':path': `${call.path}${query}`,
        ...(call.json === undefined && !call.octets ? {} : { 'content-type': type }),
      },
      { endStream: call.json === undefined && !call.octets },
    );
    const body = new ReceivedBody(call.memory);
    let status = 0;
    let code: unknown;
    let complete = false;
    stream.once('response', (headers) => {
      status = Number(headers[':status']);
      body.expect(Number(headers['content-length'] ?? 0)); // Node may tell of the first data before this
      code = headers[CODE_HEADER];
    });
    stream.on('data', (part) => body.add(part));
    stream.once('end', () => {
      complete = true;
    });
    stream.once('error', lost);
    stream.once('close', () => {
      if (complete && status !== 0 && !stream.aborted) resolve({ status, body: body.take(), code });
      else lost();
    });
    if (call.json !== undefined) stream.end(JSON.stringify(call.json));
    else if (call.octets) stream.end(call.octets);
  });
}

function asTexts(query: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

import { once } from 'node:events';
import * as tls from 'node:tls';

/** A bare TLS connection to a gateway: sends any bytes, and reads HTTP/1.1 answers without a library. */

export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  bytes: Buffer;
}

export async function connectTls(port: number): Promise<tls.TLSSocket> {
  const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  socket.on('error', () => {});
  socket.setNoDelay(true);
  await once(socket, 'secureConnect');
  return socket;
}

/** The head of a request, with exactly these headers. */
export function requestHead(method: string, path: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Reads one answer; what came behind it stays in `rest`. */
export async function readAnswer(socket: tls.TLSSocket): Promise<HttpAnswer & { rest: Buffer }> {
  const reading = new AnswerReading();
  await new Promise<void>((resolve, reject) => {
    const onData = (part: Buffer) => {
      if (reading.take(part)) finish(resolve);
    };
    const onEnd = () =>
      finish(
        reading.end() ? resolve : () => reject(new Error('the connection ended without a whole answer')),
      );
    const finish = (settle: () => void) => {
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
      socket.pause();
      settle();
    };
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    socket.resume();
  });
  return reading.answer();
}

const CHUNKS_END = Buffer.from('0\r\n\r\n');

/** An answer as it comes in. Its parts are only put together when it is whole, since lists may be long. */
class AnswerReading {
  #parts: Buffer[] = [];
  #size = 0;
  #head: { status: number; headers: Record<string, string>; bytes: number } | null = null;

  /** True when the answer is whole. */
  take(part: Buffer): boolean {
    this.#parts.push(part);
    this.#size += part.length;
    this.#head ??= readHead(Buffer.concat(this.#parts));
    if (!this.#head) return false;
    const { status, headers, bytes } = this.#head;
    if (status === 101) return true;
    if (headers['transfer-encoding'] === 'chunked') return this.#tail().equals(CHUNKS_END);
    const length = headers['content-length'];
    return length !== undefined && this.#size >= bytes + Number(length);
  }

  /** The connection has ended: whether that ends the answer as well. */
  end(): boolean {
    const headers = this.#head?.headers;
    return headers !== undefined && !('content-length' in headers) && !('transfer-encoding' in headers);
  }

  answer(): HttpAnswer & { rest: Buffer } {
    const all = Buffer.concat(this.#parts);
    const { status, headers, bytes } = this.#head ?? { status: Number.NaN, headers: {}, bytes: 0 };
    const behind = all.subarray(bytes);
    const chunked = headers['transfer-encoding'] === 'chunked';
    const length = status === 101 ? 0 : Number(headers['content-length'] ?? behind.length);
    const body = chunked ? unchunk(behind) : behind.subarray(0, length);
    const rest = chunked ? Buffer.alloc(0) : behind.subarray(length);
    return { status, headers, body: body.toString('utf8'), bytes: body, rest };
  }

  #tail(): Buffer {
    const last = Buffer.concat(this.#parts.slice(-CHUNKS_END.length));
    return last.subarray(Math.max(last.length - CHUNKS_END.length, 0));
  }
}

function readHead(bytes: Buffer): { status: number; headers: Record<string, string>; bytes: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), bytes: end + 4 };
}

function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const line = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

export interface RequestOptions {
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

/** One request on a connection of its own. */
export async function request(
  port: number,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<HttpAnswer> {
  const socket = await connectTls(port);
  try {
    const body = Buffer.from(options.body ?? '');
    const length: Record<string, string> =
      options.body === undefined ? {} : { 'Content-Length': String(body.length) };
    const headers = { Host: 'localhost', Connection: 'close', ...length, ...options.headers };
    socket.write(requestHead(method, path, headers));
    if (body.length > 0) socket.write(body);
    return await readAnswer(socket);
  } finally {
    socket.destroy();
  }
}

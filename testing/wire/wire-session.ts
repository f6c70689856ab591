import type { TLSSocket } from 'node:tls';
import {
  encodeFrame,
  encodeHeaders,
  FLAG,
  FRAME,
  type Frame,
  PREFACE,
  readSettings,
  readStatus,
  SETTING,
  settingsPayload,
  takeFrames,
  uint32,
} from './h2-frames.ts';

/** One HTTP/2 stream as it looks on the wire. */
export interface WireStream {
  id: number;
  status: number | null;
  body: Buffer[];
  /** The peer has ended its side. */
  ended: boolean;
  /** Error codes of every RST_STREAM that came for it. */
  resets: number[];
}

export interface WireAnswer {
  status: number;
  text: string;
  bytes: Buffer;
  /** `data` of a JSON answer; undefined when the answer is none. */
  data: unknown;
}

export interface WireOptions {
  /** The initial window that the peer gets for each stream; it is never raised by itself. */
  streamWindow?: number;
  /** What the peer may send on all streams together. */
  connectionWindow?: number;
}

const WINDOW_MAX = 2 ** 31 - 1;
const WINDOW_START = 65_535;
const PIECE_BYTES = 16_384;

/** The client side of an HTTP/2 connection, without a library between a test and the wire. */
export class WireSession {
  readonly socket: TLSSocket;
  readonly streams = new Map<number, WireStream>();
  /** Error code of a GOAWAY, once there was one. */
  goaway: number | null = null;
  peerSettings = new Map<number, number>();
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  #rest: Buffer = Buffer.alloc(0);
  #nextStream = 1;
  #isClosed = false;
  #connectionWindow = WINDOW_START;
  #streamWindows = new Map<number, number>();
  #initialWindow = WINDOW_START;
  #wakers = new Set<() => void>();

  /** `first`: what came with the answer to the upgrade. */
  constructor(socket: TLSSocket, first: Buffer, options: WireOptions & { preface?: boolean } = {}) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      const gone = () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      };
      if (socket.destroyed) gone();
      socket.once('close', gone);
    });
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.once('end', () => socket.destroy());
    this.#take(first);
    if (options.preface !== false) this.raw(WireSession.greeting(options));
    socket.resume();
  }

  /** Preface, settings and window of a client. */
  static greeting(options: WireOptions = {}): Buffer {
    const settings = settingsPayload([
      [SETTING.headerTableSize, 0],
      [SETTING.initialWindow, options.streamWindow ?? WINDOW_MAX],
    ]);
    const more = (options.connectionWindow ?? WINDOW_MAX) - WINDOW_START;
    return Buffer.concat([
      PREFACE,
      encodeFrame(FRAME.settings, 0, 0, settings),
      more > 0 ? encodeFrame(FRAME.windowUpdate, 0, 0, uint32(more)) : Buffer.alloc(0),
    ]);
  }

  raw(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): void {
    this.raw(encodeFrame(type, flags, stream, payload));
  }

  /** Sends the head of a request; `path` with its query. */
  open(method: string, path: string, options: { end: boolean; headers?: [string, string][] }): WireStream {
    const stream: WireStream = {
      id: this.#nextStream,
      status: null,
      body: [],
      ended: false,
      resets: [],
    };
    this.#nextStream += 2;
    this.streams.set(stream.id, stream);
    this.#streamWindows.set(stream.id, this.#initialWindow);
    const block = encodeHeaders([
      [':method', method],
      [':scheme', 'https'],
      [':authority', 'localhost'],
      [':path', path],
      ...(options.headers ?? []),
    ]);
    this.frame(FRAME.headers, FLAG.endHeaders | (options.end ? FLAG.endStream : 0), stream.id, block);
    return stream;
  }

  /** Sends body bytes as the windows of the peer allow. */
  async send(stream: WireStream, bytes: Uint8Array, end = false): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const room = Math.min(this.#connectionWindow, this.#streamWindows.get(stream.id) ?? 0, PIECE_BYTES);
      if (stream.resets.length > 0 || this.#isClosed) return;
      if (room <= 0) {
        await this.#change();
        continue;
      }
      const piece = bytes.subarray(at, at + room);
      at += piece.length;
      this.#connectionWindow -= piece.length;
      this.#streamWindows.set(stream.id, (this.#streamWindows.get(stream.id) ?? 0) - piece.length);
      this.frame(FRAME.data, end && at >= bytes.length ? FLAG.endStream : 0, stream.id, piece);
      if (this.socket.writableNeedDrain) await Promise.race([this.#drained(), this.closed]);
    }
    if (end && bytes.length === 0) this.frame(FRAME.data, FLAG.endStream, stream.id);
  }

  reset(stream: WireStream, code = 8): void {
    this.frame(FRAME.reset, 0, stream.id, uint32(code));
  }

  widen(stream: number, bytes: number): void {
    this.frame(FRAME.windowUpdate, 0, stream, uint32(bytes));
  }

  /** Waits until `check` holds of what has come so far; an error when the connection ends before. */
  async until(check: () => boolean): Promise<void> {
    while (!check()) {
      if (this.#isClosed) throw new Error(`the connection ended${this.#lastWords()}`);
      await this.#change();
    }
  }

  /** The answer on a stream, once the peer has ended it. A reset or a lost connection is an error. */
  async answer(stream: WireStream): Promise<WireAnswer> {
    await this.until(() => stream.ended || stream.resets.length > 0);
    if (!stream.ended) throw new Error(`the stream was reset with code ${stream.resets[0]}`);
    const bytes = Buffer.concat(stream.body);
    const text = bytes.toString('utf8');
    return { status: stream.status ?? Number.NaN, text, bytes, data: dataOf(text) };
  }

  /** One whole call. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<WireAnswer> {
    const query = options.query === undefined ? '' : `?${queryText(options.query)}`;
    const body = options.json === undefined ? options.body : Buffer.from(JSON.stringify(options.json));
    const headers: [string, string][] = options.json === undefined ? [] : [['content-type', JSON_TYPE]];
    const stream = this.open(method, `${path}${query}`, {
      end: body === undefined,
      headers: [...headers, ...(options.headers ?? [])],
    });
    const sent = body === undefined ? null : this.send(stream, body, true);
    const answer = await this.answer(stream);
    await sent;
    return answer;
  }

  /** Closes like a program that was killed. */
  async drop(): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }

  #take(bytes: Buffer): void {
    this.#rest = takeFrames(Buffer.concat([this.#rest, bytes]), (frame) => this.#frame(frame));
    this.#wake();
  }

  #frame(frame: Frame): void {
    const stream = this.streams.get(frame.stream);
    if (frame.type === FRAME.settings && (frame.flags & FLAG.ack) === 0) this.#settings(frame.payload);
    if (frame.type === FRAME.ping && (frame.flags & FLAG.ack) === 0)
      this.frame(FRAME.ping, FLAG.ack, 0, frame.payload);
    if (frame.type === FRAME.goaway) this.goaway = frame.payload.readUInt32BE(4);
    if (frame.type === FRAME.windowUpdate) this.#widened(frame);
    if (!stream) return;
    if (frame.type === FRAME.headers) stream.status = readStatus(frame.payload);
    if (frame.type === FRAME.data) stream.body.push(Buffer.from(frame.payload));
    if (frame.type === FRAME.reset) stream.resets.push(frame.payload.readUInt32BE(0));
    const mayEnd = frame.type === FRAME.headers || frame.type === FRAME.data;
    if (mayEnd && (frame.flags & FLAG.endStream) !== 0) stream.ended = true;
  }

  #settings(payload: Buffer): void {
    this.peerSettings = readSettings(payload);
    const initial = this.peerSettings.get(SETTING.initialWindow);
    if (initial !== undefined) {
      for (const [id, window] of this.#streamWindows)
        this.#streamWindows.set(id, window + initial - this.#initialWindow);
      this.#initialWindow = initial;
    }
    this.frame(FRAME.settings, FLAG.ack, 0);
  }

  #widened(frame: Frame): void {
    const more = frame.payload.readUInt32BE(0) & 0x7fffffff;
    if (frame.stream === 0) this.#connectionWindow += more;
    else this.#streamWindows.set(frame.stream, (this.#streamWindows.get(frame.stream) ?? 0) + more);
  }

  #lastWords(): string {
    const goaway = this.goaway === null ? 'no GOAWAY' : `GOAWAY with code ${this.goaway}`;
    return ` (${goaway}, ${this.streams.size} streams, ${this.socket.bytesRead} bytes read)`;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => this.socket.once('drain', resolve));
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wakers.add(resolve));
  }

  #wake(): void {
    const waiting = [...this.#wakers];
    this.#wakers.clear();
    for (const wake of waiting) wake();
  }
}

export interface CallOptions {
  query?: Query;
  json?: unknown;
  body?: Uint8Array;
  headers?: [string, string][];
}

export type Query = Record<string, string | number | readonly (string | number)[]>;

const JSON_TYPE = 'application/json; charset=UTF-8';

/** Lists become repeated names. */
export function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => [name, String(each)] as [string, string]),
  );
  return new URLSearchParams(pairs).toString();
}

function dataOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { data?: unknown }).data;
  } catch {
    return undefined;
  }
}

import * as http2 from 'node:http2';
import * as https from 'node:https';
import { isIP, isIPv6, type Socket } from 'node:net';
import * as tls from 'node:tls';
import { BackupError } from '#domain/errors.ts';
import { CODE_HEADER, refusal } from './refusal.ts';
import { type Trust, trustOptions, verifyPeer } from './trust.ts';

/** Where a backup gateway is and how to prove who we are. */
export interface GatewayAddress {
  host: string;
  port: number;
  trust: Trust;
  /** `user@realm!name:secret`. */
  credential: string;
}

export interface UpgradeRequest {
  path: '/api2/json/backup' | '/api2/json/reader';
  protocol: 'proxmox-backup-protocol-v1' | 'proxmox-backup-reader-protocol-v1';
  query: Record<string, string>;
}

const CONNECT_TIMEOUT_MS = 15_000;
/** From the connection to the first words of HTTP/2: a server that is busy takes a while, one that says nothing is none. */
const GREETING_MS = 60_000;
const REFUSAL_MAX_BYTES = 64 * 1024;
const SILENCE_MS = 15_000;
const ANSWER_MS = 15_000;
const WINDOW_BYTES = 32 * 1024 * 1024;
const FRAME_BYTES = 1024 * 1024;
const SESSION_MEMORY_MB = 1024;

/** Connects, checks the server, and upgrades to HTTP/2 (docs/formats/protocol.md). A refusal carries the server's words. */
export async function openSession(
  address: GatewayAddress,
  request: UpgradeRequest,
  signal: AbortSignal,
  greetingMs = GREETING_MS,
): Promise<http2.ClientHttp2Session> {
  const secure = await connect(address, signal);
  // Whoever waits for a word of the server hears that there will be none.
  const silent = unreachable(address.host, address.port, new Error('no answer'));
  const silence = setTimeout(() => secure.destroy(silent), greetingMs);
  const cancel = () => secure.destroy(new BackupError('CANCELLED', 'Cancelled.'));
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await greet(address, request, secure, signal);
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', cancel);
  }
}

async function greet(
  address: GatewayAddress,
  request: UpgradeRequest,
  secure: tls.TLSSocket,
  signal: AbortSignal,
): Promise<http2.ClientHttp2Session> {
  const socket = await upgrade(address, secure, request);
  const session = http2.connect(`https://${isIPv6(address.host) ? `[${address.host}]` : address.host}`, {
    createConnection: () => socket,
    maxSessionMemory: SESSION_MEMORY_MB,
    settings: { initialWindowSize: WINDOW_BYTES, maxFrameSize: FRAME_BYTES, enablePush: false },
  });
  session.on('error', () => {}); // every request in flight hears of it by itself
  await settings(address, session, secure);
  session.setLocalWindowSize(WINDOW_BYTES);
  endWhenSilent(session);
  signal.addEventListener('abort', () => session.destroy(), { once: true });
  return session;
}

/** The first words of the server; an end before them is told with its reason. */
function settings(
  { host, port }: GatewayAddress,
  session: http2.ClientHttp2Session,
  secure: tls.TLSSocket,
): Promise<void> {
  return new Promise((resolve, reject) => {
    session.once('remoteSettings', () => resolve());
    session.once('close', () => {
      const { errored } = secure;
      reject(
        errored instanceof BackupError
          ? errored
          : unreachable(host, port, errored ?? new Error('it hung up')),
      );
    });
  });
}

/**
 * A server that vanishes while much is under way is not noticed by itself: the reset is lost behind the writes, and a
 * cut cable says nothing. No byte in either direction for a while is a question, and no answer to it the end.
 */
function endWhenSilent(session: http2.ClientHttp2Session): void {
  let asked: NodeJS.Timeout | undefined;
  session.setTimeout(SILENCE_MS, () => {
    clearTimeout(asked);
    asked = setTimeout(() => session.destroy(), ANSWER_MS);
    if (session.closed || !session.ping(() => clearTimeout(asked))) session.destroy();
  });
  session.once('close', () => clearTimeout(asked));
}

function connect(address: GatewayAddress, signal: AbortSignal): Promise<tls.TLSSocket> {
  const { host, port, trust } = address;
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host,
      port,
      ...(isIP(host) ? {} : { servername: host }),
      ALPNProtocols: ['http/1.1'],
      ...trustOptions(trust),
    });
    const fail = (error: Error) => {
      socket.destroy();
      reject(error instanceof BackupError ? error : unreachable(host, port, error));
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => fail(new Error('no answer')));
    socket.once('error', fail);
    const cancel = () => fail(new BackupError('CANCELLED', 'Cancelled.'));
    signal.addEventListener('abort', cancel, { once: true });
    socket.once('secureConnect', () => {
      try {
        verifyPeer(socket, trust);
        socket.setTimeout(0);
        socket.setNoDelay(true);
        socket.setKeepAlive(true, 60_000);
        socket.off('error', fail);
        signal.removeEventListener('abort', cancel);
        resolve(socket);
      } catch (error) {
        fail(error as Error);
      }
    });
  });
}

function unreachable(host: string, port: number, cause: Error): BackupError {
  if ('code' in cause && String(cause.code).includes('CERT')) {
    return new BackupError(
      'FINGERPRINT_MISMATCH',
      `The certificate of ${host}:${port} is not trusted (${String(cause.code)}).`,
      {
        hint: 'Give the fingerprint that the console shows: --fingerprint, or IBS_FINGERPRINT.',
      },
    );
  }
  return new BackupError(
    'SERVER_UNREACHABLE',
    `The backup gateway at ${host}:${port} does not answer (${cause.message}).`,
    {
      hint: 'Check the address, and that the server runs.',
      cause,
    },
  );
}

function upgrade(address: GatewayAddress, socket: tls.TLSSocket, request: UpgradeRequest): Promise<Socket> {
  const query = new URLSearchParams(request.query);
  return new Promise((resolve, reject) => {
    const sent = https.request({
      createConnection: () => socket,
      host: address.host,
      port: address.port,
      path: `${request.path}?${query}`,
      headers: {
        Connection: 'Upgrade',
        Upgrade: request.protocol,
        Authorization: `PBSAPIToken=${address.credential}`,
      },
    });
    sent.once('upgrade', (_response, upgraded, head) => {
      if (head.length > 0) upgraded.unshift(head);
      resolve(upgraded);
    });
    const fail = (error: Error) =>
      reject(error instanceof BackupError ? error : unreachable(address.host, address.port, error));
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        if (text.length < REFUSAL_MAX_BYTES) text += part;
      });
      response.once('error', fail);
      response.once('end', () => {
        reject(refusal(response.statusCode ?? 0, text, response.headers[CODE_HEADER]));
        socket.destroy();
      });
    });
    sent.once('error', fail);
    sent.end();
  });
}

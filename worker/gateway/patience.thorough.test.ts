import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import * as net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testGateway } from '#testing/test-gateway.ts';
import { complete, sendFile } from '#testing/wire/wire-backup.ts';
import { plainBlob, randomPiece } from '#testing/wire/wire-blobs.ts';
import { connectTls, readAnswer, requestHead } from '#testing/wire/wire-connection.ts';
import { queryText } from '#testing/wire/wire-session.ts';

/** Peers that say nothing, send no further or take nothing: how long they are waited for, and that they harm nobody. */

const MIB = 1024 * 1024;
const START = 1_700_000_000;
const PATIENCE = { handshake: 700, head: 1500, body: 1500, reader: 3000 };
const gateway = testGateway({ stores: ['one'], patienceMs: PATIENCE });

afterEach(() => gateway.leaveSound());

const SNAPSHOT = { 'backup-type': 'host', 'backup-id': 'large', 'backup-time': String(START) };
const large = randomBytes(15 * MIB);

beforeAll(async () => {
  const session = await gateway.backup({ id: 'large', time: START });
  await complete(session, { id: 'large', time: START }, [await sendFile(session, 'large.blob', large)]);
  await session.drop();
});

/** Milliseconds until the gateway ends the connection. */
async function heldFor(socket: net.Socket): Promise<number> {
  const started = performance.now();
  socket.on('error', () => {});
  socket.resume();
  if (!socket.destroyed) await once(socket, 'close');
  return performance.now() - started;
}

interface Sent {
  credential?: string;
  length?: number;
  query?: Record<string, string>;
}

/** A request of which nothing but the head is sent. */
async function asked(method: string, path: string, { credential, length, query }: Sent): Promise<TLSSocket> {
  const socket = await connectTls(gateway.port);
  socket.pause();
  const target = `/api2/json/admin/datastore/one${path}?${queryText({ ...SNAPSHOT, ...query })}`;
  const headers = {
    Host: 'x',
    Authorization: `PBSAPIToken=${credential ?? gateway.admin}`,
    ...(length === undefined ? {} : { 'Content-Length': String(length) }),
  };
  socket.write(requestHead(method, target, headers));
  return socket;
}

/** A file that is asked for and not taken. */
const unread = (credential?: string) =>
  asked('GET', '/download', { query: { 'file-name': 'large.blob' }, ...(credential ? { credential } : {}) });

describe('a connection is ended', () => {
  test('that says nothing, or begins TLS and goes no further', async () => {
    const silent = net.connect(gateway.port, '127.0.0.1');
    const half = net.connect(gateway.port, '127.0.0.1');
    half.write(Buffer.from([0x16, 3, 1]));
    expect(await heldFor(silent)).toBeLessThan(PATIENCE.handshake + 2000);
    expect(await heldFor(half)).toBeLessThan(PATIENCE.handshake + 2000);
  });

  test('that asks for nothing, or in the middle of its question', async () => {
    const sockets = await Promise.all(Array.from({ length: 3 }, () => connectTls(gateway.port)));
    const [, half, second] = sockets;
    half?.write('GET /api2/json/ping HTTP/1.1\r\nHos');
    second?.write(requestHead('GET', '/api2/json/ping', { Host: 'x' }));
    if (second) expect((await readAnswer(second)).status).toBe(200);
    second?.write('GET /api2/json/ping HTTP/1.1\r\nHos');
    for (const held of await Promise.all(sockets.map(heldFor)))
      expect(held).toBeLessThan(PATIENCE.head + 3000);
  });

  test('whose body does not come, of parameters as well as of a log', async () => {
    for (const [method, path] of [
      ['POST', '/upload-backup-log'],
      ['PUT', '/notes'],
    ] as const) {
      const socket = await asked(method, path, { length: 100_000 });
      socket.write(Buffer.alloc(10));
      expect(await heldFor(socket)).toBeLessThan(PATIENCE.body + 2000);
    }
  });

  test('by the system, when the peer has vanished: probes begin after two minutes of silence', async () => {
    const socket = net.connect(gateway.port, '127.0.0.1');
    await once(socket, 'connect');
    expect(await keepAliveSeconds(gateway.port, socket.localPort ?? 0)).toBeCloseTo(120, -1);
    socket.destroy();
  });
});

/** After how long the kernel looks whether the peer is there, at the end of the gateway; null when it never does. */
async function keepAliveSeconds(port: number, peer: number): Promise<number | null> {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(4, '0');
  const row = () =>
    readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .find((line) => line.includes(`:${hex(port)} `) && line.includes(`:${hex(peer)} 01 `));
  await expect.poll(row).toContain(`:${hex(port)} 0100007F:${hex(peer)}`);
  const [, kind, when] = /(\d\d):([0-9A-F]{8}) \d{8}/.exec(row()?.slice(row()?.indexOf(' 01 ')) ?? '') ?? [];
  const TICKS_PER_SECOND = 100;
  return kind === '02' ? Number.parseInt(when ?? '', 16) / TICKS_PER_SECOND : null;
}

describe('bodies', () => {
  test('that were announced and do not come take no memory from others', async () => {
    const other = await gateway.with('other-log@ibs', 'Datastore.Admin');
    const waiting = await Promise.all(
      Array.from({ length: 12 }, () => asked('POST', '/upload-backup-log', { length: 16 * MIB })),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const refused = await gateway.store('POST', '/upload-backup-log', {
      ...{ credential: other, query: SNAPSHOT, body: randomBytes(MIB) },
    });
    expect(refused.text).toMatch(/^log refused/);
    expect(waiting.filter((socket) => socket.destroyed)).toEqual([]);
    for (const socket of waiting) socket.destroy();
  });

  test('that trickle take from one caller what it may have, and from others nothing', async () => {
    const other = await gateway.with('other-trickle@ibs', 'Datastore.Admin');
    const slow = await Promise.all(
      Array.from({ length: 12 }, () => asked('POST', '/upload-backup-log', { length: 16 * MIB })),
    );
    const trickle = setInterval(() => slow.map((socket) => socket.write(Buffer.alloc(1))), 300);
    for (const socket of slow) socket.write(Buffer.alloc(200_000));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const refused = await gateway.store('POST', '/upload-backup-log', {
      ...{ credential: other, query: SNAPSHOT, body: randomBytes(16 * MIB) },
    });
    expect(refused.text).toMatch(/^log refused/);
    clearInterval(trickle);
    for (const socket of slow) socket.destroy();
  });

  test('that come slowly are waited for as long as something comes', async () => {
    const log = plainBlob(randomBytes(200_000));
    const socket = await asked('POST', '/upload-backup-log', { length: log.length });
    for (let at = 0; at < log.length; at += 50_000) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      socket.write(log.subarray(at, at + 50_000));
    }
    expect((await readAnswer(socket)).body).toBe('{"data":null}');
    socket.destroy();
  });
});

describe('downloads', () => {
  test('that are taken slowly go on', async () => {
    const socket = await unread();
    let taken = 0;
    socket.on('data', (part) => {
      taken += part.length;
      if (taken < large.length - 3 * MIB) socket.pause();
    });
    const slowly = setInterval(() => socket.resume(), 5);
    await expect.poll(() => taken, { timeout: 20_000 }).toBeGreaterThan(large.length);
    clearInterval(slowly);
    socket.destroy();
  });

  test('of one caller leave room for others, and end when nothing is taken', async () => {
    const other = await gateway.with('other-reader@ibs', 'Datastore.Admin');
    const greedy = await gateway.with('greedy@ibs', 'Datastore.Admin');
    const waiting = await Promise.all(Array.from({ length: 8 }, () => unread(greedy)));
    await Promise.all(waiting.map((socket) => once(socket, 'readable')));
    const more = await Promise.all(Array.from({ length: 3 }, () => unread(greedy)));
    const refused = await Promise.all(more.map(readAnswer));
    const TOO_MANY = '503 too many downloads at once; try again in a minute';
    expect(refused.map(({ status, body }) => `${status} ${body.slice(0, 60)}`)).toEqual(
      Array(3).fill(TOO_MANY),
    );
    const query = { ...SNAPSHOT, 'file-name': 'large.blob' };
    const { status, bytes } = await gateway.rest('GET', '/admin/datastore/one/download', {
      ...{ query, credential: other },
    });
    expect([status, bytes.length]).toEqual([200, large.length + 12]);
    const forget = async () => (await gateway.store('DELETE', '/snapshots', { query: SNAPSHOT })).text;
    expect(await forget()).toMatch(/is in use/);
    await expect.poll(forget, { timeout: PATIENCE.reader + 15_000 }).toBe('{"data":null}');
    for (const socket of [...waiting, ...more]) socket.destroy();
  });
});

test('who is served otherwise is not disturbed: a backup that is silent for longer than all of it', async () => {
  const session = await gateway.backup({ id: 'silent', time: START });
  await new Promise((resolve) => setTimeout(resolve, PATIENCE.reader + 1500));
  expect(await session.call('GET', '/previous_backup_time')).toMatchObject({ status: 200, data: null });
  await session.drop();
  await gateway.idle();
  await gateway.backUp({ id: 'silent', time: START }, [randomPiece()]);
});

import type * as net from 'node:net';
import { networkInterfaces } from 'node:os';
import * as tls from 'node:tls';
import { test as base, expect, onTestFinished } from 'vitest';
import { temporaryDirectory } from '#testing/temporary-directory.ts';
import { loadCertificate } from '#worker/gateway/certificate.ts';
import { openSession } from './open-session.ts';

/** Servers that say nothing at all, or stop in the middle: the client says so instead of waiting for ever. */

const REQUEST = {
  path: '/api2/json/backup',
  protocol: 'proxmox-backup-protocol-v1',
  query: { store: 'one' },
} as const;
const GREETING_MS = 300;

const test = base.extend<{
  listen: (talk: (socket: tls.TLSSocket) => void, host?: string) => Promise<Address>;
}>({
  // biome-ignore lint/correctness/noEmptyPattern: what vitest asks for
  listen: async ({}, use) => {
    const { key, certificate, fingerprint } = await loadCertificate(temporaryDirectory());
    await use(async (talk, host = '127.0.0.1') => {
      const server = tls.createServer({ key, cert: certificate }, (socket) => {
        socket.on('error', () => {});
        talk(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      onTestFinished(() => void server.close());
      const { port } = server.address() as net.AddressInfo;
      return {
        host,
        port,
        trust: { kind: 'fingerprint' as const, fingerprint },
        credential: 'a@ibs!b:c',
      };
    });
  },
});

type Address = Parameters<typeof openSession>[0];

function open(address: Address, signal = new AbortController().signal) {
  return openSession(address, REQUEST, signal, GREETING_MS);
}

function hasIpv6(): boolean {
  return (networkInterfaces().lo ?? []).some(({ address }) => address === '::1');
}

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';

test('a server that takes the connection and says nothing is given up', async ({ listen }) => {
  const address = await listen(() => {});
  await expect(open(address)).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
    message: expect.stringContaining('no answer'),
  });
});

test('so is one that upgrades and then says nothing', async ({ listen }) => {
  const address = await listen((socket) => void socket.write(SWITCHING));
  await expect(open(address)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
});

test.skipIf(!hasIpv6())('an IPv6 address is one like any other', async ({ listen }) => {
  const address = await listen((socket) => void socket.write(SWITCHING), '::1');
  await expect(open(address)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
});

test('one that upgrades and hangs up is told at once', async ({ listen }) => {
  const address = await listen((socket) => void socket.end(SWITCHING));
  await expect(openSession(address, REQUEST, new AbortController().signal)).rejects.toMatchObject({
    code: 'SERVER_UNREACHABLE',
  });
});

test('a refusal that stops in the middle is given up as well', async ({ listen }) => {
  const address = await listen((socket) => {
    socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 1000\r\n\r\nno');
  });
  await expect(open(address)).rejects.toMatchObject({ code: 'SERVER_UNREACHABLE' });
});

test('whoever cancels meanwhile need not wait', async ({ listen }) => {
  const address = await listen(() => {});
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  await expect(openSession(address, REQUEST, controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
});

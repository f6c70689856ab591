import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import * as tls from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import { worker } from '#drizzle/schema/datastore.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { connectTls } from '#testing/wire/wire-connection.ts';

/** What a client sees of TLS: the certificate, also when another one is put in place, and what is not offered. */

const gateway = testGateway({ stores: ['one'] });

afterEach(() => gateway.leaveSound());

function put(name: 'gateway.key' | 'gateway.crt', text: string): void {
  const path = join(gateway.dataDirectory, 'tls', name);
  fs.writeFileSync(`${path}.new`, text);
  fs.renameSync(`${path}.new`, path);
}

async function shown(): Promise<string> {
  const socket = await connectTls(gateway.port);
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

async function newPair(): Promise<{ key: string; certificate: string; fingerprint: string }> {
  const pair = await generate([{ name: 'commonName', value: 'renewed' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  const fingerprint = new X509Certificate(pair.cert).fingerprint256;
  return { key: pair.private, certificate: pair.cert, fingerprint };
}

test('a pair that is put in the place of the certificate is used without a new start, and open connections go on', async () => {
  const old = await shown();
  const session = await gateway.backup({ id: 'renewed', time: 1_700_000_000 });
  const renewed = await newPair();
  put('gateway.key', renewed.key);
  put('gateway.crt', renewed.certificate);
  await expect.poll(shown, { timeout: 10_000 }).toBe(renewed.fingerprint);
  expect(renewed.fingerprint).not.toBe(old);
  const announced = async () => (await gateway.db.select().from(worker))[0]?.gatewayCertificate;
  await expect.poll(announced).toBe(renewed.certificate);
  expect(gateway.logged()).toContain(renewed.fingerprint.toLowerCase());
  expect((await session.call('GET', '/previous_backup_time')).status).toBe(200);
  await session.drop();
});

test('one that cannot be used is told of and changes nothing, and is used once it is complete', async () => {
  const old = await shown();
  const renewed = await newPair();
  const told = () => gateway.logged().match(/is not usable; the old one stays/g)?.length ?? 0;
  put('gateway.crt', renewed.certificate);
  await expect.poll(told, { timeout: 10_000 }).toBe(1);
  put('gateway.key', 'no key at all');
  await expect.poll(told, { timeout: 10_000 }).toBe(2);
  expect(await shown()).toBe(old);
  put('gateway.key', renewed.key);
  await expect.poll(shown, { timeout: 10_000 }).toBe(renewed.fingerprint);
});

test('other keys for the same connection are not negotiated', async () => {
  const socket = tls.connect({
    ...{ host: '127.0.0.1', port: gateway.port, rejectUnauthorized: false, maxVersion: 'TLSv1.2' },
  });
  await once(socket, 'secureConnect');
  expect(socket.getProtocol()).toBe('TLSv1.2');
  const failed = new Promise<string>((resolve) => {
    socket.on('error', (error) => resolve(error.message));
    socket.renegotiate({ rejectUnauthorized: false }, (error) =>
      resolve(error ? error.message : 'renegotiated'),
    );
    socket.resume();
  });
  expect(await failed).toMatch(/no renegotiation/i);
  socket.destroy();
});

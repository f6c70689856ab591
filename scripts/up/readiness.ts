import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { endpointAt, localAddress } from './addresses.ts';
import type { UpConfig } from './env.ts';

export interface Readiness {
  fingerprint: string;
}

const PATIENCE_MS = 60_000;

/** Waits until the console answers and the gateway listens. */
export async function waitUntilReady(config: UpConfig, dataDirectory: string): Promise<Readiness> {
  const deadline = performance.now() + PATIENCE_MS;
  const health = `${endpointAt(localAddress(config.host), config).console}/api/health`;
  await until(deadline, 'the console', async () => (await fetch(health)).ok);
  await until(deadline, 'the worker', () => listens(config));
  const certificate = fs.readFileSync(join(dataDirectory, 'tls', 'gateway.crt'), 'utf8');
  return { fingerprint: new X509Certificate(certificate).fingerprint256.toLowerCase() };
}

async function until(deadline: number, what: string, check: () => Promise<boolean>): Promise<void> {
  while (!(await check().catch(() => false))) {
    if (performance.now() > deadline)
      throw new Error(`${what} did not become ready; its messages above tell why.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function listens({ host, gatewayPort }: UpConfig): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(gatewayPort, localAddress(host));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

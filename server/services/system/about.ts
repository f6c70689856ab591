import { X509Certificate } from 'node:crypto';
import { listWorkers } from '#drizzle/leases.ts';
import { readSetting } from '#drizzle/settings.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface About {
  /** Of this server. */
  version: string;
  siteName: string;
  timeZone: string;
  gateway: {
    /** `host:port` that clients connect to. */
    address: string;
    /** SHA-256 of its certificate; null while no gateway runs. */
    fingerprint: string | null;
  };
  workers: { host: string; pid: number; alive: boolean; startedAt: Date }[];
}

const ALIVE_SECONDS = 30;

/** What everybody who is signed in may know: how to reach the gateway, and whether the workers live. */
export async function about(context: ServiceContext): Promise<About> {
  await requireSession(context);
  const workers = await listWorkers(context.db);
  const alive = workers.filter((worker) => worker.silentSeconds < ALIVE_SECONDS);
  const gateway = alive.find((worker) => worker.gatewayUrl !== null);
  const configured = await readSetting(context.db, 'gatewayAddress');
  const own = gateway?.gatewayUrl
    ? new URL(gateway.gatewayUrl).host
    : `127.0.0.1:${context.runtime.config.gatewayPort}`;
  return {
    version: manifest.version,
    siteName: await readSetting(context.db, 'siteName'),
    timeZone: await readSetting(context.db, 'timeZone'),
    gateway: { address: configured || own, fingerprint: fingerprintOf(gateway?.gatewayCertificate ?? null) },
    workers: workers.map((worker) => ({
      host: worker.host,
      pid: worker.pid,
      alive: worker.silentSeconds < ALIVE_SECONDS,
      startedAt: worker.startedAt,
    })),
  };
}

function fingerprintOf(certificate: string | null): string | null {
  return certificate === null ? null : new X509Certificate(certificate).fingerprint256.toLowerCase();
}

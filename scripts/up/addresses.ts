import * as fs from 'node:fs';
import { isIPv6 } from 'node:net';
import type { DataDirectory } from './data-directory.ts';
import type { UpConfig } from './env.ts';

type Listeners = Pick<UpConfig, 'host' | 'webPort' | 'gatewayPort'>;

export interface Endpoint {
  console: string;
  gateway: string;
}

/** Listening on every address; none of them stands there to be connected to. */
export function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The address that this host itself connects to. */
export function localAddress(host: string): string {
  return isAnyAddress(host) ? '127.0.0.1' : host;
}

/** How console and gateway are reached at an address or name: IPv6 stands in brackets before a port. */
export function endpointAt(host: string, { webPort, gatewayPort }: Listeners): Endpoint {
  const named = isIPv6(host) ? `[${host}]` : host;
  return { console: `http://${named}:${webPort}`, gateway: `${named}:${gatewayPort}` };
}

/** Tells the command line on this host where the server is. */
export function writeEndpoint(config: Listeners, directory: DataDirectory): void {
  const endpoint = endpointAt(localAddress(config.host), config);
  fs.writeFileSync(directory.endpointFile, `${JSON.stringify(endpoint)}\n`, { mode: 0o600 });
}

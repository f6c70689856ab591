import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/**
 * Whether the system still has a connection as open. Node can miss that a peer has hung up: when the end comes while an
 * HTTP/2 session does not read, neither the session nor its socket ever says so.
 */

const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const ESTABLISHED = '01';
/** One look serves all connections that ask at about the same time. */
const FRESH_MS = 1000;

let look: { at: number; pairs: Promise<ReadonlySet<string> | null> } | null = null;

/** Pairs of a local and a remote port; null where the system does not tell. */
function openPairs(now: number): Promise<ReadonlySet<string> | null> {
  if (!look || now - look.at > FRESH_MS) look = { at: now, pairs: readPairs() };
  return look.pairs;
}

async function readPairs(): Promise<ReadonlySet<string> | null> {
  try {
    const tables = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => '')));
    if (tables[0] === '') return null;
    const lines = tables.flatMap((table) => table.split('\n'));
    return new Set(lines.flatMap((line) => pairOf(line) ?? []));
  } catch {
    return null;
  }
}

function pairOf(line: string): string | null {
  const [, local, remote, state] =
    /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{2})/.exec(line) ?? [];
  return local && remote && state === ESTABLISHED ? `${local}:${remote}` : null;
}

/** The ports of a connection as they stand in the tables; null when it is closed already. */
export function portsOf({ localPort, remotePort }: Socket): string | null {
  if (localPort === undefined || remotePort === undefined) return null;
  return [localPort, remotePort].map((port) => port.toString(16).toUpperCase().padStart(4, '0')).join(':');
}

/** `ports` of `portsOf`, `now` in ms from an arbitrary start. True when nothing says otherwise. */
export async function isOpen(ports: string, now: number): Promise<boolean> {
  const pairs = await openPairs(now);
  return pairs === null || pairs.has(ports);
}

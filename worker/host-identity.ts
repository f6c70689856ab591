import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { WorkerIdentity } from '#drizzle/leases.ts';

/** Who this process is, so that others can tell whether it still lives. */
export function ownIdentity(): WorkerIdentity {
  return {
    id: randomUUID(),
    host: hostname(),
    bootId: bootId(),
    pid: process.pid,
    processStart: processStart(process.pid) ?? '',
  };
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Start time in clock ticks since boot, the 22nd field of stat; null when there is no such process. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in parentheses may hold spaces: count from behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/**
 * `true` when the worker is certainly gone, `false` when it certainly lives, null when it cannot be told from
 * here because it runs on another host.
 */
export function isGone(worker: Omit<WorkerIdentity, 'id'>, here: WorkerIdentity): boolean | null {
  if (worker.host !== here.host) return null;
  if (worker.bootId !== here.bootId) return true;
  return processStart(worker.pid) !== worker.processStart;
}

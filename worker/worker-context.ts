import type { Clock } from '#domain/clock.ts';
import type { ChangeHub } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import type { WorkerIdentity } from '#drizzle/leases.ts';
import type { Queue } from '#drizzle/queue.ts';
import type { WorkerConfig } from './env.ts';
import type { Logger } from './logger.ts';
import type { ProbeStarter } from './probe-starter.ts';

/** What every part of the worker process shares. */
export interface WorkerContext {
  config: WorkerConfig;
  identity: WorkerIdentity;
  db: Database;
  queue: Queue;
  hub: ChangeHub;
  probes: ProbeStarter;
  clock: Clock;
  log: Logger;
  /** Aborted when the process is asked to stop. */
  stopping: AbortSignal;
}

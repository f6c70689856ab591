import type { Clock } from '#domain/clock.ts';
import type { AclEntry } from '#domain/permissions.ts';
import type { ChangeHub } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import type { Queue } from '#drizzle/queue.ts';
import type { Caller } from '../auth/caller.ts';
import type { Runtime } from '../runtime.ts';

/** What a service works with: records, dispatch, and who asks. */
export interface ServiceContext {
  runtime: Runtime;
  db: Database;
  queue: Queue;
  hub: ChangeHub;
  clock: Clock;
  caller: Caller | null;
  /** Who the same request would come from now: null when its session has ended or its token was revoked. */
  callerNow: () => Promise<Caller | null>;
  /** Address of the client. */
  source: string;
  /** Name of this request in log and error messages. */
  requestId: string;
  /** Aborts when the client is gone or the process stops. */
  signal: AbortSignal;
  /** Things that are read once a request. */
  cache: { acl?: Promise<AclEntry[]> };
}

/** The principal for rows that say who did something. */
export function actor(context: ServiceContext): { principal: string; source: string } {
  return { principal: context.caller?.principal ?? 'nobody', source: context.source };
}

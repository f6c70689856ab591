import type { Clock } from '#domain/clock.ts';
import { ChangeHub } from '#drizzle/changes.ts';
import { connect, type Database, type DatabaseHandle } from '#drizzle/client.ts';
import { openQueue, type Queue } from '#drizzle/queue.ts';
import { RefusalLog } from '#drizzle/refusals.ts';
import { type TokenChecker, tokenChecker } from '#drizzle/tokens.ts';
import { type Auth, makeAuth } from './auth/better-auth.ts';
import { readServerConfig, type ServerConfig } from './env.ts';

/** What all requests of the console process share. */
export interface Runtime {
  config: ServerConfig;
  clock: Clock;
  database: DatabaseHandle;
  db: Database;
  queue: Queue;
  hub: ChangeHub;
  tokens: TokenChecker;
  refusals: RefusalLog;
  auth: Auth;
  /** Aborted when the process is asked to stop: streams end, so that it can. */
  stopping: AbortSignal;
}

export interface RuntimeOptions {
  config: ServerConfig;
  clock: Clock;
  stopping: AbortSignal;
  onError: (error: Error) => void;
}

export async function makeRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { config, clock } = options;
  const database = connect(config.databaseUrl, { max: 10, applicationName: 'ironcore-backup console' });
  const hub = new ChangeHub(database.db, config.databaseUrl);
  const tokens = tokenChecker(database.db, clock.now);
  await hub.start();
  hub.subscribe((changes) => {
    if (changes.some((change) => change.topic === 'access')) tokens.forget();
  });
  const queue = await openQueue({ url: config.databaseUrl, supervise: false, onError: options.onError });
  const auth = makeAuth(database.db, config, clock);
  const refusals = new RefusalLog(database.db, clock.now, (error) => options.onError(error as Error));
  const { stopping } = options;
  return { config, clock, database, db: database.db, queue, hub, tokens, refusals, auth, stopping };
}

/** Next bundles every route on its own, so what must exist once in the process hangs on its global object. */
const holder = globalThis as typeof globalThis & { ibsRuntime?: Promise<Runtime> };

export function getRuntime(clock: Clock, onError: (error: Error) => void): Promise<Runtime> {
  holder.ibsRuntime ??= start(clock, onError).catch((error) => {
    delete holder.ibsRuntime; // the next request tries again
    throw error;
  });
  return holder.ibsRuntime;
}

async function start(clock: Clock, onError: (error: Error) => void): Promise<Runtime> {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  process.once('SIGINT', () => stop.abort());
  return makeRuntime({ config: readServerConfig(), clock, stopping: stop.signal, onError });
}

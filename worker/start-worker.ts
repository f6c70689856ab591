import { ChangeHub } from '#drizzle/changes.ts';
import { connect } from '#drizzle/client.ts';
import { openQueue, SYSTEM_QUEUE } from '#drizzle/queue.ts';
import { keepSealing } from './audit-sealer.ts';
import { removeLeftScratch } from './drill/scratch.ts';
import type { WorkerConfig } from './env.ts';
import { type Gateway, startGateway } from './gateway/start-gateway.ts';
import { ownIdentity } from './host-identity.ts';
import { startHousekeeping } from './housekeeping.ts';
import type { Logger } from './logger.ts';
import { Ownership } from './ownership.ts';
import { ProbeStarter } from './probe-starter.ts';
import { Prober } from './prober.ts';
import { realClock } from './real-clock.ts';
import { TaskRunner } from './runner.ts';
import { Scheduler } from './scheduler.ts';
import type { WorkerContext } from './worker-context.ts';

/** A storage worker that runs in this process: owns datastores, runs tasks, speaks with backup clients. */
export interface RunningWorker {
  context: WorkerContext;
  ownership: Ownership;
  gateway: Gateway;
  scheduler: Scheduler;
  /** In order: what runs ends, what is owned is given back, connections close. */
  stop(): Promise<void>;
}

const SYSTEM_TASKS = 4;
/** How long running tasks may take to end. */
const STOP_PATIENCE_MS = 6000;

/** `onLost`: another worker has taken this one for dead, so it must not go on. */
export async function startWorker(
  config: WorkerConfig,
  log: Logger,
  onLost: () => void,
): Promise<RunningWorker> {
  const stop = new AbortController();
  const probes = new ProbeStarter();
  probes.start(); // before any datastore is opened
  const database = connect(config.databaseUrl, { max: 12, applicationName: 'ironcore-backup worker' });
  const hub = new ChangeHub(database.db, config.databaseUrl);
  await hub.start();
  const onError = (error: Error) => log.warn({ err: error }, 'queue');
  const queue = await openQueue({ url: config.databaseUrl, supervise: true, onError });
  const context: WorkerContext = {
    config,
    identity: ownIdentity(),
    db: database.db,
    queue,
    hub,
    probes,
    clock: realClock,
    log,
    stopping: stop.signal,
  };
  const runner = new TaskRunner(context);
  const ownership: Ownership = new Ownership(context, runner.run, (owned) => prober.probe(owned), onLost);
  const prober = new Prober(context, ownership);
  runner.serve(ownership);
  await ownership.start();
  // Of workers that were just found dead; a disk that refuses must not keep this one from starting.
  await removeLeftScratch(context).catch((error) => log.warn({ err: error }, 'scratch could not be cleared'));
  await queue.ensure(SYSTEM_QUEUE);
  await queue.work(SYSTEM_QUEUE, SYSTEM_TASKS, runner.run);
  void keepSealing(context);
  const endHousekeeping = startHousekeeping(context, ownership);
  const scheduler = new Scheduler(context, ownership);
  scheduler.start();
  const gateway = startGateway(context, ownership);
  log.info({ worker: context.identity.id }, 'worker ready');
  return {
    context,
    ownership,
    gateway,
    scheduler,
    async stop() {
      log.info('stopping');
      stop.abort();
      scheduler.stop();
      prober.stop();
      probes.stop();
      endHousekeeping();
      await gateway.stop();
      await queue.stop({ timeoutMs: STOP_PATIENCE_MS }).catch(() => {});
      await ownership.stop().catch((error) => log.error({ err: error }, 'could not give datastores back'));
      await hub.close();
      await database.close();
    },
  };
}

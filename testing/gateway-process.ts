import { readdirSync } from 'node:fs';
import { allowsReading, type DatastoreStatus } from '#domain/datastore.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import { auditDatastore } from '#engine/audit/audit-datastore.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listGroups } from '#engine/hierarchy/groups.ts';
import { listNamespaces } from '#engine/hierarchy/namespaces.ts';
import { isFinished, listSnapshots } from '#engine/hierarchy/snapshots.ts';
import type { Lock } from '#engine/locks/lock-table.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import type { WorkerConfig } from '#worker/env.ts';
import { makeLogger } from '#worker/logger.ts';
import { type RunningWorker, startWorker } from '#worker/start-worker.ts';

/**
 * The real storage worker as a process of its own, which answers questions about itself over the channel of its parent:
 * what it holds, what it uses, whether its datastores are sound.
 */

export type ProcessConfig = Omit<WorkerConfig, 'secret'> & { secret: string };

export type Question =
  /** Or another status that is waited for. */
  | { ask: 'online'; names: string[]; status?: DatastoreStatus }
  | { ask: 'idle' }
  /** The row of a datastore was changed behind the worker's back. */
  | { ask: 'refresh'; name: string }
  /** Holds a snapshot as a removal would; `release` lets go of everything that is held so. */
  | { ask: 'hold'; name: string; snapshot: SnapshotRef }
  | { ask: 'release' }
  | { ask: 'state'; chunks: boolean }
  | { ask: 'watch' }
  | { ask: 'usage' }
  /** Starts what is due at a time; by itself this worker never looks. */
  | { ask: 'tick'; now: number }
  | { ask: 'stop' };

/** What must be nothing when nothing runs. */
export interface WorkerState {
  locks: string[];
  writers: number;
  operations: string[];
  connections: number;
  unfinished: string[];
  /** Of the whole audit, when it was asked for. */
  findings: string[];
}

export interface WorkerUsage {
  /** After a collection. */
  rssBytes: number;
  /** Since `watch`. */
  peakBytes: number;
  openFiles: number;
}

const SAMPLE_MS = 20;
const PATIENCE_MS = 15_000;
let peakBytes = 0;
setInterval(() => {
  peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}, SAMPLE_MS).unref();

process.once('message', (config) => void start(config as ProcessConfig));
process.once('disconnect', () => process.exit(0));

async function start(config: ProcessConfig): Promise<void> {
  const log = makeLogger('worker');
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  const worker = await startWorker({ ...config, secret: Buffer.from(config.secret, 'hex') }, log, () =>
    process.exit(1),
  );
  worker.scheduler.stop(); // what time it is for jobs is said by the test
  process.on('message', (message) => {
    const { id, question } = message as { id: number; question: Question };
    void answer(worker, question).then(
      (value) => process.send?.({ id, value }),
      (error) => process.send?.({ id, error: String(error) }),
    );
  });
  process.send?.({ port: await worker.gateway.listening });
}

/** With that status, found by this worker: until its first probe, the row says what the one before has found. */
function isServed(worker: RunningWorker, name: string, status: DatastoreStatus): boolean {
  const owned = worker.ownership.byName(name);
  return owned?.row.status === status && (!allowsReading(status) || owned.isOpen);
}

async function answer(worker: RunningWorker, question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'online':
      return until(() => question.names.every((name) => isServed(worker, name, question.status ?? 'online')));
    case 'idle':
      return until(
        () =>
          worker.gateway.connectionCount() === 0 &&
          worker.ownership.list().every((owned) => owned.operations.count === 0),
      );
    case 'refresh':
      return worker.ownership.byName(question.name)?.refreshStatus();
    case 'hold':
      held.push(storeOf(worker, question.name).locks.exclusive(snapshotPlace(question.snapshot), 'a test'));
      return null;
    case 'release':
      for (const lock of held.splice(0)) lock.release();
      return null;
    case 'state':
      return state(worker, question.chunks);
    case 'watch':
      await collect();
      peakBytes = 0;
      return null;
    case 'usage':
      return usage();
    case 'tick':
      return worker.scheduler.tick(question.now);
    case 'stop':
      return worker.stop();
  }
}

const held: Lock[] = [];

function storeOf(worker: RunningWorker, name: string): Datastore {
  const owned = worker.ownership.byName(name);
  if (!owned) throw new Error(`there is no ${name}`);
  return owned.reader();
}

async function until(check: () => boolean): Promise<null> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!check()) {
    if (performance.now() > deadline) throw new Error('it has not come to rest');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return null;
}

async function state(worker: RunningWorker, chunks: boolean): Promise<WorkerState> {
  const stores = worker.ownership.list().map((owned) => ({ owned, store: owned.reader() }));
  const unfinished = await Promise.all(stores.map(({ store }) => unfinishedOf(store)));
  const options = { deep: true, signal: new AbortController().signal, report: () => {} };
  const reports = chunks ? await Promise.all(stores.map(({ store }) => auditDatastore(store, options))) : [];
  return {
    locks: stores.flatMap(({ store }) => store.locks.list().map(({ key, holder }) => `${key}: ${holder}`)),
    writers: stores.filter(({ store }) => store.processLock.oldestWriter() !== null).length,
    operations: stores.flatMap(({ owned }) => owned.operations.list()),
    connections: worker.gateway.connectionCount(),
    unfinished: unfinished.flat(),
    findings: reports
      .flatMap((report) => report.findings)
      .filter(({ code }) => code !== 'file-unnamed') // a client may send what it does not name
      .map(({ where, what }) => `${where}: ${what}`),
  };
}

async function unfinishedOf(store: Datastore): Promise<string[]> {
  const found: string[] = [];
  for (const namespace of await listNamespaces(store.backend)) {
    for (const group of await listGroups(store.backend, namespace)) {
      for (const snapshot of await listSnapshots(store.backend, group)) {
        if (!(await isFinished(store.backend, snapshot))) found.push(formatSnapshotPath(snapshot));
      }
    }
  }
  return found;
}

async function usage(): Promise<WorkerUsage> {
  const peak = Math.max(peakBytes, process.memoryUsage.rss());
  await collect();
  return {
    rssBytes: process.memoryUsage.rss(),
    peakBytes: peak,
    openFiles: readdirSync('/proc/self/fd').length,
  };
}

/** Needs `--expose-gc`. Also gives memory back that the collector would keep for later. */
async function collect(): Promise<void> {
  const { gc } = globalThis as { gc?: (options: object) => Promise<void> };
  await gc?.({ type: 'major', execution: 'async', flavor: 'last-resort' });
}

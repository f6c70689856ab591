import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { LEASE_SECONDS } from '#drizzle/leases.ts';
import { type EmbeddedPostgres, startPostgres } from '#scripts/up/postgres.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { AddressGate } from './address-gate.ts';
import { backUp } from './client-calls.ts';
import {
  addressOf,
  connectApi,
  createDatastore,
  endOf,
  expectClean,
  expectRestores,
  type FaultDatastore,
  finishedTimes,
  isServedAnew,
  until,
  writeSource,
} from './fault-datastore.ts';
import { makeFaultRoot } from './fault-root.ts';
import { freePort, Supervisor } from './supervisor-process.ts';

/** A PostgreSQL that is killed or restarted while nothing runs (docs/reliability.md). */

const root = makeFaultRoot('ibs-database');
fs.chmodSync(root, 0o711);
const PATIENCE_MS = 60_000;
const started: Supervisor[] = [];
let ports: { webPort: number; gatewayPort: number };

beforeAll(async () => {
  ports = { webPort: await freePort(), gatewayPort: await freePort() };
});

afterEach(async () => {
  for (const supervisor of started.splice(0)) if (!supervisor.ended) await supervisor.interrupt();
});

function start(name: string, environment: Record<string, string> = {}): Promise<Supervisor> {
  const supervisor = new Supervisor({ dataDirectory: join(root, name), ...ports, environment });
  started.push(supervisor);
  return supervisor.ready();
}

function serverOf(supervisor: Supervisor) {
  const { console, gateway, options } = supervisor;
  const token = fs.readFileSync(join(options.dataDirectory, 'cli.token'), 'utf8').trim();
  return { console, gateway, dataDirectory: options.dataDirectory, token };
}

/** Nothing is left of it: lists, tasks, backups and events are as before. */
async function expectWorking(supervisor: Supervisor, store: FaultDatastore, kept: number[], source: string) {
  const { console } = supervisor;
  await until('the console is well', PATIENCE_MS, async () => (await fetch(`${console}/api/health`)).ok);
  await until('the worker is alive', PATIENCE_MS, async () => {
    const { workers } = await store.api.system.about.query();
    return workers.some((worker) => worker.alive);
  });
  await until('the datastore is online', PATIENCE_MS, isServedAnew(store));
  expect(await finishedTimes(store, 'kept')).toEqual(kept);
  await expectRestores(store, { id: 'kept', time: kept[0] ?? 0 }, source);
  // The queue and the messages between console and worker work again, or this would wait for ever.
  await endOf(store.api, await store.api.datastore.rescan.mutate({ name: store.name }));
  const time = await backUp(store, source, { id: 'kept', time: (kept.at(-1) ?? 0) + 10 });
  expect(await finishedTimes(store, 'kept')).toEqual([...kept, time]);
  await expectClean(store);
}

test('the embedded PostgreSQL killed while idle: all ends with the reason, the next start has everything', async () => {
  const killed = await start('embedded');
  const store = await createDatastore(serverOf(killed), join(root, 'store'));
  const source = writeSource(join(root, 'source'), 6);
  const time = await backUp(store, source, { id: 'kept' });
  process.kill(killed.child('bin/postgres'), 'SIGKILL');
  expect(await killed.exit()).toBe(1);
  expect(killed.said).toMatch(/PostgreSQL ended \(SIGKILL\).*start again to recover/);
  await until('nothing is left', PATIENCE_MS, async () => killed.family().length === 0);

  const next = await start('embedded');
  await expectWorking(next, store, [time], source);
});

test('one session of PostgreSQL killed while idle: it recovers, and so does all that was connected', async () => {
  const supervisor = await start('embedded');
  const api = connectApi(serverOf(supervisor));
  const [row] = await api.datastore.list.query();
  const store = storeOf(supervisor, row?.name);
  const source = join(root, 'source');
  const kept = await finishedTimes(store, 'kept');
  const postgres = supervisor.child('bin/postgres');
  const [session = 0] = sessionsOf(postgres);
  expect(session).toBeGreaterThan(0);
  process.kill(session, 'SIGKILL');
  await until('all sessions are ended', PATIENCE_MS, async () => !sessionsOf(postgres).includes(session));
  await expectWorking(supervisor, store, kept, source);
  expect(supervisor.child('bin/postgres')).toBe(postgres);
  expect(supervisor.ended).toBe(false);
});

test('a PostgreSQL elsewhere killed while idle, and away for longer than a lease: refusals in words, then all is back', async () => {
  const gate = await AddressGate.make();
  const cluster = { directory: join(root, 'cluster'), passwordFile: join(root, 'password-of-cluster') };
  let postgres = await startPostgres(cluster);
  await gate.leadTo(portOf(postgres));
  const url = new URL(postgres.url);
  url.port = String(gate.port);
  const supervisor = await start('elsewhere', { DATABASE_URL: url.href });
  const processes = () => [supervisor.child('scripts/web.ts'), supervisor.child('worker/main.ts')];
  try {
    const store = await createDatastore(serverOf(supervisor), join(root, 'elsewhere-store'));
    const source = writeSource(join(temporaryDirectory(), 'source'), 6);
    const time = await backUp(store, source, { id: 'kept' });
    const before = processes();
    await killAndWait(postgres);
    await gate.close();
    await expect(store.api.datastore.list.query()).rejects.toThrow('The database does not answer.');
    expect((await fetch(`${supervisor.console}/api/health`)).status).toBe(503);
    await expect(backUp(store, source, { id: 'refused' })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    });
    await until('the owner has not been heard of for longer than its lease', 2 * PATIENCE_MS, async () => {
      const { seenAt } = JSON.parse(fs.readFileSync(join(store.path, '.ibs-owner.json'), 'utf8'));
      return Date.now() - seenAt > LEASE_SECONDS * 1000;
    });
    postgres = await startPostgres(cluster);
    await gate.leadTo(portOf(postgres));
    await expectWorking(supervisor, store, [time], source);
    expect(processes()).toEqual(before);
  } finally {
    await supervisor.interrupt();
    await gate.close();
    await postgres.stop();
  }
});

function storeOf(supervisor: Supervisor, name: string | undefined): FaultDatastore {
  const server = serverOf(supervisor);
  if (name === undefined) throw new Error('The datastore of the test before is not there.');
  const address = addressOf(server, server.gateway);
  return { api: connectApi(server), name: name as DatastoreName, path: join(root, 'store'), address };
}

function portOf(postgres: EmbeddedPostgres): number {
  return Number(new URL(postgres.url).port);
}

/** With the processes that it has started, which end when they see that it is gone. */
async function killAndWait(postgres: EmbeddedPostgres): Promise<void> {
  const ended = once(postgres.process, 'exit');
  postgres.process.kill('SIGKILL');
  await ended;
}

/** Processes that serve one client each. */
function sessionsOf(postmaster: number): number[] {
  return fs
    .readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid !== '' && commandOf(pid).includes('127.0.0.1('))
    .map(Number);
}

function commandOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has just ended
  }
}

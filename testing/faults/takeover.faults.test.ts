import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEASE_SECONDS } from '#drizzle/leases.ts';
import { type AnotherWorker, type RunningServer, startServer } from '../running-server.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { backUp, StepwiseBackup } from './client-calls.ts';
import {
  addressOf,
  createDatastore,
  expectClean,
  expectRestores,
  type FaultDatastore,
  finishedTimes,
  isOnline,
  timesOnDisk,
  until,
  writeSource,
} from './fault-datastore.ts';
import { makeFaultRoot } from './fault-root.ts';

/** Two workers on one database (docs/reliability.md): one owns the datastore, and only that one writes. */

const root = makeFaultRoot('ibs-takeover');
let server: RunningServer;
let second: AnotherWorker;
let store: FaultDatastore;
/** The same datastore by way of the second worker. */
let elsewhere: FaultDatastore;

beforeAll(async () => {
  server = await startServer();
  store = await createDatastore(server, join(root, 'store'));
  second = await server.startAnotherWorker();
  elsewhere = { ...store, address: addressOf(server, second.gateway) };
});
afterAll(async () => {
  await server?.signalWorker('SIGCONT');
  await server?.stop();
});

function ownerRecord(): { workerId: string; epoch: number } {
  return JSON.parse(fs.readFileSync(join(store.path, '.ibs-owner.json'), 'utf8'));
}

/** Retries until the worker behind `place` owns the datastore. */
function backUpWhenOwned(place: FaultDatastore, source: string, id: string, patienceMs: number) {
  return until('the other worker serves the datastore', patienceMs, async () => {
    if (!(await isOnline(store)())) return null;
    return backUp(place, source, { id });
  });
}

test('a worker that does not own the datastore refuses, and says who does', async () => {
  const source = writeSource(join(temporaryDirectory(), 'source'), 4);
  await expect(backUp(elsewhere, source, { id: 'refused' })).rejects.toThrow(/served by another worker at/);
});

test('a paused owner writes nothing after its lease is lost, also what was asked before', async () => {
  const source = writeSource(join(temporaryDirectory(), 'source'), 6);
  const kept = await backUp(store, source, { id: 'paused' });
  const before = ownerRecord();
  const backup = await StepwiseBackup.open(store, 'paused');
  await backup.sendAll(randomBytes(100_000));

  await server.signalWorker('SIGSTOP');
  const finish = backup.api.finish().then(
    () => 'finished',
    () => 'refused',
  );
  await sleep(200);
  const pausedAt = performance.now();
  const taken = await backUpWhenOwned(elsewhere, source, 'paused', 90_000);
  expect(performance.now() - pausedAt).toBeGreaterThan((LEASE_SECONDS - 10) * 1000);
  const after = ownerRecord();
  expect(after.epoch).toBeGreaterThan(before.epoch);
  expect(after.workerId).not.toBe(before.workerId);
  const onDisk = timesOnDisk(store, 'paused');

  await server.signalWorker('SIGCONT');
  await sleep(12_000); // two heartbeats: time enough for whatever it still wants to do
  expect(await finish).toBe('refused');
  expect(timesOnDisk(store, 'paused')).toEqual(onDisk);
  expect(ownerRecord()).toMatchObject({ workerId: after.workerId, epoch: after.epoch });
  expect(await finishedTimes(store, 'paused')).toEqual([kept, taken]);
  await expectRestores(elsewhere, { id: 'paused', time: taken }, source);
  await expectClean(store);
});

test('an owner that is killed is followed by the other within the lease', async () => {
  const source = writeSource(join(temporaryDirectory(), 'source'), 6);
  const first = await backUp(elsewhere, source, { id: 'killed' });
  await second.kill();
  const killedAt = performance.now();
  const next = await backUpWhenOwned(store, source, 'killed', 90_000);
  expect(performance.now() - killedAt).toBeLessThan((LEASE_SECONDS + 15) * 1000);
  expect(await finishedTimes(store, 'killed')).toEqual([first, next]);
  await expectRestores(store, { id: 'killed', time: first }, source);
  await expectClean(store);
});

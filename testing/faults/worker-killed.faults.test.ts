import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { type RunningServer, startServer } from '../running-server.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { backUp, StepwiseBackup } from './client-calls.ts';
import {
  createDatastore,
  expectClean,
  expectRestores,
  type FaultDatastore,
  finishedTimes,
  isServedAnew,
  timesOnDisk,
  until,
  writeSource,
} from './fault-datastore.ts';
import { makeFaultRoot } from './fault-root.ts';

/** The worker is killed at every stage of a backup (docs/reliability.md): what was finished stays, the rest was never there. */

const root = makeFaultRoot('ibs-killed');
let server: RunningServer;
let store: FaultDatastore;

beforeAll(async () => {
  server = await startServer();
  store = await createDatastore(server, join(root, 'store'));
});
afterAll(() => server?.stop());

async function killAndStartAgain(): Promise<void> {
  await server.signalWorker('SIGKILL');
  await server.startWorker();
  await until('the datastore is online again', 60_000, isServedAnew(store));
}

/** After whatever happened: nothing but `kept` is a backup, all is sound, and the next backup works. */
async function expectRecovered(id: string, kept: number[]): Promise<void> {
  expect(timesOnDisk(store, id).finished).toHaveLength(kept.length);
  expect(await finishedTimes(store, id)).toEqual(kept);
  await until('the lost task has its outcome', 60_000, async () => {
    const { tasks } = await store.api.task.list.query({ datastore: store.name, states: ['running'] });
    return tasks.length === 0;
  });
  await expectClean(store);
  const source = writeSource(join(temporaryDirectory(), 'next'), 9);
  const time = await backUp(store, source, { id });
  await expectRestores(store, { id, time }, source);
  expect(await finishedTimes(store, id)).toEqual([...kept, time]);
}

test('right after the session has started', async () => {
  const backup = await StepwiseBackup.open(store, 'started');
  await killAndStartAgain();
  await expect(backup.sendAll(randomBytes(1000))).rejects.toSatisfy((error) =>
    isBackupError(error, 'SERVER_UNREACHABLE'),
  );
  await expectRecovered('started', []);
});

test('in the middle of the upload, with an earlier snapshot to build on', async () => {
  const source = writeSource(join(temporaryDirectory(), 'source'), 128);
  const first = await backUp(store, writeSource(`${source}.first`, 12), { id: 'uploading' });
  let killed: Promise<void> | null = null;
  const backup = backUp(store, source, {
    id: 'uploading',
    progress: ({ sentBytes }) => {
      if (sentBytes > 8 * 1024 * 1024) killed ??= server.signalWorker('SIGKILL');
    },
  });
  await expect(backup).rejects.toSatisfy((error) => isBackupError(error, 'SERVER_UNREACHABLE'));
  expect(killed).not.toBeNull();
  await killAndStartAgain();
  await expectRestores(store, { id: 'uploading', time: first }, `${source}.first`);
  await expectRecovered('uploading', [first]);
});

test('when everything is there but the end', async () => {
  const backup = await StepwiseBackup.open(store, 'unfinished');
  await backup.sendAll(randomBytes(300_000));
  await killAndStartAgain();
  await expect(backup.api.finish()).rejects.toSatisfy((error) => isBackupError(error, 'SERVER_UNREACHABLE'));
  await expectRecovered('unfinished', []);
});

test('while the end is under way: whole or not at all', async () => {
  const kept: number[] = [];
  const payloads = new Map<number, Buffer>();
  for (let delayMs = 0; delayMs <= 12; delayMs += 4) {
    const backup = await StepwiseBackup.open(store, 'finishing');
    payloads.set(backup.time, randomBytes(200_000));
    await backup.sendAll(payloads.get(backup.time) as Buffer);
    const answer = backup.api.finish().then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await killAndStartAgain();
    const listed = (await finishedTimes(store, 'finishing')).includes(backup.time);
    if (await answer) expect(listed, `finish was confirmed, killed after ${delayMs} ms`).toBe(true);
    if (listed) kept.push(backup.time);
  }
  await expectRecovered('finishing', kept);
});

test('right after the end was confirmed: the backup is there, also in the lists', async () => {
  const payload = randomBytes(500_000);
  const backup = await StepwiseBackup.open(store, 'confirmed');
  await backup.sendAll(payload);
  await backup.api.finish();
  await killAndStartAgain();
  expect(await finishedTimes(store, 'confirmed')).toEqual([backup.time]);
  await expectRecovered('confirmed', [backup.time]);
});

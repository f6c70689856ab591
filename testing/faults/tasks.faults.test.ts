import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { type RunningServer, startServer } from '../running-server.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { backUp } from './client-calls.ts';
import {
  adoptDatastore,
  backUpInProcess,
  connectApi,
  createDatastore,
  endOf,
  exitOf,
  expectClean,
  expectRestores,
  type FaultDatastore,
  finalTask,
  finishedTimes,
  isOnline,
  timesOnDisk,
  until,
  writeSource,
} from './fault-datastore.ts';
import { makeFaultRoot } from './fault-root.ts';

/** The tasks of a whole datastore by the real API, and what is left when they or the client are interrupted. */

const root = makeFaultRoot('ibs-tasks');
let server: RunningServer;
let store: FaultDatastore;

beforeAll(async () => {
  server = await startServer();
  store = await createDatastore(server, join(root, 'store'));
});
afterAll(() => server?.stop());

async function startCreation(name: string) {
  const path = join(root, name);
  const input = { type: 'local' as const, name: name as DatastoreName, path };
  const sameFilesystemReason = 'A test on one disk; nothing in it is needed.';
  const { taskId } = await store.api.datastore.create.mutate({ ...input, sameFilesystemReason });
  await until('some directories are made', 60_000, async () => {
    return fs.existsSync(join(path, '.chunks')) && fs.readdirSync(join(path, '.chunks')).length > 100;
  });
  return { path, taskId };
}

test('a client that is killed in the middle leaves nothing, and the group is free at once', async () => {
  const directory = temporaryDirectory();
  const source = writeSource(join(directory, 'source'), 8);
  const first = await backUp(store, source, { id: 'client' });
  const large = writeSource(join(directory, 'large'), 512);
  // What the gateway hears of an end depends on what it does at that moment.
  for (const signal of Array<NodeJS.Signals[]>(4).fill(['SIGKILL', 'SIGINT']).flat()) {
    const client = backUpInProcess(store, large, 'client');
    await new Promise((resolve) => client.stdout?.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(timesOnDisk(store, 'client').all).toHaveLength(2);
    client.kill(signal);
    await exitOf(client);
    await until(
      'the unfinished snapshot is gone',
      10_000,
      async () => timesOnDisk(store, 'client').all.length === 1,
    );
  }
  expect(await finishedTimes(store, 'client')).toEqual([first]);
  const next = await backUp(store, source, { id: 'client', time: first + 5000 });
  await expectRestores(store, { id: 'client', time: next }, source);
  await expectClean(store);
});

test('maintenance: read-only still restores, offline does nothing, and both end', async () => {
  const source = writeSource(join(temporaryDirectory(), 'source'), 4);
  const time = await backUp(store, source, { id: 'maintained' });
  const set = async (mode: 'read-only' | 'offline' | null) =>
    endOf(
      store.api,
      await store.api.datastore.maintenance.mutate({ name: store.name, mode, message: 'disks' }),
    );
  await set('read-only');
  await expect(backUp(store, source, { id: 'maintained' })).rejects.toMatchObject({
    code: 'DATASTORE_MAINTENANCE',
  });
  await expectRestores(store, { id: 'maintained', time }, source);
  await set('offline');
  await expect(expectRestores(store, { id: 'maintained', time }, source)).rejects.toMatchObject({
    code: 'DATASTORE_MAINTENANCE',
  });
  await set(null);
  await until('it is online', 30_000, isOnline(store));
  await backUp(store, source, { id: 'maintained' });
});

test('a creation that is cancelled takes everything back', async () => {
  const { path, taskId } = await startCreation('cancelled');
  await store.api.task.cancel.mutate({ id: taskId });
  const task = await finalTask(store.api, taskId);
  expect(task.state).toBe('cancelled');
  expect(fs.existsSync(path)).toBe(false);
  const names = (await store.api.datastore.list.query()).map((one) => one.name);
  expect(names).toEqual([store.name]);
});

test('a creation whose worker is killed is finished by the next', async () => {
  const { taskId } = await startCreation('retried');
  await server.signalWorker('SIGKILL');
  await server.startWorker();
  const task = await finalTask(store.api, taskId);
  expect(task.state, task.outcome ?? '').toMatch(/succeeded|warnings/);
  const retried = { ...store, name: 'retried' as DatastoreName, path: join(root, 'retried') };
  const source = writeSource(join(temporaryDirectory(), 'source'), 4);
  const time = await backUp(retried, source, { id: 'retried' });
  await expectRestores(retried, { id: 'retried', time }, source);
});

test('with a new database, adopting brings every snapshot back', async () => {
  const list = async (api: FaultDatastore['api']) => {
    const { snapshots } = await api.snapshot.list.query({ datastore: store.name, limit: 1000 });
    return snapshots
      .map(({ type, id, time, finished, sizeBytes, owner }) => ({
        type,
        id,
        time,
        finished,
        sizeBytes,
        owner,
      }))
      .sort((a, b) => a.id.localeCompare(b.id) || a.time - b.time);
  };
  await until('it is online', 30_000, isOnline(store));
  const before = await list(store.api);
  expect(before.length).toBeGreaterThan(2);
  await server.stop();
  server = await startServer();
  store = await adoptDatastore(server, store.name, store.path);
  expect(await list(connectApi(server))).toEqual(before);
  await expectClean(store);
});

test('removing with the data leaves only what was not ours', async () => {
  fs.writeFileSync(join(store.path, 'README.mine'), 'not a backup');
  await endOf(store.api, await store.api.datastore.remove.mutate({ name: store.name, destroyData: true }));
  expect(fs.readdirSync(store.path)).toEqual(['README.mine']);
  const names = (await store.api.datastore.list.query()).map((one) => one.name);
  expect(names).not.toContain(store.name);
});

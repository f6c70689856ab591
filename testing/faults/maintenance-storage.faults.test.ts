import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GC_STATUS_NAME } from '#engine/gc/gc-status.ts';
import { type RunningServer, startServer } from '../running-server.ts';
import { backUpPieces } from './client-calls.ts';
import {
  createDatastore,
  endOf,
  expectClean,
  type FaultDatastore,
  finalTask,
  isOnline,
  until,
} from './fault-datastore.ts';
import { FaultFilesystem, whyNoFaultFilesystem } from './fault-filesystem.ts';
import { makeFaultRoot } from './fault-root.ts';
import {
  expectCollected,
  gcStatus,
  makeGarbage,
  setAsideOnDisk,
  smallPieces,
  startGc,
  startPrune,
  startVerify,
  stored,
  verifyStates,
} from './maintenance-calls.ts';

/** Storage that answers with errors, or goes away, in the midst of maintenance (docs/reliability.md). */

const missing = whyNoFaultFilesystem();

describe.skipIf(missing)(`maintenance on a disk with errors${missing ? ` (${missing})` : ''}`, () => {
  const root = makeFaultRoot('ibs-maintenance');
  const kept = smallPieces(30);
  const times: number[] = [];
  let server: RunningServer;
  let disk: FaultFilesystem;
  let store: FaultDatastore;
  let files: string;
  let garbage: Buffer[];

  beforeAll(async () => {
    disk = new FaultFilesystem(root);
    server = await startServer();
    store = await createDatastore(server, join(disk.path, 'store'));
    files = join(disk.behind, 'store');
    for (const pieces of [kept.slice(0, 20), kept.slice(10)]) {
      times.push(await backUpPieces(store, 'kept', pieces));
    }
    garbage = await makeGarbage(store, files, 60);
  });
  afterEach(() => {
    disk?.clear();
    expect(stored(files, kept)).toBe(kept.length);
    expect(setAsideOnDisk(files)).toEqual([]);
    expect(gcStatus(files)).toBeNull();
  });
  afterAll(async () => {
    await server?.stop();
    disk?.destroy();
  });

  const show = () => store.api.datastore.get.query({ name: store.name });

  async function probe(): Promise<string> {
    await finalTask(store.api, (await store.api.datastore.probe.mutate({ name: store.name })).taskId);
    return (await show()).status;
  }

  /** While it waits for the call that `rule` makes slow. */
  async function inTheMidst(rule: string, start: () => Promise<{ taskId: string }>) {
    disk.rules(rule);
    const { taskId } = await start();
    await until('the disk has become slow', 120_000, async () => disk.fired().length > 0);
    return taskId;
  }

  async function comesBack(): Promise<void> {
    disk.mount();
    await until('it is online again', 60_000, async () => (await probe()) === 'online');
  }

  test.for([
    { what: 'an index', rule: 'read .didx EIO 0 -1', words: /root\.pxar\.didx cannot be read/ },
    { what: 'a group', rule: 'readdir host/kept EIO 0 -1', words: /the disk reports an error/ },
  ])(
    'EIO for $what while a collection marks: nothing goes, and the task says why',
    async ({ rule, words }) => {
      disk.rules(rule);
      const task = await finalTask(store.api, (await startGc(store)).taskId);
      expect(disk.fired()).not.toEqual([]);
      expect(task).toMatchObject({ state: 'failed', outcome: expect.stringMatching(words) });
      expect(stored(files, garbage)).toBe(60);
    },
  );

  test('EIO while a collection sweeps: what went was garbage, and the task says why', async () => {
    disk.rules('unlink .chunks EIO 3 -1');
    const task = await finalTask(store.api, (await startGc(store)).taskId);
    expect(task).toMatchObject({
      state: 'failed',
      outcome: expect.stringMatching(/the disk reports an error/),
    });
    expect(stored(files, garbage)).toBe(57);
    disk.clear();
    expect(await probe()).toBe('online');
  });

  test('EIO while a verification reads: named, and nothing is set aside', async () => {
    disk.rules('read .chunks EIO 0 -1');
    const task = await finalTask(store.api, (await startVerify(store, 'kept')).taskId);
    expect(disk.fired()).not.toEqual([]);
    expect(task).toMatchObject({ state: 'failed', error: { code: 'DATA_CORRUPT' } });
    const { lines } = await store.api.task.log.query({ id: task.id });
    expect(lines.map((line) => line.text)).toContainEqual(
      expect.stringMatching(/cannot be read: the disk reports an error/),
    );
  });

  test('a mount that is taken away while a collection sweeps: it ends with the reason', async () => {
    const taskId = await inTheMidst('unlink .chunks delay:1500 3 -1', () => startGc(store));
    disk.takeAway();
    expect(await probe()).toBe('offline');
    const task = await finalTask(store.api, taskId);
    expect(task).toMatchObject({
      state: 'failed',
      outcome: expect.stringMatching(/is offline: .*store is not there/),
    });
    expect(stored(files, garbage)).toBeGreaterThan(40);
    await comesBack();
  });

  test('a disk that is gone while a verification reads: it ends with the reason', async () => {
    const states = verifyStates(files, 'kept', times);
    const taskId = await inTheMidst('read .chunks delay:1500 3 -1', () => startVerify(store, 'kept'));
    disk.crash();
    const task = await finalTask(store.api, taskId);
    expect(task).toMatchObject({
      state: 'failed',
      error: { code: expect.stringMatching(/UNREACHABLE|OFFLINE/) },
    });
    expect(verifyStates(files, 'kept', times)).toEqual(states);
    await comesBack();
  });

  test.for([
    {
      what: 'a verification reads',
      rule: 'read .chunks delay:1500 3 3',
      start: () => startVerify(store, 'kept'),
    },
    {
      what: 'a prune removes',
      rule: 'unlink host/pruned delay:1500 1 3',
      start: async () => {
        for (let count = 0; count < 3; count += 1) await backUpPieces(store, 'pruned', kept.slice(0, 2));
        return startPrune(store, 'pruned');
      },
    },
  ])(
    'offline maintenance that begins while $what: waits for it, and it goes through',
    async ({ rule, start }) => {
      const { name } = store;
      const taskId = await inTheMidst(rule, start);
      const entering = await store.api.datastore.maintenance.mutate({
        name,
        mode: 'offline',
        message: 'disks',
      });
      const [entered, task] = await Promise.all([
        finalTask(store.api, entering.taskId),
        finalTask(store.api, taskId),
      ]);
      expect([entered.state, task.state], task.outcome ?? '').toEqual(['succeeded', 'succeeded']);
      expect(entered.finishedAt?.getTime()).toBeGreaterThanOrEqual(task.finishedAt?.getTime() ?? Number.NaN);
      const { lines } = await store.api.task.log.query({ id: entered.id });
      expect(lines.map((line) => line.text)).toContainEqual(expect.stringMatching(`Waiting for .*${taskId}`));
      await endOf(store.api, await store.api.datastore.maintenance.mutate({ name, mode: null, message: '' }));
    },
  );

  test('when all this is over, a verification finds all sound, and a collection takes the rest', async () => {
    await until('it is online', 60_000, isOnline(store));
    const verified = await endOf(store.api, await startVerify(store, 'kept'));
    expect(verified.result).toMatchObject({ sound: 2, failed: 0, readChunks: kept.length });
    const left = stored(files, garbage);
    const collected = await endOf(store.api, await startGc(store));
    expect(await expectCollected(store, files, collected)).toMatchObject({
      ...{ removedChunks: left, pendingChunks: 0, missingChunks: 0 },
    });
    await expectClean(store);
    fs.rmSync(join(files, GC_STATUS_NAME));
  });
});

import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TaskDetail } from '#cli/connect/api.ts';
import { chunksOnDisk } from '../chunks-on-disk.ts';
import { type RunningServer, startServer } from '../running-server.ts';
import { backUp, backUpPieces } from './client-calls.ts';
import {
  createDatastore,
  endOf,
  expectClean,
  expectRestores,
  type FaultDatastore,
  finalTask,
  finishedTimes,
  isServedAnew,
  timesOnDisk,
  until,
  writeSource,
} from './fault-datastore.ts';
import { FaultFilesystem, whyNoFaultFilesystem } from './fault-filesystem.ts';
import { makeFaultRoot } from './fault-root.ts';
import {
  expectCollected,
  expectFiguresRight,
  gcStatus,
  hiddenOf,
  makeGarbage,
  smallPieces,
  startGc,
  startPrune,
  startVerify,
  stored,
  verifyStates,
} from './maintenance-calls.ts';

/**
 * The worker is killed in the midst of maintenance (docs/reliability.md): what was done stays done, the next worker does
 * the rest. A disk that is slow from a certain call on makes the moment certain.
 */

const missing = whyNoFaultFilesystem();
const SLOW = 'delay:1500';

describe.skipIf(missing)(`maintenance on a slow disk${missing ? ` (${missing})` : ''}`, () => {
  const root = makeFaultRoot('ibs-maintenance');
  const kept = smallPieces(30);
  let server: RunningServer;
  let disk: FaultFilesystem;
  let store: FaultDatastore;
  /** Where the files of the datastore can be looked at without delay. */
  let files: string;
  let whole: { id: string; time: number; source: string };

  beforeAll(async () => {
    disk = new FaultFilesystem(root);
    server = await startServer();
    store = await createDatastore(server, join(disk.path, 'store'));
    files = join(disk.behind, 'store');
    const source = writeSource(join(root, 'source'), 9);
    whole = { id: 'whole', time: await backUp(store, source, { id: 'whole' }), source };
    await backUpPieces(store, 'kept', kept);
  });
  afterEach(() => disk?.clear());
  afterAll(async () => {
    await server?.stop();
    disk?.destroy();
  });

  /** Kills the worker while it waits for the call that `rule` makes slow. */
  async function killAt(rule: string, start: () => Promise<{ taskId: string }>, attempt = 1) {
    disk.rules(rule);
    const started = await start();
    await until('the disk has become slow', 240_000, async () => disk.fired().length > 0);
    await server.signalWorker('SIGKILL');
    disk.clear();
    const task = await store.api.task.get.query({ id: started.taskId });
    expect(task).toMatchObject({ state: 'running', attempt });
    return started;
  }

  /** By the next worker, which says that it began anew. */
  async function goesOn({ taskId }: { taskId: string }, attempt = 2): Promise<TaskDetail> {
    await server.startWorker();
    const task = await finalTask(store.api, taskId, 240_000);
    expect(task.state, task.outcome ?? '').toBe('warnings');
    expect(task).toMatchObject({ attempt, outcome: expect.stringContaining(`Attempt ${attempt}`) });
    await until('the datastore is online again', 60_000, isServedAnew(store));
    return task;
  }

  test('while a collection marks, and while it sweeps: what went was garbage, and the next worker removes the rest', async () => {
    const garbage = await makeGarbage(store, files, 40);
    const before = chunksOnDisk(files);
    const started = await killAt(`read .didx ${SLOW} 0 -1`, () => startGc(store));
    expect(chunksOnDisk(files)).toEqual(before);
    expect(gcStatus(files)).toBeNull();

    const again = async () => {
      await server.startWorker();
      return started;
    };
    await killAt(`unlink .chunks ${SLOW} 12 -1`, again, 2);
    const left = stored(files, garbage);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(40 - 10);
    expect(stored(files, kept)).toBe(kept.length);
    expect(gcStatus(files)).toBeNull();

    const task = await goesOn(started, 3);
    // In whatever order the scan after the stop and the count that it may ask for come to their end.
    await until('the chunks are counted', 120_000, async () => {
      const { chunkCount } = await store.api.datastore.get.query({ name: store.name });
      return chunkCount !== null;
    });
    const figures = await expectCollected(store, files, task);
    expect(figures).toMatchObject({ removedChunks: left, pendingChunks: 0, missingChunks: 0 });
    expect([stored(files, garbage), stored(files, kept)]).toEqual([0, kept.length]);
    await expectRestores(store, whole, whole.source);
  }, 480_000);

  test('while a prune removes the files of a snapshot: each is there whole or gone, and the rest of them goes', async () => {
    const shared = smallPieces(2);
    const times: number[] = [];
    for (let count = 0; count < 8; count += 1) times.push(await backUpPieces(store, 'pruned', shared));
    await store.api.datastore.update.mutate({ name: store.name, trashDays: 0 });
    // Each has two files.
    const started = await killAt(`unlink host/pruned ${SLOW} 5 -1`, () => startPrune(store, 'pruned'));
    const { all, finished } = timesOnDisk(store, 'pruned');
    expect(all).toHaveLength(5);
    expect(finished).toEqual(all);
    expect(hiddenOf(files, 'pruned')).toHaveLength(1);
    const task = await goesOn(started);
    expect(task.result).toMatchObject({ snapshots: 5, removed: 4, kept: 1, skipped: 0 });
    expect(timesOnDisk(store, 'pruned').finished).toHaveLength(1);
    expect(await finishedTimes(store, 'pruned')).toEqual(times.slice(-1));
    expect(hiddenOf(files, 'pruned')).toEqual([]);
    expect([stored(files, shared), stored(files, kept)]).toEqual([2, kept.length]);
    await store.api.datastore.update.mutate({ name: store.name, trashDays: 1 });
  });

  test('while a prune moves snapshots to the trash: each is whole at one place, and can be restored', async () => {
    const shared = smallPieces(2);
    const times: number[] = [];
    for (let count = 0; count < 6; count += 1) times.push(await backUpPieces(store, 'moved', shared));
    const started = await killAt(`rename host/moved ${SLOW} 3 -1`, () => startPrune(store, 'moved'));
    const listTrash = async () =>
      (await store.api.trash.list.query({ datastore: store.name, id: 'moved' as never })).items;
    const task = await goesOn(started);
    expect(task.result).toMatchObject({ kept: 1, skipped: 0 });
    expect(timesOnDisk(store, 'moved').finished).toHaveLength(1);
    const items = await listTrash();
    expect(items.map(({ time }) => time).sort()).toEqual(times.slice(0, -1).sort());
    const { taskId } = await store.api.trash.restore.mutate({
      datastore: store.name,
      items: items.map(({ namespace, type, id, time, trashedTime }) => ({
        ...{ namespace, type, id, time, trashedTime },
      })) as never,
    });
    await endOf(store.api, { taskId: taskId ?? '' });
    expect(await finishedTimes(store, 'moved')).toEqual(times);
    expect(await listTrash()).toEqual([]);
    await expectClean(store);
  });

  test('while a verification reads: what it has verified is not read again', async () => {
    const times: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      times.push(await backUpPieces(store, 'verified', smallPieces(5)));
    }
    const before = fs.globSync(`${files}/.chunks/*/*`).sort();
    const started = await killAt(`read .chunks ${SLOW} 17 -1`, () => startVerify(store, 'verified'));
    const states = verifyStates(files, 'verified', times);
    const done = states.filter((state) => state !== null).length;
    expect(states).toEqual([...Array(done).fill(expect.anything()), ...Array(6 - done).fill(null)]);
    expect([1, 2, 3]).toContain(done);
    const task = await goesOn(started);
    expect(task.result).toMatchObject({
      ...{ sound: 6 - done, failed: 0, skipped: 0, left: 0 },
      readChunks: 5 * (6 - done),
    });
    const [first] = states;
    expect(verifyStates(files, 'verified', times)).toEqual(Array(6).fill(first));
    expect(first).toMatchObject({ state: 'ok' });
    const { snapshots } = await store.api.snapshot.list.query({
      datastore: store.name,
      id: 'verified' as never,
    });
    expect(snapshots.map((one) => one.verifyState)).toEqual(Array(6).fill('ok'));
    expect(fs.globSync(`${files}/.chunks/*/*`).sort()).toEqual(before);
    await expectFiguresRight(store, files);
    await expectRestores(store, whole, whole.source);
    await expectClean(store);
  });
});

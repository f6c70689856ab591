import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RESERVE_NAME } from '#engine/reserve.ts';
import { type RunningServer, startServer } from '../running-server.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { backUp, backUpPieces } from './client-calls.ts';
import {
  createDatastore,
  endOf,
  expectClean,
  expectRestores,
  type FaultDatastore,
  finishedTimes,
  until,
  writeSource,
} from './fault-datastore.ts';
import { makeFaultRoot } from './fault-root.ts';
import { LoopMount, whyNoLoopMount } from './loop-mount.ts';
import {
  ageAll,
  expectCollected,
  forget,
  gcStatus,
  smallPieces,
  startGc,
  startPrune,
  startVerify,
  stored,
} from './maintenance-calls.ts';

/** Not one block is free: what gives space back must work all the same (docs/reliability.md). */

const missing = whyNoLoopMount();

describe.skipIf(missing)(`maintenance of a full datastore${missing ? ` (${missing})` : ''}`, () => {
  const root = makeFaultRoot('ibs-full');
  const kept = smallPieces(20);
  let server: RunningServer;
  let disk: LoopMount;
  let store: FaultDatastore;

  beforeAll(async () => {
    disk = new LoopMount(root, 420);
    server = await startServer();
    store = await createDatastore(server, disk.path, { trashDays: 1 });
  });
  afterAll(async () => {
    await server?.stop();
    disk?.destroy();
  });

  const freeBytes = () => fs.statfsSync(disk.path).bavail * fs.statfsSync(disk.path).bsize;
  const show = () => store.api.datastore.get.query({ name: store.name });

  const hasReserve = () => fs.existsSync(join(disk.path, RESERVE_NAME));

  async function emptyTrash(): Promise<void> {
    const { taskId } = await store.api.trash.empty.mutate({ datastore: store.name });
    await endOf(store.api, { taskId: taskId ?? '' });
  }

  async function probe() {
    await endOf(store.api, await store.api.datastore.probe.mutate({ name: store.name }));
    return show();
  }

  async function expectFull(): Promise<void> {
    expect(freeBytes()).toBe(0);
    const { status, statusReason } = await probe();
    expect({ status, statusReason }).toEqual({
      status: 'degraded',
      statusReason: expect.stringMatching(/^No space is left/),
    });
    expect(fs.readdirSync(disk.path).filter((name) => name.startsWith('.ibs-probe'))).toEqual([]);
  }

  test('prune and garbage collection go through and give space back, also after a restart', async () => {
    const source = writeSource(`${temporaryDirectory()}/source`, 9);
    const time = await backUp(store, source, { id: 'whole' });
    await backUpPieces(store, 'kept', kept);
    const times: number[] = [];
    for (let count = 0; count < 4; count += 1) times.push(await backUpPieces(store, 'pruned', kept));
    const large = writeSource(`${temporaryDirectory()}/large`, 24);
    await forget(store, 'large', await backUp(store, large, { id: 'large' }));
    await emptyTrash();

    disk.fill();
    await expectFull();
    await expect(backUp(store, large, { id: 'large' })).rejects.toMatchObject({ code: 'STORAGE_FULL' });

    // Everything was used just now, so nothing goes, and there is no room for the result either.
    const waits = await endOf(store.api, await startGc(store));
    expect(waits).toMatchObject({ state: 'warnings', result: { removedChunks: 0, pendingChunks: 6 } });
    const { lines } = await store.api.task.log.query({ id: waits.id });
    expect(lines.map((line) => line.text)).toContainEqual(expect.stringMatching(/\.gc-status has no space/));
    expect(gcStatus(disk.path)).toBeNull();

    await server.stopWorker();
    disk.fill();
    await server.startWorker();
    await until('the worker has seen that it is full', 60_000, async () => {
      const { status, statusReason } = await show();
      return status === 'degraded' && statusReason.startsWith('No space is left');
    });
    expect(freeBytes()).toBe(0);

    const pruned = await endOf(store.api, await startPrune(store, 'pruned'));
    expect(pruned.result).toMatchObject({ removed: 3, kept: 1, skipped: 0 });
    expect(await finishedTimes(store, 'pruned')).toEqual(times.slice(-1));
    // They need directories in the trash, for which the reserve went.
    expect((await store.api.trash.list.query({ datastore: store.name })).total).toBe(3);
    expect(hasReserve()).toBe(false);
    expect(freeBytes()).toBeGreaterThan(0);

    disk.fill();
    await expectFull();
    await emptyTrash();
    ageAll(disk.path);
    const collected = await endOf(store.api, await startGc(store));
    const figures = await expectCollected(store, disk.path, collected);
    expect(figures).toMatchObject({ removedChunks: 6, pendingChunks: 0, missingChunks: 0 });
    expect(freeBytes()).toBeGreaterThan(12 * 1024 * 1024);
    expect((await probe()).status).toBe('online');
    expect(hasReserve()).toBe(true);

    expect(stored(disk.path, kept)).toBe(kept.length);
    await expectRestores(store, { id: 'whole', time }, source);
    const next = writeSource(`${temporaryDirectory()}/next`, 9);
    await expectRestores(store, { id: 'next', time: await backUp(store, next, { id: 'next' }) }, next);
    await endOf(store.api, await startVerify(store, 'whole'));
    await expectClean(store);
  });
});

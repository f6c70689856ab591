import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isBackupError } from '#domain/errors.ts';
import { type RunningServer, startServer } from '../running-server.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { backUp } from './client-calls.ts';
import {
  createDatastore,
  endOf,
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
import { LoopMount, whyNoLoopMount } from './loop-mount.ts';

/** Storage that fills up or goes away under a datastore (docs/reliability.md). */

const missing = whyNoLoopMount();

describe.skipIf(missing)(`a datastore on a filesystem of its own${missing ? ` (${missing})` : ''}`, () => {
  const root = makeFaultRoot('ibs-storage');
  let server: RunningServer;
  let disk: LoopMount;
  let store: FaultDatastore;

  beforeAll(async () => {
    disk = new LoopMount(root, 420);
    server = await startServer();
    store = await createDatastore(server, disk.path);
  });
  afterAll(async () => {
    await server?.stop();
    disk?.destroy();
  });

  async function probe(): Promise<string> {
    await endOf(store.api, await store.api.datastore.probe.mutate({ name: store.name }));
    return (await store.api.datastore.get.query({ name: store.name })).status;
  }

  test('a full disk: the backup fails as full, everything before stays, and freed space is enough to go on', async () => {
    const directory = temporaryDirectory();
    const source = writeSource(join(directory, 'first'), 8);
    const first = await backUp(store, source, { id: 'full' });
    disk.fill();
    const large = writeSource(join(directory, 'large'), 48);
    await expect(backUp(store, large, { id: 'full' })).rejects.toMatchObject({ code: 'STORAGE_FULL' });

    expect(await finishedTimes(store, 'full')).toEqual([first]);
    await until(
      'the unfinished snapshot is removed',
      20_000,
      async () => timesOnDisk(store, 'full').all.length === 1,
    );
    // A few blocks may be free again, so that the probe's small file fits; reading must work in any case.
    expect(await probe()).toMatch(/online|degraded/);
    await expectRestores(store, { id: 'full', time: first }, source);
    await expectClean(store);

    disk.free();
    expect(await probe()).toBe('online');
    const small = writeSource(join(directory, 'small'), 24);
    const second = await backUp(store, small, { id: 'full' });
    await expectRestores(store, { id: 'full', time: second }, small);
    expect(await finishedTimes(store, 'full')).toEqual([first, second]);
    await expectClean(store);
  });

  test('a mount that is taken away: offline within 90 s, nothing in the empty mount point, back by itself', async () => {
    const directory = temporaryDirectory();
    const source = writeSource(join(directory, 'source'), 8);
    const first = await backUp(store, source, { id: 'gone' });
    disk.takeAway();
    expect(fs.readdirSync(disk.path)).toEqual([]);
    const seen = await until('it is offline', 90_000, async () => {
      const found = await store.api.datastore.get.query({ name: store.name });
      return found.status === 'offline' ? found : null;
    });
    expect(seen.statusReason).toMatch(/mounted at/);
    await expect(backUp(store, source, { id: 'gone' })).rejects.toSatisfy((error) =>
      isBackupError(error, 'DATASTORE_OFFLINE'),
    );
    expect(fs.readdirSync(disk.path)).toEqual([]);
    await until('the filesystem is let go', 30_000, async () => !disk.isHeld);

    disk.mount();
    await until('it is online again by itself', 60_000, isOnline(store));
    expect(await finishedTimes(store, 'gone')).toEqual([first]);
    await expectRestores(store, { id: 'gone', time: first }, source);
    await backUp(store, source, { id: 'gone' });
    await expectClean(store);
  });

  test('a mount that is taken away in the middle of a backup: what was not finished is nowhere', async () => {
    const directory = temporaryDirectory();
    let taken = false;
    const source = writeSource(join(directory, 'source'), 24);
    const backup = backUp(store, source, {
      id: 'middle',
      progress: () => {
        if (!taken) disk.takeAway();
        taken = true;
      },
    });
    const outcome = await backup.then(
      (time) => time,
      () => null,
    );
    expect(taken).toBe(true);
    expect(fs.readdirSync(disk.path)).toEqual([]);
    await until('the filesystem is let go', 90_000, async () => !disk.isHeld);
    expect(fs.readdirSync(disk.path)).toEqual([]);
    disk.mount();
    await until('it is online again by itself', 60_000, isOnline(store));
    // Its files were still open, so it may well have ended well; then it counts.
    expect(await finishedTimes(store, 'middle')).toEqual(outcome === null ? [] : [outcome]);
    await expectClean(store);
  });
});

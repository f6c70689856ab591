import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '#domain/errors.ts';
import { isFinal } from '#domain/task.ts';
import { type RunningServer, startServer } from '../running-server.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { backUp } from './client-calls.ts';
import {
  createDatastore,
  endOf,
  expectClean,
  expectRestores,
  type FaultDatastore,
  finalTask,
  finishedTimes,
  isOnline,
  restore,
  timesOnDisk,
  until,
  writeSource,
} from './fault-datastore.ts';
import { FaultFilesystem, whyNoFaultFilesystem } from './fault-filesystem.ts';
import { makeFaultRoot } from './fault-root.ts';

/** A disk that answers with errors, call by call (docs/reliability.md). */

const missing = whyNoFaultFilesystem();

interface WriteFault {
  what: string;
  rule: string;
  code: ErrorCode;
  words: RegExp;
  /** The datastore is not trusted afterwards. */
  suspect?: true;
  /** It is refused before there is a session, and so without a task. */
  untold?: true;
}

const cannotBeWritten = {
  code: 'STORAGE_UNREACHABLE',
  words: /cannot be written: the disk reports/,
} as const;
const notFlushed = {
  code: 'STORAGE_UNREACHABLE',
  words: /could not be flushed: the disk/,
  suspect: true,
} as const;
const WRITE_FAULTS: WriteFault[] = [
  { what: 'EIO while writing a chunk', rule: 'write .chunks EIO 0 -1', ...cannotBeWritten },
  { what: 'EIO while flushing a chunk', rule: 'fsync .chunks EIO 0 -1', ...notFlushed },
  { what: 'EIO while closing a chunk', rule: 'flush .chunks EIO 0 -1', ...notFlushed },
  { what: 'EIO while renaming a chunk', rule: 'rename .chunks EIO 0 -1', ...cannotBeWritten },
  { what: 'EIO while writing an index', rule: 'write .fidx EIO 0 -1', ...cannotBeWritten },
  { what: 'EIO while flushing an index', rule: 'fsync .fidx EIO 0 -1', ...notFlushed },
  { what: 'EIO while renaming an index', rule: 'rename .fidx EIO 0 -1', ...cannotBeWritten },
  { what: 'EIO while writing the manifest', rule: 'write index.json EIO 0 -1', ...cannotBeWritten },
  { what: 'EIO while flushing the manifest', rule: 'fsync index.json EIO 0 -1', ...notFlushed },
  { what: 'EIO while renaming the manifest', rule: 'rename index.json EIO 0 -1', ...cannotBeWritten },
  {
    what: 'EIO while flushing a directory',
    rule: 'fsyncdir host/disk EIO 0 -1',
    ...notFlushed,
    untold: true,
  },
  {
    what: 'no space for an index',
    rule: 'write .fidx ENOSPC 0 -1',
    code: 'STORAGE_FULL',
    words: /\.fidx has no space left/,
  },
  {
    what: 'no space that only the flush of a chunk tells',
    rule: 'fsync .chunks ENOSPC 0 -1',
    code: 'STORAGE_FULL',
    words: /has no space left/,
  },
  {
    what: 'a quota that is reached by a chunk',
    rule: 'write .chunks EDQUOT 1 -1',
    code: 'STORAGE_FULL',
    words: /has reached its quota/,
  },
  {
    what: 'a filesystem that turns read-only under a chunk',
    rule: 'create .chunks EROFS 1 -1',
    code: 'STORAGE_READ_ONLY',
    words: /is mounted read-only/,
    suspect: true,
  },
];
const AN_HOUR_AGO = Date.now() / 1000 - 3600;
const READ_ONLY = ['write', 'create', 'mkdir', 'rename', 'unlink', 'rmdir', 'utimens', 'truncate'].map(
  (call) => `${call} * EROFS 0 -1`,
);

describe.skipIf(missing)(`a datastore on a disk with errors${missing ? ` (${missing})` : ''}`, () => {
  const root = makeFaultRoot('ibs-eio');
  let server: RunningServer;
  let disk: FaultFilesystem;
  let store: FaultDatastore;
  /** Backed up before anything failed. */
  let kept: { id: string; time: number; source: string };

  beforeAll(async () => {
    disk = new FaultFilesystem(root);
    server = await startServer();
    store = await createDatastore(server, join(disk.path, 'store'));
    makeOlder(join(disk.behind, 'store', '.chunks'));
    const source = writeSource(join(root, 'kept'), 6);
    kept = { id: 'disk', time: await backUp(store, source, { id: 'disk' }), source };
  });
  afterEach(() => {
    disk?.thaw();
    disk?.clear();
  });
  afterAll(async () => {
    await server?.stop();
    disk?.destroy();
  });

  async function lastTask() {
    const { tasks } = await until('no task runs', 30_000, async () => {
      const found = await store.api.task.list.query({ datastore: store.name });
      return found.tasks.every((task) => task.state !== 'running' && task.state !== 'queued') && found;
    });
    return store.api.task.get.query({ id: tasks[0]?.id ?? '' });
  }

  const show = () => store.api.datastore.get.query({ name: store.name });

  async function probe() {
    await finalTask(store.api, (await store.api.datastore.probe.mutate({ name: store.name })).taskId);
    return show();
  }

  const audit = async () =>
    finalTask(store.api, (await store.api.datastore.audit.mutate({ name: store.name, deep: true })).taskId);

  /** The fault is over: what was there is whole, and the next backup works. The audit comes once for several. */
  async function expectGoesOn(known: number[]): Promise<void> {
    await expectRestores(store, kept, kept.source);
    const next = writeSource(join(temporaryDirectory(), 'next'), 5);
    const time = await backUp(store, next, { id: 'disk' });
    await expectRestores(store, { id: 'disk', time }, next);
    expect(await finishedTimes(store, 'disk')).toEqual([...known, time]);
  }

  test.for(WRITE_FAULTS)('$what', async ({ rule, code, words, suspect, untold }) => {
    const known = await finishedTimes(store, 'disk');
    const onDisk = timesOnDisk(store, 'disk');
    disk.rules(rule);
    const source = writeSource(join(temporaryDirectory(), 'source'), 9);
    const refused = backUp(store, source, { id: 'disk' });
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    expect(disk.fired()).not.toEqual([]);
    if (!untold) {
      const task = await lastTask();
      expect(task).toMatchObject({ kind: 'backup', state: 'failed', error: { code } });
      expect(task.outcome).toMatch(words);
    }
    expect(timesOnDisk(store, 'disk')).toEqual(onDisk);
    expect(await finishedTimes(store, 'disk')).toEqual(known);
    disk.clear();
    const seen = await probe();
    expect(seen.status).toBe(suspect ? 'failed' : 'online');
    if (suspect) await expectMended(words);
    await expectGoesOn(known);
  });

  /** Nothing is stored any more until somebody has accepted it again. */
  async function expectMended(words: RegExp): Promise<void> {
    expect((await show()).statusReason).toMatch(words);
    const source = writeSource(join(temporaryDirectory(), 'refused'), 1);
    await expect(backUp(store, source, { id: 'refused' })).rejects.toMatchObject({
      code: 'DATASTORE_OFFLINE',
      message: expect.stringMatching(words),
    });
    await expectRestores(store, kept, kept.source);
    const reason = 'The fault of this test has ended.';
    await endOf(store.api, await store.api.datastore.accept.mutate({ name: store.name, reason }));
    expect((await show()).status).toBe('online');
  }

  test('after all these, the audit finds nothing', () => expectClean(store));

  test.for([
    { what: 'a chunk', rule: 'read .chunks EIO 0 -1', audited: true },
    { what: 'an index', rule: 'read .fidx EIO 0 -1', audited: false },
    { what: 'the manifest', rule: 'read index.json EIO 0 -1', audited: false },
  ])('EIO while a restore reads $what: damage, named, and never bytes', async ({ rule, audited }) => {
    const known = await finishedTimes(store, 'disk');
    disk.rules(rule);
    const target = join(temporaryDirectory(), 'target');
    const words = /cannot be read: the disk reports an error/;
    await expect(restore(store, kept.id, kept.time, target)).rejects.toMatchObject({
      code: 'DATA_CORRUPT',
      message: expect.stringMatching(words),
    });
    const task = await lastTask();
    expect(disk.fired()).not.toEqual([]);
    expect(task).toMatchObject({ kind: 'restore', state: 'failed', error: { code: 'DATA_CORRUPT' } });
    expect(task.outcome).toMatch(words);
    if (audited) expect(await audit()).toMatchObject({ state: 'failed', error: { code: 'DATA_CORRUPT' } });
    disk.clear();
    expect((await probe()).status).toBe('online');
    // What an audit has said about the chunks, another one takes back.
    if (audited) expect(await audit()).toMatchObject({ state: 'succeeded' });
    await expectGoesOn(known);
  });

  test('EIO while the lists are made: the snapshot is listed as damaged, then as what it is', async () => {
    const known = await finishedTimes(store, 'disk');
    const rescan = async () =>
      finalTask(store.api, (await store.api.datastore.rescan.mutate({ name: store.name })).taskId);
    const find = async () => {
      const { snapshots } = await store.api.snapshot.list.query({ datastore: store.name, limit: 1000 });
      return snapshots.find((one) => one.id === kept.id && one.time === kept.time);
    };
    disk.rules('read index.json EIO 0 -1');
    expect(await rescan()).toMatchObject({ state: 'succeeded' });
    expect(disk.fired()).not.toEqual([]);
    expect(await find()).toMatchObject({ finished: true, damage: expect.stringMatching(/cannot be read/) });
    disk.rules('readdir host/disk EIO 0 -1');
    expect(await rescan()).toMatchObject({ state: 'failed', error: { code: 'DATA_CORRUPT' } });
    expect(disk.fired()).not.toEqual([]);
    expect(await finishedTimes(store, 'disk')).toEqual(known);
    disk.clear();
    expect(await rescan()).toMatchObject({ state: 'succeeded' });
    expect(await find()).toMatchObject({ finished: true, damage: null });
    await expectGoesOn(known);
  });

  test('after these as well, the audit finds nothing', () => expectClean(store));

  test('a filesystem that is read-only altogether: restores work, backups are refused in words', async () => {
    const known = await finishedTimes(store, 'disk');
    disk.rules(...READ_ONLY);
    const source = writeSource(join(temporaryDirectory(), 'source'), 2);
    await expect(backUp(store, source, { id: 'disk' })).rejects.toMatchObject({ code: 'STORAGE_READ_ONLY' });
    expect((await probe()).status).toBe('failed');
    await expectRestores(store, kept, kept.source);
    disk.clear();
    expect((await probe()).status).toBe('failed');
    await expectMended(/is mounted read-only/);
    await expectGoesOn(known);
  });

  test('a worker that starts on a filesystem that is read-only: restores work, backups once it is no more', async () => {
    const known = await finishedTimes(store, 'disk');
    await server.stopWorker();
    disk.rules(...READ_ONLY);
    await server.startWorker();
    const seen = await until('it is read-only', 60_000, async () => {
      const found = await show();
      return found.status === 'read-only' && found;
    });
    expect(seen.statusReason).toMatch(/mounted read-only/);
    await expectRestores(store, kept, kept.source);
    const source = writeSource(join(temporaryDirectory(), 'source'), 2);
    await expect(backUp(store, source, { id: 'disk' })).rejects.toMatchObject({
      code: 'DATASTORE_OFFLINE',
      message: expect.stringMatching(/is read-only: .*mounted read-only/),
    });
    disk.clear();
    await until('it is online again by itself', 60_000, isOnline(store));
    await expectGoesOn(known);
  });

  test('a disk that answers nothing but EIO: offline at the third probe, back at the first good one', async () => {
    const known = await finishedTimes(store, 'disk');
    disk.rules('* * EIO 0 -1');
    const source = writeSource(join(temporaryDirectory(), 'source'), 2);
    await expect(backUp(store, source, { id: 'disk' })).rejects.toThrow(/disk reports an error/);
    const seen = await until('it is offline', 100_000, async () => {
      const found = await probe();
      return found.status === 'offline' && found;
    });
    expect(seen.statusReason).toMatch(/the disk reports an error/);
    await expect(backUp(store, source, { id: 'disk' })).rejects.toMatchObject({ code: 'DATASTORE_OFFLINE' });
    await expect(restore(store, kept.id, kept.time, join(temporaryDirectory(), 'x'))).rejects.toMatchObject({
      code: 'DATASTORE_OFFLINE',
    });
    disk.clear();
    expect((await probe()).status).toBe('online');
    await expectGoesOn(known);
  });

  test('a disk that hangs under a restore: offline, the restore ends with the reason, all others go on', async () => {
    const known = await finishedTimes(store, 'disk');
    const other = await createDatastore(server, fs.mkdtempSync(join(root, 'other-')));
    const restores = async () =>
      (await store.api.task.list.query({ datastore: store.name, kinds: ['restore'] })).tasks;
    const earlier = new Set((await restores()).map(({ id }) => id));
    disk.rules('read .chunks delay:20000 0 -1'); // long enough to stop everything in the middle of it
    const target = join(temporaryDirectory(), 'target');
    const restoring = restore(store, kept.id, kept.time, target).then(
      () => null,
      (error) => error,
    );
    // What looks at chunks by itself may be the first that hangs; it is the restore that has to, in the middle.
    const begun = async () => (await restores()).find((task) => !earlier.has(task.id)) ?? null;
    const { id } = await until('the restore has begun', 30_000, begun);
    await until('it has made its file', 30_000, async () => fs.existsSync(target));
    await until('a read hangs', 30_000, async () => disk.fired().length > 0);
    disk.freeze();
    const seen = await until('it is offline', 150_000, async () => {
      const found = await show();
      return found.status === 'offline' && found;
    });
    expect(seen.statusReason).toMatch(/did not answer within 10 s/);
    expect(await restoring).toMatchObject({
      code: expect.stringMatching(/SERVER_UNREACHABLE|DATASTORE_OFFLINE/),
    });
    const ended = await until('the restore has its outcome', 30_000, async () => {
      const task = (await restores()).find((one) => one.id === id);
      return task !== undefined && isFinal(task.state) && task;
    });
    expect(ended).toMatchObject({ state: 'failed', outcome: expect.stringMatching(/did not answer/) });

    const source = writeSource(join(temporaryDirectory(), 'source'), 9);
    const time = await backUp(other, source, { id: 'other' });
    await expectRestores(other, { id: 'other', time }, source);
    const { workers } = await store.api.system.about.query();
    expect(workers.map((worker) => worker.alive)).toEqual([true]);

    disk.thaw();
    disk.clear();
    await until('it is online again by itself', 90_000, isOnline(store));
    await expectGoesOn(known);
    await expectClean(store);
    await expectClean(other);
  });
});

/** As if it had been made a while ago: what follows a failed flush looks only at what has changed since the last. */
function makeOlder(directory: string): void {
  for (const name of fs.readdirSync(directory))
    fs.utimesSync(join(directory, name), AN_HOUR_AGO, AN_HOUR_AGO);
}

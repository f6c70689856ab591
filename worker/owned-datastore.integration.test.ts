import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName, SnapshotRef } from '#domain/ids.ts';
import type { Database, DatabaseHandle } from '#drizzle/client.ts';
import { readDays } from '#drizzle/days.ts';
import { datastore, datastoreLease } from '#drizzle/schema/datastore.ts';
import { datastoreDay } from '#drizzle/schema/day.ts';
import { LocalBackend } from '#engine/backends/local/local-backend.ts';
import type { Digest } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import { snapshotKey } from '#engine/hierarchy/layout.ts';
import { removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import type { OwnerRecord } from '#engine/identity.ts';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import { provisionStore } from '#testing/provision-store.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';
import { type Piece, randomPiece } from '#testing/wire/wire-blobs.ts';
import { ownIdentity } from './host-identity.ts';
import { takeSamples } from './housekeeping.ts';
import { OwnedDatastore } from './owned-datastore.ts';
import type { WorkerContext } from './worker-context.ts';

/** One owned datastore without the rest of a worker: what it does when somebody or something comes in between. */

/** Memory, where the 65 536 directories are made at once, taken for a filesystem on which the level can be chosen. */
vi.mock('#engine/backends/local/filesystems.ts', () => ({
  judgeFilesystem: () => ({ suitability: 'good', words: '', syncLevel: 'filesystem' }),
}));

const root = fs.mkdtempSync(join(fs.existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'ibs-owned-'));
const path = join(root, 'main');
const identity = ownIdentity();
const lease = { assertOwned: () => {}, probeSoon: vi.fn() };
const log = { info: () => {}, warn: () => {}, error: vi.fn() };
const clock = { now: Date.now, monotonic: () => performance.now() };
let database: DatabaseHandle;

beforeAll(async () => {
  database = await createDatabase();
  await provisionStore(database.db, 'main', path);
  await provisionStore(database.db, 'other', join(root, 'other'));
});
afterAll(async () => {
  await dropDatabase(database);
  spawn('rm', ['-rf', root], { detached: true, stdio: 'ignore' }).unref();
});

const SOUND: ProbeResult = {
  ...{ steps: [], reachable: true, writable: true, certain: false, warnings: [], reason: '' },
  ...{ capacity: null, mount: null },
};
const GONE: ProbeResult = {
  ...SOUND,
  reachable: false,
  writable: false,
  certain: true,
  reason: 'It is gone.',
};

async function rowOf(name = 'main') {
  const [row] = await database.db
    .select()
    .from(datastore)
    .where(eq(datastore.name, name as DatastoreName));
  if (!row) throw new Error('there is no datastore');
  return row;
}

async function owned(db: Database = database.db, name = 'main'): Promise<OwnedDatastore> {
  const row = await rowOf(name);
  const sound = { syncLevel: 'none' as const, cleanlyClosed: 1, suspect: null, maintenance: null };
  await db.update(datastore).set(sound).where(eq(datastore.id, row.id));
  await db.delete(datastoreLease).where(eq(datastoreLease.datastoreId, row.id));
  await db.insert(datastoreLease).values({ datastoreId: row.id, workerId: identity.id, epoch: 7 });
  const stopping = new AbortController().signal;
  const context = { db, identity, clock, log, stopping } as unknown as WorkerContext;
  const one = new OwnedDatastore(context, row, 7, lease);
  onTestFinished(() => one.release({ inOrder: true }));
  return one;
}

async function online(db?: Database, name?: string): Promise<OwnedDatastore> {
  const one = await owned(db, name);
  await one.applyProbe(SOUND);
  expect(await statusNow(name)).toEqual({ status: 'online', statusReason: '' });
  return one;
}

async function statusNow(name?: string) {
  const { status, statusReason } = await rowOf(name);
  return { status, statusReason };
}

const recordPath = join(path, '.ibs-owner.json');

function record(): OwnerRecord {
  return JSON.parse(fs.readFileSync(recordPath, 'utf8'));
}

/** As a server with another database would write it. */
function signAsOther(more: Partial<OwnerRecord>): void {
  const other = { workerId: randomUUID(), host: 'other', epoch: 50, seenAt: Date.now(), ...more };
  fs.writeFileSync(recordPath, JSON.stringify(other));
}

test('a datastore that another server was just seen on is not opened, and later with a higher epoch', async () => {
  const one = await owned();
  signAsOther({});
  await one.applyProbe(SOUND);
  const refused = { status: 'offline', statusReason: 'Another server on other uses the datastore.' };
  expect(await statusNow()).toEqual(refused);
  expect(record()).toMatchObject({ host: 'other', epoch: 50 });
  signAsOther({ seenAt: Date.now() - 61_000 });
  await one.applyProbe(SOUND);
  expect((await statusNow()).status).toBe('online');
  expect(record()).toMatchObject({ workerId: identity.id, epoch: 51 });
  expect(await database.db.select().from(datastoreLease)).toMatchObject([{ epoch: 51 }]);
});

test('the owner before is not waited for when its process is gone, and is when it lives', async () => {
  const { host, bootId, pid, processStart } = identity;
  const one = await owned();
  signAsOther({ host, process: { bootId, pid, startedAt: processStart } });
  await one.applyProbe(SOUND);
  expect((await statusNow()).status).toBe('offline');
  signAsOther({ host, process: { bootId, pid, startedAt: '1' } });
  await one.applyProbe(SOUND);
  expect((await statusNow()).status).toBe('online');
});

test('who is overtaken by another server stops before it writes', async () => {
  const one = await online();
  const store = one.writer();
  const operation = one.begin('backup');
  operation.signal.addEventListener('abort', () => operation.end());
  signAsOther({ epoch: 99 });
  const lost = { code: 'DATASTORE_NOT_OWNED' };
  await expect(one.beat()).rejects.toMatchObject(lost);
  expect(record()).toMatchObject({ host: 'other', epoch: 99 });
  expect(store.assertOwned).toThrow(expect.objectContaining(lost));
  await one.refreshStatus();
  expect(operation.signal.reason).toMatchObject({ message: expect.stringContaining('server on other') });
  expect(await statusNow()).toMatchObject({
    status: 'offline',
    statusReason: expect.stringMatching(/on other/),
  });
  expect(() => one.reader()).toThrow(/is offline/);
  signAsOther({ epoch: 99, seenAt: 0 });
  await one.applyProbe(SOUND);
  expect((await statusNow()).status).toBe('online');
  await one.beat();
  expect(record()).toMatchObject({ workerId: identity.id, epoch: 100 });
});

test('who is overtaken and does not know it yet removes no snapshot', async () => {
  const one = await online();
  const store = one.writer();
  const snapshot = { namespace: '', type: 'host', id: 'a', time: 1_700_000_000 } as SnapshotRef;
  await store.backend.makeDirectory('host');
  await store.backend.makeDirectory('host/a');
  await store.backend.makeDirectory(snapshotKey(snapshot));
  signAsOther({ epoch: 199 });
  await expect(removeSnapshot(store, snapshot)).rejects.toMatchObject({ code: 'DATASTORE_NOT_OWNED' });
  expect(fs.existsSync(join(path, snapshotKey(snapshot)))).toBe(true);
  signAsOther({ epoch: 199, seenAt: 0 });
  await one.refreshStatus();
});

test('a record that a power cut has emptied keeps nobody out', async () => {
  const one = await owned();
  fs.writeFileSync(recordPath, '');
  await one.applyProbe(SOUND);
  expect((await statusNow()).status).toBe('online');
});

test('another sync level counts from the next session on', async () => {
  const one = await online();
  const before = one.writer();
  await database.db.update(datastore).set({ syncLevel: 'filesystem' });
  await one.rowChanged();
  expect(one.writer().syncLevel).toBe('filesystem');
  expect(before.syncLevel).toBe('none');
  expect(one.writer().backend).toBe(before.backend);

  const operation = one.begin('backup');
  await database.db.update(datastore).set({ syncLevel: 'file' });
  await one.rowChanged();
  expect(one.writer()).toMatchObject({ syncLevel: 'filesystem', flushesChunks: false });
  operation.end();
  await one.applyProbe(SOUND);
  expect(one.writer()).toMatchObject({ syncLevel: 'file', flushesChunks: true });
  expect(await one.recovered()).toBe(null);
});

test('a failed flush that the database was away for is not forgotten', async () => {
  let away = false;
  const db = new Proxy(database.db, {
    get(target, name, receiver) {
      if (away && name === 'update') throw new Error('the database is away');
      return Reflect.get(target, name, receiver);
    },
  });
  const one = await online(db);
  away = true;
  const failed = new BackupError(
    'STORAGE_UNREACHABLE',
    '/x could not be flushed: the disk reports an error.',
  );
  one.writer().backend.onFlushFailed?.(failed);
  await expect(one.beat()).rejects.toThrow('away');
  expect((await rowOf()).suspect).toBe(null);
  away = false;
  await one.release({ inOrder: true });
  expect(await rowOf()).toMatchObject({
    cleanlyClosed: 0,
    suspect: expect.stringContaining('could not be flushed'),
  });
});

test('the last flush is the latest one that anybody has told of', async () => {
  const one = await online();
  const now = Date.now() + 60_000;
  await one.noteSync(now);
  await one.noteSync(now - 10_000);
  expect((await rowOf()).lastSyncAt?.getTime()).toBe(now);
});

test('a stop before all that an unclean one left was looked at does not count as clean', async () => {
  const one = await owned();
  const before = await rowOf();
  await database.db.update(datastore).set({ cleanlyClosed: 0 }).where(eq(datastore.id, one.id));
  await one.applyProbe(SOUND);
  await one.noteSync(Date.now());
  await one.release({ inOrder: true });
  expect(await rowOf()).toMatchObject({ cleanlyClosed: 0, lastSyncAt: before.lastSyncAt });
});

test('one that turns read-only while it is written to is not trusted, and in maintenance nothing is said', async () => {
  const readOnly = { ...SOUND, writable: false, reason: `Cannot write to ${path}: it is mounted read-only.` };
  const one = await online();
  const maintenance = { mode: 'read-only' as const, message: 'remount', since: 0, by: 'admin@ibs' };
  await database.db.update(datastore).set({ maintenance });
  await one.refreshStatus();
  one.reader().backend.onFlushFailed?.(new BackupError('STORAGE_READ_ONLY', `${path} is mounted read-only.`));
  await one.applyProbe(readOnly);
  await database.db.update(datastore).set({ maintenance: null });
  await one.applyProbe(SOUND);
  expect(await statusNow()).toEqual({ status: 'online', statusReason: '' });
  await one.applyProbe(readOnly);
  expect(await statusNow()).toEqual({ status: 'failed', statusReason: readOnly.reason });
});

test('a verdict that was found first is carried out first', async () => {
  const one = await online();
  const slow = Promise.withResolvers<ProbeResult>();
  const early = one.probe(() => slow.promise);
  const late = one.probe(async () => SOUND);
  await setTimeout(300); // time enough for the second to come first
  slow.resolve(GONE);
  await Promise.all([early, late]);
  expect((await statusNow()).status).toBe('online');
  expect(one.isOpen).toBe(true);
  await Promise.all([one.applyProbe(GONE), one.refreshStatus(), one.applyProbe(SOUND)]);
  expect([one.isOpen, (await statusNow()).status]).toEqual([true, 'online']);
});

test('a verdict that comes after the datastore was given back changes nothing', async () => {
  const one = await online();
  await one.release({ inOrder: false });
  await one.applyProbe(GONE);
  await one.applyProbe(SOUND);
  expect([one.isOpen, (await statusNow()).status]).toEqual([false, 'online']);
});

test('a filesystem that was mounted anew is opened anew', async () => {
  const one = await online();
  const before = one.writer();
  fs.renameSync(path, `${path}.old`);
  fs.mkdirSync(path);
  for (const name of fs.readdirSync(`${path}.old`))
    fs.renameSync(join(`${path}.old`, name), join(path, name));
  await one.applyProbe(SOUND);
  expect(one.writer().backend.traits.direct?.place).not.toBe(before.backend.traits.direct?.place);
  await one.writer().backend.put('probe', Buffer.from('x'));
  expect(fs.existsSync(join(path, 'probe'))).toBe(true);
  await expect(before.backend.put('late', Buffer.from('x'))).rejects.toMatchObject({
    code: 'STORAGE_UNREACHABLE',
  });
});

test('a failure of the storage asks for a look at it', async () => {
  const one = await online();
  lease.probeSoon.mockClear();
  await expect(one.writer().backend.list('.ibs-identity.json')).rejects.toMatchObject({
    code: 'STORAGE_UNREACHABLE',
  });
  expect(lease.probeSoon).toHaveBeenCalled();
});

test('what cannot be claimed is read, and claimed when it can be written again', async () => {
  const one = await owned();
  await database.db.update(datastore).set({ cleanlyClosed: 1 });
  const denied = new BackupError('STORAGE_DENIED', `${recordPath} refused the operation.`);
  const put = vi.spyOn(LocalBackend.prototype, 'put').mockRejectedValue(denied);
  await one.applyProbe({ ...SOUND, writable: false, reason: 'It refuses.' });
  expect(await statusNow()).toEqual({ status: 'read-only', statusReason: 'It refuses.' });
  expect(await one.reader().backend.list('.chunks')).toHaveLength(65_536);
  expect((await rowOf()).cleanlyClosed).toBe(1);
  await one.beat();
  await one.applyProbe(SOUND);
  expect(await statusNow()).toMatchObject({
    status: 'read-only',
    statusReason: expect.stringMatching(/owner/),
  });
  expect(() => one.writer()).toThrow(/is read-only/);
  put.mockRestore();
  await one.applyProbe(SOUND);
  expect((await statusNow()).status).toBe('online');
  expect([record().workerId, (await rowOf()).cleanlyClosed]).toEqual([identity.id, 0]);
});

test('chunks that hang in one datastore do not keep those of another waiting', async () => {
  const [hanging, other] = [await online(), await online(undefined, 'other')];
  const thaw = Promise.withResolvers<void>();
  const ingest = (store: Datastore, { payload, digest, blob }: Piece) =>
    store.chunks.ingest({ digest: digest as Digest, sizeBytes: payload.length, encoded: blob });
  const piece = randomPiece(7000);
  // As if the disk did not answer: whoever has a chunk of this shard waits.
  const frozen = hanging.writer().chunks.holdShard(piece.digest as Digest, () => thaw.promise);
  const waiting = Array.from({ length: 16 }, () => {
    const { payload, digest, blob } = piece;
    return ingest(hanging.writer(), { payload, digest, blob: Buffer.from(blob) });
  });
  try {
    expect(await ingest(other.writer(), randomPiece(7000))).toMatchObject({ created: true });
  } finally {
    thaw.resolve();
  }
  await frozen;
  expect(await Promise.all(waiting)).toHaveLength(16);
});

test('some space is kept in reserve while it is open for writing', async () => {
  const reserve = join(path, '.ibs-reserve');
  fs.rmSync(reserve, { force: true });
  await online();
  expect(fs.statSync(reserve).size).toBe(8 * 1024 * 1024);
});

test('each change of the status is on record with its day, and so is each minute of what it is', async () => {
  await database.db.delete(datastoreDay);
  const one = await online();
  await one.applyProbe(GONE);
  await one.applyProbe(SOUND);
  const today = async () => (await readDays(database.db, one.id, '2000-01-01'))[0];
  expect(await today()).toMatchObject({
    ...{ minutes: { online: 0, offline: 0 }, reasons: { offline: 'It is gone.' } },
  });
  for (let minute = 0; minute < 2; minute += 1) {
    await takeSamples({ db: database.db, clock }, { list: () => [one] });
  }
  expect((await today())?.minutes).toEqual({ online: 2, offline: 0 });
});

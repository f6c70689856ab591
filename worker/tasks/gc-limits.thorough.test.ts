import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath, SnapshotRef } from '#domain/ids.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import { setAccessTime } from '#engine/posix.ts';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { type Piece, randomPiece } from '#testing/wire/wire-blobs.ts';

/** The limit of a collection, what its preview tells of who uses the space, and the coverage by chunks. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const TIME = 1_700_000_000;
const ROOT = '' as NamespacePath;

const admin = () => api.as('admin@ibs');
const pieces = (count: number) => Array.from({ length: count }, () => randomPiece(5000));
const pathOf = ({ digest }: Piece) => `${gateway.path()}/.chunks/${digest.slice(0, 4)}/${digest}`;
const bytesOf = (list: Piece[]) => list.reduce((sum, piece) => sum + fs.statSync(pathOf(piece)).size, 0);

beforeEach(async () => {
  await gateway.db.update(datastore).set({ trashDays: 0 }).where(eq(datastore.name, MAIN));
});
afterEach(() => gateway.leaveSound());

async function forget(id: string, namespace = ROOT): Promise<void> {
  const one: SnapshotRef = { namespace, type: 'host', id: id as BackupId, time: TIME };
  const { taskId } = await admin().snapshot.forget({ datastore: MAIN, snapshots: [one] });
  await api.ended({ taskId: taskId ?? '' });
}

const preview = async () => api.ended(await admin().datastore.gcPreview({ name: MAIN }));

test('a collection that would remove too much fails before it removes anything; by hand without a limit it goes through', async () => {
  const [kept, gone] = [pieces(2), pieces(3)];
  await gateway.backUp({ id: 'kept', time: TIME }, kept);
  await gateway.backUp({ id: 'gone', time: TIME }, gone);
  await forget('gone');
  for (const piece of gone) setAccessTime(pathOf(piece), Math.floor(Date.now() / 1000) - 172_800);
  const stopped = await api.ended(await admin().datastore.gc({ name: MAIN, stopPercent: 59 }));
  expect(stopped).toMatchObject({ state: 'failed', error: { code: 'GC_TOO_MUCH' } });
  expect(stopped.outcome).toMatch(/^It would remove \d\d % of what is stored, and may remove at most 59 %/);
  expect(stopped.log.at(-1)).toMatch(/run it once by hand without a limit/);
  expect(chunksOnDisk(gateway.path()).chunkCount).toBe(5);
  const { result } = await api.ended(await admin().datastore.gc({ name: MAIN }));
  expect(result).toMatchObject({ removedChunks: 3, leftChunks: 0 });
  expect(chunksOnDisk(gateway.path()).chunkCount).toBe(2);
  await forget('kept');
});

test('a preview tells which namespaces, groups and snapshots hold the space, as of then, of those that one may see', async () => {
  await api.ended(await admin().namespace.create({ datastore: MAIN, parent: ROOT, name: 'secret' }));
  const [small, large, hidden, shared] = [pieces(1), pieces(4), pieces(3), pieces(2)];
  await gateway.backUp({ id: 'small', time: TIME }, [...small, ...shared]);
  await gateway.backUp({ id: 'large', time: TIME }, [...large, ...shared]);
  await gateway.backUp({ id: 'hidden', time: TIME, ns: 'secret' }, hidden);
  // Two groups of a namespace need it: it is the namespace's own all the same.
  await gateway.backUp({ id: 'twin', time: TIME, ns: 'secret' }, [
    ...hidden.slice(0, 1),
    ...shared.slice(0, 1),
  ]);
  const before = Date.now();
  expect((await preview()).state).toBe('succeeded');
  const use = await admin().datastore.topUse({ name: MAIN });
  expect(use.asOf?.getTime()).toBeGreaterThanOrEqual(before - 1);
  expect(use.snapshots).toEqual([
    {
      ...{ namespace: '', type: 'host', id: 'large', time: TIME, protected: false },
      ...{
        exclusiveBytes: bytesOf(large),
        sharedBytes: bytesOf(shared),
        usedBytes: bytesOf([...large, ...shared]),
      },
    },
    expect.objectContaining({ namespace: 'secret', id: 'hidden', exclusiveBytes: bytesOf(hidden.slice(1)) }),
    expect.objectContaining({ id: 'small', exclusiveBytes: bytesOf(small) }),
  ]);
  const [root, secret] = [[...small, ...large], hidden];
  expect(use.namespaces).toEqual([
    {
      ...{ namespace: '', exclusiveBytes: bytesOf([...root, ...shared.slice(1)]) },
      ...{ sharedBytes: bytesOf(shared.slice(0, 1)), usedBytes: bytesOf([...root, ...shared]) },
    },
    {
      ...{ namespace: 'secret', exclusiveBytes: bytesOf(secret), sharedBytes: bytesOf(shared.slice(0, 1)) },
      usedBytes: bytesOf([...secret, ...shared.slice(0, 1)]),
    },
  ]);
  expect(use.groups.map(({ id, exclusiveBytes }) => [id, exclusiveBytes])).toEqual([
    ['large', bytesOf(large)],
    ['hidden', bytesOf(hidden.slice(1))],
    ['small', bytesOf(small)],
  ]);
  expect((await admin().datastore.topUse({ name: MAIN, limit: 1 })).snapshots).toHaveLength(1);
  const part = await admin().datastore.topUse({ name: MAIN, namespace: 'secret' as NamespacePath });
  expect([part.namespaces.length, part.groups.length, part.snapshots.length]).toEqual([1, 1, 1]);
  await gateway.principal('guest@ibs', [
    { role: 'Datastore.Audit', path: '/datastore/main' },
    { role: 'NoAccess', path: '/datastore/main/secret' },
  ]);
  const seen = await api.as('guest@ibs').datastore.topUse({ name: MAIN });
  expect(seen.snapshots.map(({ id }) => id)).toEqual(['large', 'small']);
  expect(seen.namespaces.map(({ namespace }) => namespace)).toEqual(['']);
  await gateway.principal('stranger@ibs', []);
  await expect(api.as('stranger@ibs').datastore.topUse({ name: MAIN })).rejects.toMatchObject({
    cause: { code: 'DATASTORE_NOT_FOUND' },
  });
  for (const id of ['small', 'large']) await forget(id);
  for (const id of ['hidden', 'twin']) await forget(id, 'secret' as NamespacePath);
});

test('the coverage counts chunks of snapshots that were found sound, each once', async () => {
  const [own, shared, other] = [pieces(3), pieces(2), pieces(1)];
  await gateway.backUp({ id: 'sound', time: TIME }, [...own, ...shared]);
  await gateway.backUp({ id: 'open', time: TIME }, [...shared, ...other]);
  const group = { type: 'host' as const, id: 'sound' };
  await api.ended(await admin().datastore.verify({ name: MAIN, group }));
  await preview();
  const { chunks } = await admin().datastore.verification({ name: MAIN });
  const sound = { chunks: 5, bytes: bytesOf([...own, ...shared]) };
  expect(chunks).toMatchObject({ chunks: 6, bytes: bytesOf([...own, ...shared, ...other]) });
  expect(chunks?.within).toEqual([7, 30, 90].map((days) => ({ days, ...sound })));
  // Found sound, but long ago; and of a part of the datastore nobody has counted.
  const old = new Date(Date.now() - 20 * 86_400_000);
  await gateway.db.update(snapshot).set({ verifiedAt: old }).where(eq(snapshot.verifyState, 'ok'));
  await preview();
  const later = await admin().datastore.verification({ name: MAIN });
  expect(later.chunks?.within.map((one) => one.chunks)).toEqual([0, 5, 5]);
  const part = await admin().datastore.verification({ name: MAIN, namespace: 'secret' as NamespacePath });
  expect(part.chunks).toBeNull();
});

import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath, SnapshotRef } from '#domain/ids.ts';
import { damagedChunk } from '#drizzle/schema/snapshot.ts';
import { setAccessTime } from '#engine/posix.ts';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { complete, sendArchive } from '#testing/wire/wire-backup.ts';
import { type Piece, randomPiece } from '#testing/wire/wire-blobs.ts';

/** Collections by the real API and the real worker, of chunks that were really backed up. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const TIME = 1_700_000_000;

const admin = () => api.as('admin@ibs');
const pieces = (count: number) => Array.from({ length: count }, () => randomPiece(5000));

afterEach(() => gateway.leaveSound());

function refOf(id: string): SnapshotRef {
  return { namespace: '' as NamespacePath, type: 'host', id: id as BackupId, time: TIME };
}

/** For good. */
async function forget(id: string): Promise<void> {
  const { taskId } = await admin().snapshot.forget({ datastore: MAIN, snapshots: [refOf(id)] });
  await api.ended({ taskId: taskId ?? '' });
  const emptied = await admin().trash.empty({ datastore: MAIN });
  await api.ended({ taskId: emptied.taskId ?? '' });
}

const pathOf = ({ digest }: Piece) => `${gateway.path()}/.chunks/${digest.slice(0, 4)}/${digest}`;

/** As if they had been used last two days ago. */
function age(list: readonly Piece[]): void {
  for (const piece of list) setAccessTime(pathOf(piece), Math.floor(Date.now() / 1000) - 172_800);
}

const gc = (graceMinutes?: number) => admin().datastore.gc({ name: MAIN, graceMinutes });

test('what nothing needs goes after the grace, and the figures of the datastore follow', async () => {
  const [kept, waiting, gone] = [pieces(2), pieces(1), pieces(3)];
  await gateway.backUp({ id: 'kept', time: TIME }, kept);
  await gateway.backUp({ id: 'gone', time: TIME }, [...waiting, ...gone]);
  await forget('gone');
  age([...kept, ...gone]);

  const preview = await api.ended(await admin().datastore.gcPreview({ name: MAIN }));
  expect(preview.outcome).toMatch(
    /^Would free 14\.\d\sKiB in 3 chunks\. 4\.\d+\sKiB in 1 chunk will follow, 1\sd after the last use\.$/,
  );
  expect(chunksOnDisk(gateway.path()).chunkCount).toBe(6);

  const { state, outcome, result } = await api.ended(await gc());
  expect(state).toBe('succeeded');
  expect(outcome).toBe(preview.outcome?.replace('Would free', 'Freed'));
  expect(result).toMatchObject({ usedChunks: 2, removedChunks: 3, pendingChunks: 1, logicalBytes: 10_000 });
  for (const piece of gone) expect(fs.existsSync(pathOf(piece))).toBe(false);
  const { chunkCount, chunkBytes } = await admin().datastore.get({ name: MAIN });
  expect({ chunkCount, chunkBytes }).toEqual(chunksOnDisk(gateway.path()));
});

test('who uses the space is on record afterwards, and a plan to forget tells what that frees', async () => {
  const [own, shared] = [pieces(3), pieces(2)];
  await gateway.backUp({ id: 'alone', time: TIME }, [...own, ...shared]);
  await gateway.backUp({ id: 'beside', time: TIME }, shared);
  const plan = async (...ids: string[]) =>
    admin().snapshot.forget({ datastore: MAIN, snapshots: ids.map(refOf), dryRun: true });
  expect((await plan('alone')).freesBytes).toBeNull();
  await api.ended(await gc());
  const bytesOf = (list: Piece[]) => list.reduce((sum, piece) => sum + fs.statSync(pathOf(piece)).size, 0);
  const groups = await admin().snapshot.groups({ datastore: MAIN, namespace: '' as NamespacePath });
  const use = (id: string) => {
    const found = groups.find((group) => group.id === id);
    return [found?.exclusiveBytes, found?.usedBytes];
  };
  expect(use('alone')).toEqual([bytesOf(own), bytesOf([...own, ...shared])]);
  expect(use('beside')).toEqual([0, bytesOf(shared)]);
  expect((await plan('alone', 'beside')).freesBytes).toBe(bytesOf(own));
  const [root] = await admin().namespace.list({ datastore: MAIN });
  expect(root?.exclusiveBytes).toBe(chunksOnDisk(gateway.path()).chunkBytes - (await pendingBytes()));
  expect((await admin().datastore.get({ name: MAIN })).spaceUseAt?.getTime()).toBeGreaterThan(
    Date.now() - 60_000,
  );
  // A snapshot that came later is not known yet.
  await gateway.backUp({ id: 'later', time: TIME }, pieces(1));
  expect((await plan('later')).freesBytes).toBeNull();
  for (const id of ['alone', 'beside', 'later']) await forget(id);
});

/** Of chunks that nothing needs and that wait for the grace. */
async function pendingBytes(): Promise<number> {
  const { result } = await api.ended(await admin().datastore.gcPreview({ name: MAIN }));
  return (result as { pendingBytes: number }).pendingBytes;
}

test('without a grace, what a running backup has sent stays all the same', async () => {
  const session = await gateway.backup({ id: 'running', time: TIME });
  const sent = pieces(2);
  const archive = await sendArchive(session, 'root.pxar.didx', sent);
  await api.ended(await gc(0));
  await complete(session, { id: 'running', time: TIME }, [archive]);
  await session.drop();
  expect(sent.every((piece) => fs.existsSync(pathOf(piece)))).toBe(true);
});

test('a chunk that is missing is named, and so is the snapshot that needs it', async () => {
  const [lost] = pieces(1) as [Piece];
  await gateway.backUp({ id: 'lost', time: TIME }, [lost]);
  fs.unlinkSync(pathOf(lost));
  const { state, outcome, log } = await api.ended(await gc());
  expect(state).toBe('warnings');
  expect(outcome).toMatch(/1 that snapshots need are missing|is missing/);
  expect(log).toContainEqual(
    `warning: Chunk ${lost.digest} is missing; host/lost/2023-11-14T22:13:20Z/root.pxar.didx needs it.`,
  );
  await gateway.expectError(/a chunk is missing/);
  const rows = await gateway.db.select().from(damagedChunk).where(eq(damagedChunk.digest, lost.digest));
  expect(rows).toHaveLength(1);
  await gateway.backUp({ id: 'lost', time: TIME + 60 }, [lost]);
  await api.ended(await admin().datastore.rescan({ name: MAIN }));
});

test('a damaged index stops it before anything goes', async () => {
  const gone = pieces(1);
  await gateway.backUp({ id: 'index', time: TIME }, pieces(1));
  await gateway.backUp({ id: 'gone', time: TIME }, gone);
  await forget('gone');
  age(gone);
  const index = `${gateway.path()}/host/index/2023-11-14T22:13:20Z/root.pxar.didx`;
  const whole = fs.readFileSync(index);
  fs.truncateSync(index, whole.length - 1);
  const ended = await api.ended(await gc());
  expect(ended).toMatchObject({ state: 'failed', error: { code: 'GC_INDEX_UNREADABLE' } });
  expect(fs.existsSync(pathOf(gone[0] as Piece))).toBe(true);
  // Without a manifest as well, since the lists know that it was finished; not any more once they are made anew.
  const manifest = `${gateway.path()}/host/index/2023-11-14T22:13:20Z/index.json.blob`;
  const aside = `${gateway.path()}-manifest`;
  fs.renameSync(manifest, aside);
  fs.utimesSync(index, TIME, TIME);
  expect((await api.ended(await gc())).error?.code).toBe('GC_INDEX_UNREADABLE');
  await api.ended(await admin().datastore.rescan({ name: MAIN }));
  const passed = await api.ended(await gc());
  expect(passed.log.join('\n')).toContain('root.pxar.didx cannot be read and was passed over');
  fs.renameSync(aside, manifest);
  fs.writeFileSync(index, whole);
  await api.ended(await admin().datastore.rescan({ name: MAIN }));
  expect(fs.existsSync(pathOf(gone[0] as Piece))).toBe(false);
});

test('where most of the snapshots on record are gone, nothing is removed until a rescan has seen it', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => `many-${letter}`);
  const all = pieces(ids.length);
  for (const [at, id] of ids.entries()) await gateway.backUp({ id, time: TIME }, [all[at] as Piece]);
  age(all);
  const away = `${gateway.path()}/../away`;
  fs.renameSync(`${gateway.path()}/host`, away);
  try {
    const ended = await api.ended(await gc());
    expect(ended).toMatchObject({ state: 'failed', error: { code: 'SNAPSHOTS_MISSING' } });
    expect(all.every((piece) => fs.existsSync(pathOf(piece)))).toBe(true);
  } finally {
    fs.renameSync(away, `${gateway.path()}/host`);
  }
  expect((await api.ended(await gc())).state).toBe('succeeded');
  expect(all.every((piece) => fs.existsSync(pathOf(piece)))).toBe(true);
});

test('who may not change the datastore may not collect', async () => {
  await gateway.with('reader@ibs', 'Datastore.Reader');
  const reader = api.as('reader@ibs');
  const refused = { cause: { code: 'PRIVILEGE_MISSING' } };
  await expect(reader.datastore.gc({ name: MAIN })).rejects.toMatchObject(refused);
  await expect(reader.datastore.gcPreview({ name: MAIN })).rejects.toMatchObject(refused);
});

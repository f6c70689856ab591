import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import { damagedChunk } from '#drizzle/schema/snapshot.ts';
import { task } from '#drizzle/schema/task.ts';
import { claimTask } from '#drizzle/tasks.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { type Piece, randomPiece } from '#testing/wire/wire-blobs.ts';

/** Verification by the real API and the real worker, of snapshots that were really backed up. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const TIME = 1_700_000_000;
const ROOT = '' as NamespacePath;
type Wish = Partial<Parameters<ReturnType<typeof admin>['datastore']['verify']>[0]>;

const admin = () => api.as('admin@ibs');
const pieces = (count: number) => Array.from({ length: count }, () => randomPiece(5000));
const pathOf = ({ digest }: Piece) => `${gateway.path()}/.chunks/${digest.slice(0, 4)}/${digest}`;

afterEach(() => gateway.leaveSound());

async function verify(id: string, wish: Wish = {}) {
  const group = { type: 'host', id } as const;
  return api.ended(await admin().datastore.verify({ name: MAIN, group, ...wish }));
}

async function snapshotsOf(id: string) {
  const found = await admin().snapshot.list({ datastore: MAIN, namespace: ROOT, id: id as BackupId });
  return found.snapshots.map(({ verifyState, damage }) => ({ verifyState, damage }));
}

const sound = { verifyState: 'ok', damage: null };

test('each chunk is read once, however many snapshots need it, and what was found sound is not read again', async () => {
  const data = pieces(5);
  await gateway.backUp({ id: 'twice', time: TIME }, data);
  await gateway.backUp({ id: 'twice', time: TIME + 60 }, data.slice(1));
  const first = await verify('twice');
  expect(first.outcome).toMatch(/^2 snapshots verified, 24\.\d\sKiB in 5 chunks read: all sound\.$/);
  expect(first.result).toMatchObject({ sound: 2, failed: 0, readChunks: 5, upToDate: 0 });
  expect(await snapshotsOf('twice')).toEqual([sound, sound]);
  const second = await verify('twice');
  expect(second.outcome).toBe('Nothing was due. Not read: 2 snapshots verified before.');
  expect((await verify('twice', { outdatedAfterDays: 1 })).result).toMatchObject({ sound: 0, upToDate: 2 });
  expect((await verify('twice', { time: TIME, outdatedAfterDays: 0 })).outcome).toMatch(/: all sound\.$/);
  expect((await verify('twice', { outdatedAfterDays: 0 })).result).toMatchObject({ sound: 2, readChunks: 5 });
});

test('damage is found, set aside and named; the next backup heals it, and the next run sees that', async () => {
  const [first, second, third] = pieces(3) as [Piece, Piece, Piece];
  await gateway.backUp({ id: 'hurt', time: TIME }, [first, second]);
  await gateway.backUp({ id: 'hurt', time: TIME + 60 }, [second, third]);
  const bytes = fs.readFileSync(pathOf(first));
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  fs.writeFileSync(pathOf(first), bytes);
  const found = await verify('hurt');
  await gateway.expectError(/a chunk is damaged/);
  expect(found).toMatchObject({ state: 'failed', error: { code: 'DATA_CORRUPT' } });
  expect(found.outcome ?? found.error?.message).toMatch(/^1 snapshot of 2 damaged/);
  expect(found.log).toContainEqual(
    expect.stringMatching(
      `^error: host/hurt/2023-11-14T22:13:20Z: root.pxar.didx: chunk ${first.digest} is damaged`,
    ),
  );
  expect(fs.existsSync(`${pathOf(first)}.0.bad`)).toBe(true);
  expect(await snapshotsOf('hurt')).toEqual([
    sound,
    { verifyState: 'failed', damage: expect.stringContaining(first.digest) },
  ]);
  await gateway.backUp({ id: 'hurt', time: TIME + 120 }, [first, third]);
  expect((await verify('hurt')).result).toMatchObject({ sound: 2, failed: 0, upToDate: 1 });
  expect(await snapshotsOf('hurt')).toEqual([sound, sound, sound]);
  await api.ended(await admin().datastore.rescan({ name: MAIN }));
  const rows = await gateway.db.select().from(damagedChunk).where(eq(damagedChunk.digest, first.digest));
  expect(rows).toEqual([]);
});

test.each([
  ['missing', (path: string) => fs.unlinkSync(path), 'is missing'],
  ['empty', (path: string) => fs.truncateSync(path, 0), 'is damaged'],
  [
    'that is another chunk',
    (path: string) => fs.copyFileSync(pathOf(OTHER), path),
    'is damaged: its content has another digest',
  ],
])('a chunk %s makes its snapshot fail', async (name, harm, words) => {
  const [piece] = pieces(1) as [Piece];
  const id = `chunk-${name.replaceAll(' ', '-')}`;
  await gateway.backUp({ id: 'other', time: TIME + offset }, [OTHER]);
  offset += 60;
  await gateway.backUp({ id, time: TIME }, [piece]);
  harm(pathOf(piece));
  const { state, log } = await verify(id);
  await gateway.expectError(/a chunk is (damaged|missing)/);
  expect(state).toBe('failed');
  expect(log).toContainEqual(expect.stringContaining(`chunk ${piece.digest} ${words}`));
  await gateway.backUp({ id, time: TIME + 60 }, [piece]);
  expect((await verify(id)).state).toBe('succeeded');
});
const OTHER = randomPiece(5000);
let offset = 0;

test('an index that is not what the manifest says, and a manifest that cannot be read', async () => {
  await gateway.backUp({ id: 'index', time: TIME }, pieces(2));
  const directory = `${gateway.path()}/host/index/2023-11-14T22:13:20Z`;
  const index = `${directory}/root.pxar.didx`;
  const bytes = fs.readFileSync(index);
  bytes[4096 + 20] = (bytes[4096 + 20] ?? 0) ^ 1;
  fs.writeFileSync(index, bytes);
  const found = await verify('index');
  expect(found.state).toBe('failed');
  expect(found.log).toContainEqual(expect.stringMatching(/root\.pxar\.didx is not what the manifest says/));
  fs.truncateSync(`${directory}/index.json.blob`, 20);
  expect((await verify('index')).state).toBe('failed');
  await admin().snapshot.forget({
    datastore: MAIN,
    snapshots: [{ namespace: ROOT, type: 'host', id: 'index' as BackupId, time: TIME }],
  });
  await expect.poll(() => fs.existsSync(directory)).toBe(false);
});

test('with a budget it stops after so many bytes, and goes on with what was not read for longest', async () => {
  for (const id of ['one', 'two', 'three']) await gateway.backUp({ id, time: TIME, ns: '' }, pieces(2));
  const wish = { group: null, outdatedAfterDays: 0, budgetBytes: 1 };
  const before = await api.ended(await admin().datastore.verify({ name: MAIN, ...wish }));
  expect(before.result).toMatchObject({ sound: 1 });
  const { left } = before.result as { left: number };
  expect(left).toBeGreaterThan(1);
  for (let run = 0; run < left; run += 1)
    await api.ended(await admin().datastore.verify({ name: MAIN, ...wish }));
  for (const id of ['one', 'two', 'three']) expect(await snapshotsOf(id)).toEqual([sound]);
});

test('a run whose worker was lost goes on with the snapshots that it had not read', async () => {
  await gateway.backUp({ id: 'resumed', time: TIME }, pieces(2));
  await gateway.backUp({ id: 'resumed', time: TIME + 60 }, pieces(3));
  // The tests before have healed what they hurt; a probe sees it.
  await api.ended(await admin().datastore.probe({ name: MAIN, acceptMount: false }));
  expect((await admin().datastore.get({ name: MAIN })).status).toBe('online');
  await gateway.stopWorker();
  const group = { type: 'host', id: 'resumed' } as const;
  const started = await admin().datastore.verify({ name: MAIN, group, time: null });
  await claimTask(gateway.db, started.taskId, crypto.randomUUID());
  const [row] = await gateway.db.select().from(task).where(eq(task.id, started.taskId));
  expect(row?.state).toBe('running');
  await gateway.startWorker();
  const ended = await api.ended(started);
  expect(ended.result).toMatchObject({ sound: 2, readChunks: 5 });
});

test('what is asked for by name has to be there', async () => {
  const refused = (code: string) => ({ cause: { code } });
  await expect(verify('nobody')).rejects.toMatchObject(refused('GROUP_NOT_FOUND'));
  await expect(verify('one', { time: 1_577_836_800 })).rejects.toMatchObject(refused('SNAPSHOT_NOT_FOUND'));
  const nowhere = { name: MAIN, namespace: 'nowhere' as NamespacePath };
  await expect(admin().datastore.verify(nowhere)).rejects.toMatchObject(refused('NAMESPACE_NOT_FOUND'));
  await expect(admin().datastore.verify({ name: MAIN, time: TIME })).rejects.toMatchObject(
    refused('INPUT_INVALID'),
  );
  // On record, and gone from the disk: the worker looks for itself.
  const path = `${gateway.path()}/host/one`;
  fs.renameSync(path, `${path}-away`);
  const gone = await verify('one');
  fs.renameSync(`${path}-away`, path);
  expect(gone).toMatchObject({ state: 'failed', error: { code: 'GROUP_NOT_FOUND' } });
  await gateway.with('auditor@ibs', 'Datastore.Audit');
  await expect(api.as('auditor@ibs').datastore.verify({ name: MAIN })).rejects.toMatchObject({
    cause: { code: 'PRIVILEGE_MISSING' },
  });
});

test('what is below a namespace is verified only where one may verify', async () => {
  for (const [parent, name] of [
    ['', 'team'],
    ['team', 'open'],
    ['team', 'secret'],
  ] as const) {
    const made = await admin().namespace.create({ datastore: MAIN, parent: parent as NamespacePath, name });
    await api.ended(made);
  }
  for (const ns of ['team', 'team/open', 'team/secret'])
    await gateway.backUp({ id: 'ns', time: TIME, ns }, pieces(1));
  await gateway.principal('lead@ibs', [
    { role: 'Datastore.Admin', path: '/datastore/main/team' },
    { role: 'NoAccess', path: '/datastore/main/team/secret' },
  ]);
  const namespace = 'team' as NamespacePath;
  const ended = await api.ended(await api.as('lead@ibs').datastore.verify({ name: MAIN, namespace }));
  expect(ended.result).toMatchObject({ sound: 2 });
  expect(ended.log.join('\n')).not.toContain('secret');
  const all = await api.ended(await admin().datastore.verify({ name: MAIN, namespace }));
  expect(all.result).toMatchObject({ sound: 1, upToDate: 2 });
});

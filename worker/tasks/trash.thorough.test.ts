import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import {
  type BackupId,
  type DatastoreName,
  formatSnapshotTime,
  type NamespacePath,
  type SnapshotRef,
} from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import { user } from '#drizzle/schema/auth.ts';
import { audit } from '#drizzle/schema/system.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { chunksOnDisk } from '#testing/chunks-on-disk.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/** The trash by the real API and the real worker, with snapshots that were really backed up. */

const gateway = testGateway({ stores: ['main', 'other'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const OTHER = 'other' as DatastoreName;
const TIME = Date.parse('2026-03-01T08:00:00Z') / 1000;
const PIECE = randomPiece(5000);

const admin = () => api.as('admin@ibs');

afterEach(() => gateway.leaveSound());

interface Where {
  store?: string;
  ns?: string;
  time?: number;
}

async function backUp(id: string, { store = 'main', ns = '', time = TIME }: Where = {}) {
  await gateway.backUp({ id, time, store, ...(ns ? { ns } : {}) }, [PIECE, randomPiece(2000)]);
  return refOf(id, { ns, time });
}

const refOf = (id: string, { ns = '', time = TIME }: Where = {}): SnapshotRef => ({
  ...{ namespace: ns as NamespacePath, type: 'host', id: id as BackupId, time },
});

async function forget(snapshots: SnapshotRef[], store = MAIN) {
  const { taskId } = await admin().snapshot.forget({ datastore: store, snapshots });
  if (taskId === null) throw new Error('nothing goes');
  return api.ended({ taskId });
}

async function trash(id: string, store = MAIN, principal = 'admin@ibs') {
  const { items } = await api.as(principal).trash.list({ datastore: store, id: id as BackupId });
  return items;
}

const itemOf = ({ namespace, type, id, time, trashedTime }: TrashItem): TrashItem => ({
  ...{ namespace, type, id, time, trashedTime },
});

async function restore(items: TrashItem[], store = MAIN) {
  const { taskId } = await admin().trash.restore({ datastore: store, items });
  if (taskId === null) throw new Error('nothing comes back');
  return api.ended({ taskId });
}

const isOnDisk = (id: string, time = TIME, store = 'main') =>
  gateway.entries(`host/${id}`, store)?.includes(formatSnapshotTime(time)) ?? false;

async function listed(id: string, store = MAIN) {
  return (await admin().snapshot.list({ datastore: store, id: id as BackupId })).snapshots;
}

test('what is forgotten lies in the trash and comes back whole, in the datastore and in the lists', async () => {
  const ref = await backUp('web');
  const [before] = await listed('web');
  const plan = await admin().snapshot.forget({ datastore: MAIN, snapshots: [ref], dryRun: true });
  expect(plan.restorableUntil?.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  expect(await forget([ref])).toMatchObject({
    state: 'succeeded',
    outcome: expect.stringMatching(
      /^1 snapshot moved to the trash\. It can be restored until at least \d{4}-\d\d-\d\d \d\d:\d\d UTC; the garbage collection after that frees the space\.$/,
    ),
    result: { removed: 1, trashed: 1, kept: 0 },
  });
  expect({ disk: isOnDisk('web'), rows: await listed('web') }).toEqual({ disk: false, rows: [] });

  const page = await admin().trash.list({ datastore: MAIN, id: 'web' as BackupId });
  expect(page).toMatchObject({ total: 1, totalBytes: before?.sizeBytes, trashDays: 1 });
  const [item] = page.items;
  expect(item).toMatchObject({
    ...{ type: 'host', id: 'web', time: TIME, trashedBy: 'admin@ibs', reason: 'forget' },
    ...{ owner: 'admin@ibs!main', sizeBytes: before?.sizeBytes },
  });
  expect(item?.expiresAt.getTime()).toBe((item?.trashedAt.getTime() ?? 0) + 86_400_000);
  if (!item) return;

  expect(await restore([itemOf(item)])).toMatchObject({
    ...{
      state: 'succeeded',
      outcome: '1 snapshot restored from the trash.',
      result: { restored: 1, left: 0 },
    },
  });
  expect(await trash('web')).toEqual([]);
  expect(isOnDisk('web')).toBe(true);
  const { createdBy: _, ...known } = before as never as Record<string, unknown>;
  expect((await listed('web'))[0]).toMatchObject({ ...known, exclusiveBytes: null, usedBytes: null });
  const rows = await gateway.database.db.select().from(audit).where(eq(audit.action, 'trash.restore'));
  expect(rows).toMatchObject([
    { principal: 'admin@ibs', subject: expect.stringContaining('main:host/web/') },
  ]);
});

test('what cannot go back stays in the trash, with the reason', async () => {
  const ref = await backUp('clash');
  await forget([ref]);
  const [item] = (await trash('clash')).map(itemOf);
  if (!item) throw new Error('it is not there');
  await backUp('clash');
  await expect(admin().trash.restore({ datastore: MAIN, items: [item] })).rejects.toMatchObject({
    cause: { code: 'SNAPSHOT_EXISTS', field: 'items' },
  });
  const plan = await admin().trash.restore({ datastore: MAIN, items: [item], dryRun: true });
  expect(plan).toMatchObject({ restore: [], keep: [{ reason: expect.stringContaining('already') }] });
  await forget([ref]);
  expect(await trash('clash')).toHaveLength(2);

  // An empty directory that no list knows: a rename would silently take its place.
  fs.mkdirSync(`${gateway.path()}/host/clash/${formatSnapshotTime(TIME)}`, { recursive: true });
  fs.writeFileSync(`${gateway.path()}/host/clash/owner`, 'admin@ibs!main\n');
  const refused = await restore([item]);
  expect(refused).toMatchObject({ state: 'warnings', result: { restored: 0, left: 1 } });
  expect(refused.log).toContainEqual(
    expect.stringMatching(/^warning: .* was not restored: There is a snapshot/),
  );
  fs.rmdirSync(`${gateway.path()}/host/clash/${formatSnapshotTime(TIME)}`);
  await api.ended(await admin().datastore.rescan({ name: MAIN }));
  expect(await restore([item])).toMatchObject({ state: 'succeeded' });
  const gone = admin().trash.restore({ datastore: MAIN, items: [item] });
  await expect(gone).rejects.toMatchObject({ cause: { code: 'SNAPSHOT_NOT_FOUND' } });
});

test('a machine that starts anew under another owner does not get the old one back', async () => {
  const ref = await backUp('moved');
  await forget([ref]);
  const [item] = (await trash('moved')).map(itemOf);
  const credential = await gateway.principal('eve@ibs', [
    { role: 'Datastore.PowerUser', path: '/datastore/main' },
  ]);
  await gateway.backUp({ id: 'moved', time: TIME + 60, credential }, [PIECE]);
  const plan = await admin().trash.restore({ datastore: MAIN, items: item ? [item] : [], dryRun: true });
  expect(plan.keep).toMatchObject([{ reason: expect.stringContaining('belongs to eve@ibs') }]);
});

test('clients of the gateway remove into the trash as well, a snapshot and a whole group', async () => {
  for (const time of [TIME, TIME + 60, TIME + 120]) await backUp('client', { time });
  const all = { 'backup-type': 'host', 'backup-id': 'client' };
  const one = { ...all, 'backup-time': String(TIME) };
  expect((await gateway.store('DELETE', '/snapshots', { query: one })).status).toBe(200);
  expect(await trash('client')).toMatchObject([
    { time: TIME, trashedBy: 'admin@ibs!main', reason: 'forget' },
  ]);
  expect((await gateway.store('DELETE', '/groups', { query: all })).status).toBe(200);
  expect((await trash('client')).map(({ time }) => time).sort()).toEqual([TIME, TIME + 60, TIME + 120]);
});

test('without days everything goes for good, and the change of days is on record', async () => {
  await admin().datastore.update({ name: OTHER, trashDays: 0 });
  const rows = await gateway.db.select().from(audit).where(eq(audit.action, 'datastore.update'));
  expect(rows.at(-1)).toMatchObject({ before: { trashDays: 1 }, after: { trashDays: 0 } });
  expect((await admin().datastore.get({ name: OTHER })).trashDays).toBe(0);
  const ref = await backUp('final', { store: 'other' });
  const plan = await admin().snapshot.forget({ datastore: OTHER, snapshots: [ref], dryRun: true });
  expect(plan.restorableUntil).toBe(null);
  expect(await forget([ref], OTHER)).toMatchObject({
    outcome: '1 snapshot removed for good. Space is freed by the next garbage collection.',
  });
  expect(await trash('final', OTHER)).toEqual([]);
  expect(gateway.entries('.trash', 'other')).toBe(null);
  const tooMany = admin().datastore.update({ name: OTHER, trashDays: 366 });
  await expect(tooMany).rejects.toThrow('At most 365 days.');
  await admin().datastore.update({ name: OTHER, trashDays: 1 });
});

test('it is emptied in part or whole, and a collection follows where that is wanted', async () => {
  const refs = [];
  for (const id of ['one', 'two', 'three']) refs.push(await backUp(id, { store: 'other' }));
  await forget(refs, OTHER);
  const [one] = (await trash('one', OTHER)).map(itemOf);
  const named = await admin().trash.empty({ datastore: OTHER, items: one ? [one] : [], dryRun: true });
  expect(named).toEqual({ total: 1, totalBytes: 7000, freesBytes: null, taskId: null });
  const part = await admin().trash.empty({ datastore: OTHER, items: one ? [one] : [] });
  expect(await api.ended({ taskId: part.taskId ?? '' })).toMatchObject({
    outcome: '1 snapshot of the trash removed for good. Space is freed by the next garbage collection.',
    result: { removed: 1, kept: 0 },
  });
  expect((await admin().trash.list({ datastore: OTHER })).total).toBe(2);
  const all = await admin().trash.empty({ datastore: OTHER, collect: true });
  expect(all.total).toBe(2);
  const ended = await api.ended({ taskId: all.taskId ?? '' });
  expect(ended.outcome).toMatch(
    /^2 snapshots of the trash removed for good\. A garbage collection was started/,
  );
  expect(await admin().trash.list({ datastore: OTHER })).toMatchObject({ total: 0, trashBytes: 0 });
  const { tasks } = await admin().task.list({ datastore: OTHER, kind: 'datastore.gc' } as never);
  const collection = tasks.find(({ kind }) => kind === 'datastore.gc');
  expect(await api.ended({ taskId: collection?.id ?? '' })).toMatchObject({ state: 'succeeded' });
});

test('a collection removes what has been there long enough, and the rows follow', async () => {
  await forget([await backUp('old', { store: 'other' }), await backUp('young', { store: 'other' })], OTHER);
  const [item] = (await trash('old', OTHER)).map(itemOf);
  if (!item) throw new Error('it is not there');
  // As if that had been two days ago.
  const below = `${gateway.path('other')}/.trash/host/old`;
  const nameAt = (trashedTime: number) => `${formatSnapshotTime(TIME)}@${formatSnapshotTime(trashedTime)}`;
  fs.renameSync(`${below}/${nameAt(item.trashedTime)}`, `${below}/${nameAt(item.trashedTime - 172_800)}`);
  expect((await api.ended(await admin().datastore.rescan({ name: OTHER }))).outcome).toContain(
    '2 snapshots in the trash',
  );
  expect(await trash('old', OTHER)).toMatchObject([{ trashedTime: item.trashedTime - 172_800 }]);
  const preview = await api.ended(await admin().datastore.gcPreview({ name: OTHER }));
  expect(preview.outcome).toContain('1 snapshot would leave the trash for good.');
  const ended = await api.ended(await admin().datastore.gc({ name: OTHER }));
  expect(ended.outcome).toContain('1 snapshot left the trash for good.');
  expect(await trash('old', OTHER)).toEqual([]);
  expect(await trash('young', OTHER)).toHaveLength(1);
  const page = await admin().trash.list({ datastore: OTHER });
  expect(page.trashBytes).toBeGreaterThan(2000);
  expect(page.trashBytesAt).toBeInstanceOf(Date);
});

test('emptying takes all, also what a wrong clock has put there in the future', async () => {
  await forget([await backUp('ahead', { store: 'other' })], OTHER);
  const [item] = (await trash('ahead', OTHER)).map(itemOf);
  const below = `${gateway.path('other')}/.trash/host/ahead/${formatSnapshotTime(TIME)}`;
  const at = (time = 0) => `${below}@${formatSnapshotTime(time)}`;
  fs.renameSync(at(item?.trashedTime), at((item?.trashedTime ?? 0) + 900_000));
  const { taskId } = await admin().trash.empty({ datastore: OTHER });
  expect(await api.ended({ taskId: taskId ?? '' })).toMatchObject({ state: 'succeeded' });
  expect(gateway.entries('.trash/host/ahead', 'other')).toBe(null);
  await api.ended(await admin().datastore.rescan({ name: OTHER }));
});

test('rows that were lost or are of the past are made anew from the datastore', async () => {
  const ref = await backUp('rows');
  await forget([ref]);
  const before = await trash('rows');
  const [row] = await gateway.db
    .select()
    .from(trashedSnapshot)
    .where(eq(trashedSnapshot.backupId, 'rows' as BackupId));
  if (!row) throw new Error('there is no row');
  await gateway.db.delete(trashedSnapshot).where(eq(trashedSnapshot.backupId, 'rows' as BackupId));
  await gateway.db.insert(trashedSnapshot).values({ ...row, backupId: 'never' as BackupId });
  await api.ended(await admin().datastore.rescan({ name: MAIN }));
  expect(await trash('rows')).toEqual(before);
  expect(await trash('never')).toEqual([]);
});

test('who sees, restores and empties it', async () => {
  const credential = await gateway.principal('pat@ibs', [
    { role: 'Datastore.PowerUser', path: '/datastore/main' },
  ]);
  await gateway.principal('ann@ibs', [{ role: 'Datastore.Audit', path: '/datastore/main' }]);
  await gateway.principal('nil@ibs', []);
  await gateway.backUp({ id: 'pats', time: TIME, credential }, [PIECE]);
  await backUp('admins');
  await forget([refOf('pats'), refOf('admins')]);
  const [pats, admins] = [(await trash('pats')).map(itemOf), (await trash('admins')).map(itemOf)];
  expect(await trash('admins', MAIN, 'ann@ibs')).toHaveLength(1);
  expect(await trash('pats', MAIN, 'pat@ibs')).toHaveLength(1);
  expect(await trash('admins', MAIN, 'pat@ibs')).toEqual([]);
  const { total } = await api.as('pat@ibs').trash.list({ datastore: MAIN });
  expect(total).toBe(1);
  const refusal = (code: string) => ({ cause: { code } });
  await expect(api.as('nil@ibs').trash.list({ datastore: MAIN })).rejects.toMatchObject(
    refusal('DATASTORE_NOT_FOUND'),
  );
  const restoring = (who: string, items: TrashItem[]) =>
    api.as(who).trash.restore({ datastore: MAIN, items });
  // As everywhere: who may nothing does not learn which datastores there are.
  for (const datastore of [MAIN, 'nowhere' as DatastoreName]) {
    const probing = api.as('nil@ibs').trash.restore({ datastore, items: admins });
    await expect(probing).rejects.toMatchObject(refusal('DATASTORE_NOT_FOUND'));
  }
  await expect(restoring('ann@ibs', admins)).rejects.toMatchObject(refusal('PRIVILEGE_MISSING'));
  await expect(restoring('pat@ibs', admins)).rejects.toMatchObject(refusal('SNAPSHOT_NOT_FOUND'));
  const emptying = api.as('pat@ibs').trash.empty({ datastore: MAIN, items: pats });
  await expect(emptying).rejects.toMatchObject(refusal('PRIVILEGE_MISSING'));
  const { taskId } = await restoring('pat@ibs', pats);
  expect(await api.ended({ taskId: taskId ?? '' }, 'pat@ibs')).toMatchObject({ state: 'succeeded' });
});

test('a right that was taken away while the task waited counts no more', async () => {
  const roles = [{ role: 'Datastore.Admin' as const, path: '/datastore/main' as const }];
  await gateway.principal('rex@ibs', roles);
  await forget([await backUp('waits')]);
  const ref = await backUp('stays');
  const items = (await trash('waits')).map(itemOf);
  await gateway.stopWorker();
  const rex = api.as('rex@ibs');
  const asked = [
    await rex.trash.restore({ datastore: MAIN, items }),
    await rex.snapshot.forget({ datastore: MAIN, snapshots: [ref] }),
    await rex.trash.empty({ datastore: MAIN, items }),
    await rex.datastore.gc({ name: MAIN }),
  ];
  await gateway.db.update(user).set({ enabled: false }).where(eq(user.username, 'rex@ibs'));
  await gateway.startWorker();
  const [restored, forgotten, ...whole] = await Promise.all(
    asked.map(({ taskId }) => api.ended({ taskId: taskId ?? '' })),
  );
  expect(restored).toMatchObject({ state: 'warnings', result: { restored: 0, left: 1 } });
  expect(restored?.log).toContainEqual(
    expect.stringMatching(/not restored: The right to restore it was taken/),
  );
  expect(forgotten).toMatchObject({ state: 'warnings', result: { removed: 0, kept: 1 } });
  for (const end of whole) {
    expect(end).toMatchObject({ state: 'failed', error: { code: 'PRIVILEGE_MISSING' } });
  }
  expect(await trash('waits')).toHaveLength(1);
  expect({ stays: isOnDisk('stays'), waits: isOnDisk('waits') }).toEqual({ stays: true, waits: false });
});

test('an attempt that had moved it and was lost before it was on record: the next one records it', async () => {
  const ref = await backUp('lost');
  const group = `${gateway.path()}/host/lost`;
  const at = Math.floor(Date.now() / 1000) - 60;
  const item = `${gateway.path()}/.trash/host/lost/${formatSnapshotTime(TIME)}@${formatSnapshotTime(at)}`;
  fs.mkdirSync(item, { recursive: true });
  fs.renameSync(`${group}/${formatSnapshotTime(TIME)}`, `${item}/snapshot`);
  expect(await trash('lost')).toEqual([]);
  expect(await forget([ref])).toMatchObject({ result: { removed: 0, trashed: 0, kept: 1 } });
  expect(await trash('lost')).toMatchObject([{ trashedTime: at, trashedBy: 'unknown', owner: null }]);
  expect(await listed('lost')).toEqual([]);
  await restore((await trash('lost')).map(itemOf)); // into its group, which still says whose it is
  expect((await listed('lost'))[0]?.owner).toBe('admin@ibs!main');
});

const LEFT = 'left' as NamespacePath;

async function makeNamespace(path: string) {
  const [name = '', ...above] = path.split('/').reverse();
  const parent = above.reverse().join('/') as NamespacePath;
  return api.ended(await admin().namespace.create({ datastore: MAIN, parent, name }));
}

const planOf = (namespace: NamespacePath) => admin().namespace.planRemove({ datastore: MAIN, namespace });

test('the same data in two namespaces is stored once; one of them goes as planned, with what hangs on it', async () => {
  for (const path of ['left', 'left/deep', 'right']) await makeNamespace(path);
  const [shared, alone] = [randomPiece(60_000), randomPiece(20_000)];
  await gateway.backUp({ id: 'web', time: TIME, store: 'main', ns: 'left/deep' }, [shared, alone]);
  const { chunkCount } = chunksOnDisk(gateway.path());
  await gateway.backUp({ id: 'web', time: TIME, store: 'main', ns: 'right' }, [shared]);
  expect(chunksOnDisk(gateway.path()).chunkCount).toBe(chunkCount);
  await api.ended(await admin().datastore.gc({ name: MAIN }));
  const detailOf = async (namespace: string) =>
    admin().namespace.get({ datastore: MAIN, namespace: namespace as NamespacePath });
  const [deep, right] = [await detailOf('left/deep'), await detailOf('right')];
  expect(right).toMatchObject({ exclusiveBytes: 0, groupCount: 1 });
  const inherited = { path: '/', principal: 'admin@ibs', role: 'Administrator' };
  expect(right.grants).toContainEqual(expect.objectContaining(inherited));
  expect(right.jobs.map(({ noun }) => noun)).toContain('garbage collection');
  const ownBytes = (deep.usedBytes ?? 0) - (right.usedBytes ?? 0);
  expect(deep.exclusiveBytes).toBe(ownBytes);
  expect(ownBytes).toBeGreaterThan(20_000);
  expect((await detailOf('left')).below).toMatchObject({ namespaces: ['left/deep'], snapshotCount: 1 });

  await gateway.principal('lea@ibs', [{ role: 'Datastore.Backup', path: '/datastore/main/left/deep' }]);
  const job = { name: MAIN, kind: 'prune' as const, job: 'left', namespace: LEFT, keep: { last: 1 } };
  await admin().datastore.createJob({ ...job, schedule: 'daily' });
  await admin().datastore.updateJob({ name: MAIN, kind: 'verify', namespace: LEFT, schedule: 'weekly' });
  const plan = await planOf(LEFT);
  expect(plan).toMatchObject({
    ...{ namespaces: ['left', 'left/deep'], snapshotCount: 1, protectedCount: 0, freesBytes: ownBytes },
    ...{
      grantCount: 2,
      jobs: [
        { kind: 'prune', name: 'left' },
        { kind: 'verify', name: '' },
      ],
    },
    groups: [{ namespace: 'left/deep', id: 'web', snapshotCount: 1 }],
  });
  const { digest } = plan;
  const ended = await api.ended(
    await admin().namespace.remove({ datastore: MAIN, namespace: LEFT, withContent: true, digest }),
  );
  expect(ended).toMatchObject({
    state: 'succeeded',
    outcome: expect.stringMatching(
      /^Namespace left removed from main with 1 namespace below it: 1 snapshot moved to the trash\. Grants that went with it: 2\. Jobs that ended with it: prune of left, verification\. It can be restored until/,
    ),
  });
  expect((await admin().namespace.list({ datastore: MAIN })).map(({ path }) => path)).not.toContain('left');
  expect(await trash('web')).toMatchObject([{ namespace: 'left/deep', owner: 'admin@ibs!main' }]);
  expect(gateway.entries('ns')).toEqual(['right']);
  const { jobs } = await admin().datastore.jobs({ name: MAIN });
  expect(jobs.map(({ kind, name, schedule }) => [kind, name, schedule])).toContainEqual(['verify', '', null]);
  expect(jobs.map(({ name }) => name)).not.toContain('left');
  // Whoever makes it anew does not give it to those who had it.
  await makeNamespace('left');
  await expect(api.as('lea@ibs').snapshot.groups({ datastore: MAIN, namespace: LEFT })).rejects.toThrow();
  const rows = await gateway.db.select().from(audit).where(eq(audit.action, 'namespace.remove'));
  expect(rows).toMatchObject([{ principal: 'admin@ibs', subject: 'main:left' }]);
});

test('a namespace stays when it is not as it was agreed to, when it is in use, and for whom it does not exist', async () => {
  for (const path of ['kept', 'kept/inner']) await makeNamespace(path);
  const namespace = 'kept' as NamespacePath;
  const remove = (more = {}) => admin().namespace.remove({ datastore: MAIN, namespace, ...more });
  const refused = (code: string, field?: string) => ({ cause: { code, ...(field ? { field } : {}) } });
  const early = await planOf(namespace);
  const ref = await backUp('web', { ns: 'kept/inner' });
  await expect(remove()).rejects.toMatchObject(refused('NAMESPACE_NOT_EMPTY', 'withContent'));
  await expect(remove({ withContent: true, digest: early.digest })).rejects.toMatchObject(
    refused('CONFLICTING_CHANGE', 'digest'),
  );
  await api.ended(await admin().snapshot.update({ datastore: MAIN, ...ref, protected: true }));
  await expect(remove({ withContent: true })).rejects.toMatchObject(
    refused('SNAPSHOT_PROTECTED', 'includeProtected'),
  );
  // What the lists do not know yet, the task sees.
  fs.rmSync(`${gateway.path()}/ns/kept/ns/inner/host/web/${formatSnapshotTime(TIME)}/.protected`);
  expect(await api.ended(await remove({ withContent: true, includeProtected: true }))).toMatchObject({
    ...{ state: 'failed', error: { code: 'CONFLICTING_CHANGE' } },
  });
  await api.ended(await admin().datastore.rescan({ name: MAIN }));
  const session = await gateway.backup({ id: 'new', time: TIME, store: 'main', ns: 'kept' });
  expect((await planOf(namespace)).running).toEqual([`main:kept/host/new/${formatSnapshotTime(TIME)}`]);
  expect(await api.ended(await remove({ withContent: true }))).toMatchObject({
    ...{ state: 'failed', error: { code: 'GROUP_LOCKED' } },
  });
  await session.drop();

  await gateway.principal('mo@ibs', [
    { role: 'Datastore.Admin', path: '/datastore/main' },
    { role: 'NoAccess', path: '/datastore/main/kept/inner' },
  ]);
  await gateway.principal('ned@ibs', [{ role: 'Datastore.Admin', path: '/datastore/main/kept' }]);
  const asked = (who: string, path: string) =>
    api.as(who).namespace.planRemove({ datastore: MAIN, namespace: path as NamespacePath });
  await expect(asked('mo@ibs', 'kept')).rejects.toMatchObject(refused('PRIVILEGE_MISSING'));
  for (const path of ['kept/inner', 'kept/none']) {
    await expect(asked('mo@ibs', path)).rejects.toMatchObject({
      cause: { code: 'NAMESPACE_NOT_FOUND', message: `There is no namespace main:${path}.` },
    });
  }
  await expect(asked('ned@ibs', 'kept')).rejects.toMatchObject(refused('PRIVILEGE_MISSING'));
  expect((await api.as('ned@ibs').namespace.list({ datastore: MAIN })).map(({ path }) => path)).toEqual([
    ...['kept', 'kept/inner'],
  ]);
  const below = { datastore: MAIN, parent: 'nowhere' as NamespacePath, name: 'x' };
  for (const who of ['mo@ibs', 'ned@ibs', 'admin@ibs']) {
    await expect(api.as(who).namespace.create(below)).rejects.toMatchObject(
      refused('NAMESPACE_NOT_FOUND', 'parent'),
    );
  }
  const root = { datastore: MAIN, namespace: '' as NamespacePath };
  await expect(admin().namespace.planRemove(root)).rejects.toThrow(/root namespace cannot be removed/);
});

test('an attempt that was lost after the namespace had gone: the next one finishes it', async () => {
  await makeNamespace('lost');
  const namespace = 'lost' as NamespacePath;
  await backUp('late', { ns: 'lost' });
  await gateway.stopWorker();
  const { digest } = await planOf(namespace);
  const wish = { datastore: MAIN, namespace, withContent: true, digest };
  const { taskId } = await admin().namespace.remove(wish);
  const [top, place] = ['ns/lost', '.trash/namespaces/lost@2026-04-01T00:00:00Z'].map(
    (key) => `${gateway.path()}/${key}`,
  ) as [string, string];
  fs.mkdirSync(`${gateway.path()}/.trash/namespaces`, { recursive: true });
  fs.writeFileSync(`${place}.json`, '{"version":1,"trash":{"by":"admin@ibs","reason":"forget"}}');
  fs.renameSync(top, place);
  await gateway.startWorker();
  expect(await api.ended({ taskId })).toMatchObject({ state: 'succeeded' });
  expect(await trash('late')).toMatchObject([{ namespace: 'lost', trashedBy: 'admin@ibs' }]);
  expect(await listed('late')).toEqual([]);
  expect(gateway.entries('.trash/namespaces')).toEqual([]);
});

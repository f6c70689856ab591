import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { type BackupId, type DatastoreName, formatSnapshotTime, type NamespacePath } from '#domain/ids.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import { audit } from '#drizzle/schema/system.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/** Groups and namespaces that move, by the real API and the real worker, with snapshots that were really backed up. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const TIME = Date.parse('2026-03-01T08:00:00Z') / 1000;
const admin = () => api.as('admin@ibs');

afterEach(() => gateway.leaveSound());

async function makeNamespaces(...paths: string[]): Promise<void> {
  for (const path of paths) {
    const at = path.lastIndexOf('/');
    const [parent, name] = [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
    const made = await admin().namespace.create({ datastore: MAIN, parent, name });
    expect((await api.ended(made)).state).toBe('succeeded');
  }
}

const backUp = (id: string, ns = '', time = TIME) =>
  gateway.backUp({ id, time, ...(ns ? { ns } : {}) }, [randomPiece(4000)]);

const place = (id: string, namespace: string) => ({
  ...{ datastore: MAIN, namespace: namespace as NamespacePath, type: 'host' as const, id: id as BackupId },
});
const moveOf = (id: string, from: string, to: string) => ({
  source: place(id, from),
  destination: place(id, to),
});

async function move(id: string, from: string, to: string, merge = false) {
  return api.ended(await admin().snapshot.move({ ...moveOf(id, from, to), merge }));
}

const rename = async (from: string, to: string) =>
  api.ended(
    await admin().namespace.move({
      ...{ datastore: MAIN, namespace: from as NamespacePath, destination: to as NamespacePath },
    }),
  );

async function listed(id: string) {
  const { snapshots } = await admin().snapshot.list({ datastore: MAIN, id: id as BackupId });
  return snapshots.map(({ namespace, time }) => `${namespace} ${formatSnapshotTime(time)}`);
}

test('a group moves with all that is known of it, is there alone, and moves back', async () => {
  await makeNamespaces('production', 'security');
  await backUp('web', 'production');
  await backUp('web', 'production', TIME + 60);
  const ref = { ...place('web', 'production'), time: TIME };
  await api.ended(await admin().snapshot.update({ ...ref, protected: true, notes: 'before the upgrade' }));
  await api.ended(
    await admin().datastore.verify({ name: MAIN, namespace: 'production' as NamespacePath, depth: 0 }),
  );
  const before = await admin().snapshot.get(ref);
  const { taskId: gone } = await admin().snapshot.forget({
    ...{ datastore: MAIN, snapshots: [{ ...ref, time: TIME + 60 }] },
  });
  await api.ended({ taskId: gone ?? '' });

  const plan = await admin().snapshot.planMove(moveOf('web', 'production', 'security'));
  expect(plan).toMatchObject({ target: null, refusal: null, snapshotCount: 1, trashedCount: 1, running: [] });
  const ended = await move('web', 'production', 'security');
  expect(ended).toMatchObject({
    state: 'succeeded',
    outcome:
      'host/web moved from production to security in main with 1 snapshot. 1 snapshot in the trash went along. No chunk was transferred.',
  });
  const { namespace: _, ...kept } = before;
  expect(await admin().snapshot.get({ ...ref, namespace: 'security' as NamespacePath })).toMatchObject({
    ...JSON.parse(JSON.stringify({ notes: kept.notes, owner: kept.owner, verifyState: kept.verifyState })),
    ...{ protected: true, sizeBytes: kept.sizeBytes },
  });
  const rows = await gateway.db
    .select()
    .from(snapshot)
    .where(eq(snapshot.backupId, 'web' as BackupId));
  expect(rows.map((row) => row.namespace)).toEqual(['security']);
  expect(gateway.entries('ns/production/host/web')).toBeNull();
  const { items } = await admin().trash.list({ datastore: MAIN, id: 'web' as BackupId });
  expect(items.map((item) => item.namespace)).toEqual(['security']);
  const [row] = await gateway.db.select().from(audit).where(eq(audit.action, 'snapshot.move'));
  expect(row).toMatchObject({
    subject: 'main:production/host/web',
    detail: { destination: 'security/host/web', snapshotCount: 1 },
  });

  expect((await move('web', 'security', 'production')).state).toBe('succeeded');
  expect(await listed('web')).toEqual([`production ${formatSnapshotTime(TIME)}`]);
});

test('while a backup of it runs it is refused, the plan says so, and nothing has changed', async () => {
  await backUp('busy', 'production');
  const session = await gateway.backup({ id: 'busy', ns: 'production', time: TIME + 120 });
  const met = await admin().snapshot.planMove(moveOf('busy', 'production', 'security'));
  expect(met.running).toMatchObject([{ kind: 'backup' }]);
  expect(await move('busy', 'production', 'security')).toMatchObject({
    state: 'failed',
    error: { code: 'GROUP_LOCKED', message: expect.stringContaining('backup of host/busy') },
  });
  expect(await rename('production', 'renamed')).toMatchObject({ error: { code: 'GROUP_LOCKED' } });
  await session.drop();
  expect(await listed('busy')).toContain(`production ${formatSnapshotTime(TIME)}`);
});

test('into a group that is there it is merged when asked, and refused before the task otherwise', async () => {
  await backUp('db', 'security', TIME - 600);
  await backUp('db', 'production');
  const plan = await admin().snapshot.planMove(moveOf('db', 'production', 'security'));
  expect(plan).toMatchObject({
    target: { snapshotCount: 1 },
    refusal: { code: 'GROUP_EXISTS' },
    mergeRefusal: null,
  });
  await expect(move('db', 'production', 'security')).rejects.toMatchObject({
    cause: { code: 'GROUP_EXISTS' },
  });
  expect(await move('db', 'production', 'security', true)).toMatchObject({
    outcome: expect.stringContaining('merged into the group that was there'),
  });
  expect(await listed('db')).toEqual(
    [TIME, TIME - 600].map((time) => `security ${formatSnapshotTime(time)}`),
  );
  for (const [source, destination, code] of [
    [place('db', 'security'), place('db', 'security'), 'MOVE_SAME_PLACE'],
    [place('db', 'security'), place('web', 'production'), 'MOVE_OTHER_GROUP'],
    [
      place('db', 'security'),
      { ...place('db', ''), datastore: 'ibs-other' as DatastoreName },
      'MOVE_OTHER_DATASTORE',
    ],
    [place('db', 'security'), place('db', 'nowhere'), 'NAMESPACE_NOT_FOUND'],
    [place('none', 'security'), place('none', 'production'), 'GROUP_NOT_FOUND'],
  ] as const) {
    await expect(admin().snapshot.move({ source, destination })).rejects.toMatchObject({ cause: { code } });
  }
});

test('a namespace takes its grants, its jobs and its trash along, and gets its name back', async () => {
  await makeNamespaces('team', 'team/web', 'tenants');
  await backUp('www', 'team/web');
  await gateway.db.insert(acl).values({
    ...{ path: '/datastore/main/team/web', principal: 'reader@ibs' as never, createdBy: 'admin@ibs' },
    ...{ role: 'Datastore.Reader' as const },
  });
  const { version } = await admin().datastore.get({ name: MAIN });
  await admin().datastore.createJob({
    ...{ name: MAIN, kind: 'prune', job: 'team', namespace: 'team', keep: { last: 3 } },
  });
  const wish = {
    datastore: MAIN,
    namespace: 'team' as NamespacePath,
    destination: 'tenants/a' as NamespacePath,
  };
  const plan = await admin().namespace.planMove(wish);
  expect(plan).toMatchObject({
    ...{ refusal: null, namespaces: ['team', 'team/web'], groupCount: 1, snapshotCount: 1 },
    ...{ grants: [{ path: '/datastore/main/team/web' }], jobs: [{ name: 'team' }], access: [] },
  });
  expect(await rename('team', 'tenants/a')).toMatchObject({
    state: 'succeeded',
    outcome:
      'Namespace team of main is tenants/a now, with 1 namespace below it, 1 snapshot in 1 group, 1 grant, jobs that look after it: prune of team.',
  });
  expect(await listed('www')).toEqual([`tenants/a/web ${formatSnapshotTime(TIME)}`]);
  const all = await admin().namespace.list({ datastore: MAIN });
  const paths = all.map((one) => one.path);
  expect(paths).toEqual(expect.arrayContaining(['tenants/a', 'tenants/a/web']));
  expect(paths).not.toContain('team');
  const [grant] = await gateway.db
    .select()
    .from(acl)
    .where(eq(acl.principal, 'reader@ibs' as never));
  expect(grant?.path).toBe('/datastore/main/tenants/a/web');
  const jobs = await admin().datastore.jobs({ name: MAIN });
  expect(JSON.stringify(jobs)).toContain('"tenants/a"');
  expect((await admin().datastore.get({ name: MAIN })).version).toBeGreaterThan(version);
  await expect(rename('tenants', 'tenants/a/b')).rejects.toMatchObject({
    cause: { code: 'MOVE_INTO_ITSELF' },
  });
  await expect(rename('tenants/a', 'security')).rejects.toMatchObject({
    cause: { code: 'NAMESPACE_EXISTS' },
  });
  expect((await rename('tenants/a', 'team')).state).toBe('succeeded');
});

test('what a crash has left of a move is finished as the datastore is opened, with what only the lists know', async () => {
  await backUp('crash', 'production');
  const isIt = eq(snapshot.backupId, 'crash' as BackupId);
  await gateway.db.update(snapshot).set({ usedBytes: 4711 }).where(isIt);
  await gateway.stopWorker();
  const root = gateway.path();
  const journal = { version: 1, kind: 'group', from: 'production/host/crash', to: 'security/host/crash' };
  fs.mkdirSync(`${root}/.moves`, { recursive: true });
  const name = createHash('sha256').update(`group ${journal.from}`).digest('hex');
  fs.writeFileSync(
    `${root}/.moves/${name}.json`,
    JSON.stringify({ ...journal, merge: false, by: 'admin@ibs' }),
  );
  fs.renameSync(`${root}/ns/production/host/crash`, `${root}/ns/security/host/crash`);
  await gateway.startWorker();
  const rescan = await api.ended(await admin().datastore.rescan({ name: MAIN }));
  expect(rescan.state).toBe('succeeded');
  expect(await listed('crash')).toEqual([`security ${formatSnapshotTime(TIME)}`]);
  const rows = await gateway.db.select().from(snapshot).where(isIt);
  expect(rows.map((row) => row.usedBytes)).toEqual([4711]);
  expect(gateway.entries('.moves')).toEqual([]);
});

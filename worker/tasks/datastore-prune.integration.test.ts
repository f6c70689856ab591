import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath, SnapshotRef } from '#domain/ids.ts';
import { formatSnapshotTime } from '#domain/ids.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import { audit } from '#drizzle/schema/system.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { complete, sendArchive } from '#testing/wire/wire-backup.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/** Pruning by the real API and the real worker, of snapshots that were really backed up. */

const gateway = testGateway({ stores: ['main', 'other'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const OTHER = 'other' as DatastoreName;
const PIECE = randomPiece(5000);

const admin = () => api.as('admin@ibs');
const seconds = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00Z`) / 1000;
const directoryOf = (text: string) => formatSnapshotTime(seconds(text));

afterEach(() => gateway.leaveSound());

interface Where {
  store?: string;
  ns?: string;
  credential?: string;
}

async function backUp(id: string, times: readonly string[], where: Where = {}): Promise<void> {
  for (const time of times) await gateway.backUp({ id, time: seconds(time), ...where }, [PIECE]);
}

/** The snapshots of a group on the disk. */
function onDisk(id: string, { store = 'main', ns = '' }: Where = {}): string[] {
  const path = [...ns.split('/').flatMap((part) => (part ? ['ns', part] : [])), 'host', id].join('/');
  return (gateway.entries(path, store) ?? []).filter((name) => /^\d{4}-/.test(name));
}

/** What the lists have of it. */
async function listed(id: string, datastore = MAIN, namespace = ''): Promise<string[]> {
  const found = await admin().snapshot.list({
    datastore,
    namespace: namespace as NamespacePath,
    id: id as BackupId,
  });
  return found.snapshots.map(({ at }) => `${at.toISOString().slice(0, 19)}Z`).sort();
}

const refOf = (id: string, time: string): SnapshotRef => ({
  ...{ namespace: '' as NamespacePath, type: 'host', id: id as BackupId, time: seconds(time) },
});

/** Leaves what a crash in the middle of a backup leaves. */
function leaveUnfinished(id: string, time: string): void {
  fs.mkdirSync(`${gateway.path()}/host/${id}/${directoryOf(time)}`);
}

test('exactly what was planned goes, in the datastore and in the lists; protected and unfinished ones stay', async () => {
  const times = [
    '2026-03-01 08:00',
    '2026-03-02 08:00',
    '2026-03-02 20:00',
    '2026-03-03 08:00',
    '2026-03-04 08:00',
    '2026-03-04 09:00',
  ];
  await backUp('web-1', times);
  await backUp('web-2', ['2026-03-04 08:00']);
  const place = {
    datastore: MAIN,
    type: 'host' as const,
    id: 'web-1' as BackupId,
    namespace: '' as NamespacePath,
  };
  const guarded = { ...place, time: seconds('2026-03-01 08:00') };
  await api.ended(await admin().snapshot.update({ ...guarded, protected: true }));
  leaveUnfinished('web-1', '2026-02-01 08:00');
  leaveUnfinished('web-1', '2026-03-05 08:00');
  await api.ended(await admin().datastore.rescan({ name: MAIN }));

  const wish = { name: MAIN, keep: { daily: 2 } };
  const plan = await admin().datastore.prunePlan(wish);
  expect(
    plan.groups.map(({ id, snapshots }) => [id, snapshots.map(({ mark, why }) => `${mark}: ${why}`)]),
  ).toEqual([
    [
      'web-1',
      [
        'unfinished: unfinished, perhaps still being made',
        'keep: daily 2026-03-04',
        'remove: a newer one is kept as daily 2026-03-04',
        'keep: daily 2026-03-03',
        'remove: beyond every rule',
        'remove: beyond every rule',
        'protected: protected',
        'remove: unfinished, and there is a newer one',
      ],
    ],
    ['web-2', ['keep: daily 2026-03-04']],
  ]);
  expect(plan).toMatchObject({
    zone: 'UTC',
    warnings: [{ name: 'short-memory' }],
    totals: { groups: 2, snapshots: 9, keep: 3, remove: 4, protected: 1, unfinished: 1 },
    next: null,
  });
  expect(onDisk('web-1')).toHaveLength(8);

  const ended = await api.ended(await admin().datastore.prune(wish));
  expect(ended).toMatchObject({
    state: 'succeeded',
    outcome: expect.stringMatching(
      /^Of 9 snapshots in 2 groups, 4 removed, 3 of them to the trash, and 5 kept, among them 1 protected, 1 unfinished\. They can be restored until at least [\d: -]+ UTC; the garbage collection after that frees the space\.$/,
    ),
    result: { groups: 2, snapshots: 9, removed: 4, kept: 3, protected: 1, unfinished: 1, skipped: 0 },
  });
  const removed = ended.log.filter((line) => line.startsWith('info: Removed'));
  expect(removed).toEqual([
    `info: Removed host/web-1/${directoryOf('2026-02-01 08:00')}: unfinished, and there is a newer one.`,
    `info: Removed host/web-1/${directoryOf('2026-03-02 08:00')}: beyond every rule.`,
    `info: Removed host/web-1/${directoryOf('2026-03-02 20:00')}: beyond every rule.`,
    `info: Removed host/web-1/${directoryOf('2026-03-04 08:00')}: a newer one is kept as daily 2026-03-04.`,
  ]);
  const stays = plan.groups[0]?.snapshots
    .filter(({ mark }) => mark !== 'remove')
    .map(({ time }) => formatSnapshotTime(time))
    .sort();
  expect(onDisk('web-1')).toEqual(stays);
  expect(await listed('web-1')).toEqual(stays);
  expect(onDisk('web-2')).toEqual([directoryOf('2026-03-04 08:00')]);

  const again = await api.ended(await admin().datastore.prune(wish));
  expect(again.outcome).toBe(
    'Of 5 snapshots in 2 groups, 0 removed and 5 kept, among them 1 protected, 1 unfinished.',
  );
  const [row] = await gateway.db.select().from(audit).where(eq(audit.action, 'datastore.prune'));
  expect(row).toMatchObject({ principal: 'admin@ibs', subject: MAIN, detail: { keep: { daily: 2 } } });
  fs.rmdirSync(`${gateway.path()}/host/web-1/${directoryOf('2026-03-05 08:00')}`);
});

test('one that is in use stays with a warning, and goes the next time', async () => {
  await backUp('busy', ['2026-03-01 08:00', '2026-03-02 08:00', '2026-03-03 08:00']);
  const wish = { name: MAIN, keep: { last: 1 }, group: { type: 'host' as const, id: 'busy' as BackupId } };
  const reader = await gateway.reader({ id: 'busy', time: seconds('2026-03-01 08:00') });
  const first = await api.ended(await admin().datastore.prune(wish));
  expect(first).toMatchObject({ state: 'warnings', result: { removed: 1, kept: 1, skipped: 1 } });
  expect(first.outcome).toContain('1 in use or changed, which should have gone');
  expect(first.log).toContainEqual(
    expect.stringMatching(/^warning: Kept host\/busy\/2026-03-01T08:00:00Z: .*in use/),
  );
  expect(onDisk('busy')).toEqual(['2026-03-01 08:00', '2026-03-03 08:00'].map(directoryOf));
  expect(await listed('busy')).toEqual(onDisk('busy'));
  await reader.drop();
  await gateway.idle();
  const second = await api.ended(await admin().datastore.prune(wish));
  expect(second).toMatchObject({ state: 'succeeded', result: { removed: 1, kept: 1, skipped: 0 } });
  expect(onDisk('busy')).toEqual([directoryOf('2026-03-03 08:00')]);
});

test('a backup that is running, and what it builds on, stay', async () => {
  await backUp('live', ['2026-03-01 08:00', '2026-03-02 08:00']);
  const running = { id: 'live', time: seconds('2026-03-03 08:00') };
  const session = await gateway.backup(running);
  const wish = { name: MAIN, keep: { last: 1 }, group: { type: 'host' as const, id: 'live' as BackupId } };
  const ended = await api.ended(await admin().datastore.prune(wish));
  expect(ended).toMatchObject({ state: 'succeeded', result: { removed: 1, kept: 1, unfinished: 1 } });
  await complete(session, running, [await sendArchive(session, 'root.pxar.didx', [randomPiece(3000)])]);
  await session.drop();
  await gateway.idle();
  expect(onDisk('live')).toEqual(['2026-03-02 08:00', '2026-03-03 08:00'].map(directoryOf));
});

test('a held snapshot is looked at under its lock', async () => {
  await backUp('held', ['2026-03-01 08:00', '2026-03-02 08:00']);
  await gateway.ask({ ask: 'hold', name: MAIN, snapshot: refOf('held', '2026-03-01 08:00') });
  const wish = { name: MAIN, keep: { last: 1 }, group: { type: 'host' as const, id: 'held' as BackupId } };
  expect(await api.ended(await admin().datastore.prune(wish))).toMatchObject({
    state: 'warnings',
    result: { removed: 0, skipped: 1 },
  });
  await gateway.ask({ ask: 'release' });
  expect(onDisk('held')).toHaveLength(2);
});

test('days are those of the time zone of the server', async () => {
  await backUp('night', ['2026-05-01 21:30', '2026-05-01 22:30']);
  const wish = { name: MAIN, keep: { daily: 7 }, group: { type: 'host' as const, id: 'night' as BackupId } };
  expect((await admin().datastore.prunePlan(wish)).totals.remove).toBe(1);
  await admin().settings.update({ timeZone: 'Europe/Berlin' });
  const plan = await admin().datastore.prunePlan(wish);
  expect(plan.groups[0]?.snapshots.map(({ period }) => period)).toEqual(['2026-05-02', '2026-05-01']);
  expect(await api.ended(await admin().datastore.prune(wish))).toMatchObject({
    result: { removed: 0, kept: 2 },
  });
  await admin().settings.update({ timeZone: 'UTC' });
});

test('namespaces are pruned as deep as is said; without a rule everything stays', async () => {
  const times = ['2026-03-01 08:00', '2026-03-02 08:00'];
  for (const path of ['a', 'a/b']) {
    const [name = '', ...above] = path.split('/').reverse();
    await api.ended(
      await admin().namespace.create({
        datastore: OTHER,
        parent: above.reverse().join('/') as NamespacePath,
        name,
      }),
    );
  }
  const places: Where[] = ['', 'a', 'a/b'].map((ns) => ({ store: OTHER, ns }));
  for (const place of places) await backUp('app', times, place);
  const left = () => places.map((place) => onDisk('app', place).length);
  const nothing = await api.ended(await admin().datastore.prune({ name: OTHER, keep: { last: 0 } }));
  expect(nothing).toMatchObject({ state: 'warnings', outcome: 'No keep rule is set: every snapshot stays.' });
  const keep = { last: 1 };
  await api.ended(
    await admin().datastore.prune({ name: OTHER, namespace: 'a' as NamespacePath, depth: 0, keep }),
  );
  expect(left()).toEqual([2, 1, 2]);
  const plan = await admin().datastore.prunePlan({ name: OTHER, keep });
  expect(plan.groups.map(({ namespace, totals }) => [namespace, totals.remove])).toEqual([
    ['', 1],
    ['a', 0],
    ['a/b', 1],
  ]);
  await api.ended(await admin().datastore.prune({ name: OTHER, keep }));
  expect(left()).toEqual([1, 1, 1]);
  await expect(
    admin().datastore.prune({ name: OTHER, namespace: 'none' as NamespacePath, keep }),
  ).rejects.toMatchObject({
    cause: { code: 'NAMESPACE_NOT_FOUND' },
  });
  const group = { type: 'host' as const, id: 'none' as BackupId };
  await expect(admin().datastore.prunePlan({ name: OTHER, group, keep })).rejects.toMatchObject({
    cause: { code: 'GROUP_NOT_FOUND' },
  });
});

test('with Datastore.Prune alone only own groups are planned and pruned', async () => {
  const credential = await gateway.principal('pat@ibs', [
    { role: 'Datastore.PowerUser', path: '/datastore/main' },
  ]);
  await backUp('pats', ['2026-03-01 08:00', '2026-03-02 08:00'], { credential });
  await backUp('admins', ['2026-03-01 08:00', '2026-03-02 08:00']);
  const pat = api.as('pat@ibs');
  const wish = { name: MAIN, keep: { last: 1 } };
  expect((await pat.datastore.prunePlan(wish)).groups.map(({ id }) => id)).toEqual(['pats']);
  const others = { ...wish, group: { type: 'host' as const, id: 'admins' as BackupId } };
  await expect(pat.datastore.prune(others)).rejects.toMatchObject({ cause: { code: 'GROUP_NOT_FOUND' } });
  await expect(pat.datastore.prune({ ...wish, name: OTHER })).rejects.toMatchObject({
    cause: { code: 'DATASTORE_NOT_FOUND' },
  });
  const ended = await api.ended(await pat.datastore.prune(wish));
  expect(ended).toMatchObject({ state: 'succeeded', result: { groups: 1, removed: 1, kept: 1 } });
  expect(ended.log).toContainEqual(expect.stringMatching(/^info: Left to their owners: \d+ groups\.$/));
  expect([onDisk('pats'), onDisk('admins')].map(({ length }) => length)).toEqual([1, 2]);
});

test('a right on a namespace reaches there and below, and nowhere else', async () => {
  await gateway.principal('sub@ibs', [{ role: 'Datastore.Admin', path: '/datastore/other/a' }]);
  for (const ns of ['', 'a', 'a/b'])
    await backUp('more', ['2026-03-01 08:00', '2026-03-02 08:00'], { store: OTHER, ns });
  const wish = { name: OTHER, keep: { last: 1 } };
  const plan = await api.as('sub@ibs').datastore.prunePlan(wish);
  expect([...new Set(plan.groups.map(({ namespace }) => namespace))]).toEqual(['a', 'a/b']);
  await api.ended(await api.as('sub@ibs').datastore.prune(wish));
  const left = ['', 'a', 'a/b'].map((ns) => onDisk('more', { store: OTHER, ns }).length);
  expect(left).toEqual([2, 1, 1]);
});

test('with less than half of what is on record nothing goes, unless somebody says that it is right so', async () => {
  const times = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'].map(
    (day) => `${day} 08:00`,
  );
  await backUp('half', times);
  const group = { type: 'host' as const, id: 'half' as BackupId };
  const wish = { name: MAIN, keep: { last: 1 }, group };
  for (const time of times.slice(0, 3)) {
    fs.rmSync(`${gateway.path()}/host/half/${directoryOf(time)}`, { recursive: true });
  }
  const refused = await api.ended(await admin().datastore.prune(wish));
  expect(refused).toMatchObject({
    state: 'failed',
    error: {
      code: 'SNAPSHOTS_MISSING',
      message: expect.stringMatching(/^Only 2.snapshots of the 5 on record/),
    },
  });
  expect(refused.error?.hint).toContain('--accept-missing');
  expect(onDisk('half')).toHaveLength(2);
  const agreed = await api.ended(await admin().datastore.prune({ ...wish, acceptMissing: true }));
  expect(agreed).toMatchObject({ state: 'succeeded', result: { removed: 1, kept: 1 } });
  expect(onDisk('half')).toEqual([directoryOf('2026-03-05 08:00')]);
  await api.ended(await admin().datastore.rescan({ name: MAIN }));
});

test('a plan comes in pages, and each knows the whole', async () => {
  const wish = { name: MAIN, keep: { last: 1 } };
  const whole = await admin().datastore.prunePlan(wish);
  const rows = (plan: typeof whole) =>
    plan.groups.flatMap(({ id, totals, snapshots }) => snapshots.map((one) => ({ id, totals, ...one })));
  const found: ReturnType<typeof rows> = [];
  let next: number | null = 0;
  while (next !== null) {
    const page: typeof whole = await admin().datastore.prunePlan({ ...wish, offset: next, limit: 3 });
    expect(page.totals).toEqual(whole.totals);
    expect(rows(page).length).toBeLessThanOrEqual(3);
    found.push(...rows(page));
    next = page.next;
  }
  expect(found).toEqual(rows(whole));
  expect(found.length).toBeGreaterThan(6);
});

test('a hundred thousand snapshots are planned in bounded answers', async () => {
  const { id } = await admin().datastore.get({ name: MAIN });
  await gateway.db.execute(
    `insert into snapshot (datastore_id, namespace, type, backup_id, time, finished, protected, files)
     select '${id}', '', 'vm', (1000 + n / 100)::text, timestamptz '2024-01-01' + n * interval '307 seconds', true, false, '[]'
     from generate_series(0, 99999) as n`,
  );
  const plan = await admin().datastore.prunePlan({ name: MAIN, keep: { hourly: 3, daily: 2 } });
  expect(plan.totals.snapshots).toBeGreaterThan(100_000);
  expect(plan.groups.flatMap(({ snapshots }) => snapshots)).toHaveLength(1000);
  await gateway.db.delete(snapshot).where(eq(snapshot.type, 'vm'));
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupId, BackupType, DatastoreName, NamespacePath } from '#domain/ids.ts';
import type { SnapshotSort } from '#domain/snapshot.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { task } from '#drizzle/schema/task.ts';
import { insertUser } from '#drizzle/users.ts';
import { testApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** Lists of snapshots, groups and namespaces: their order, their pages, and what is found by a part of its name. */

const ALICE = 'alice@ibs';
const BOB = 'bob@ibs';
const datastoreId = randomUUID();
const STORE = 'main' as DatastoreName;

let database: DatabaseHandle;
beforeAll(async () => {
  database = await createDatabase();
  await fill();
});
afterAll(() => dropDatabase(database));
const api = testApi(() => database.url);

interface Row {
  place?: string;
  type?: BackupType;
  id: string;
  day: number;
  sizeBytes?: number | null;
  owner?: string;
  finished?: boolean;
}

const ROWS: Row[] = [
  { type: 'vm', id: '10', day: 3, sizeBytes: 500 },
  { type: 'vm', id: '9', day: 1, sizeBytes: 70 },
  { type: 'vm', id: '9', day: 4, sizeBytes: 80, owner: BOB },
  { id: 'web-10', day: 5, place: 'team-10', sizeBytes: 500 },
  { id: 'web-9', day: 2, place: 'team-9', owner: BOB },
  { type: 'ct', id: '7', day: 6, finished: false },
  { type: 'ct', id: '7', day: 7, finished: false },
];

const timeOf = (day: number) => new Date(Date.UTC(2026, 4, day));

async function fill() {
  const { db } = database;
  for (const user of [ALICE, BOB]) await insertUser(db, { username: user as never, passwordHash: 'none' });
  const grant = { createdBy: ALICE };
  await db.insert(acl).values([
    { ...grant, path: '/', principal: ALICE, role: 'Administrator' },
    { ...grant, path: `/datastore/${STORE}/team-9`, principal: BOB, role: 'Datastore.Backup' },
  ] as (typeof acl.$inferInsert)[]);
  await db.insert(datastore).values({
    ...{ id: datastoreId, name: STORE, kind: 'local', syncLevel: 'filesystem' },
    ...{ identity: randomUUID(), phase: 'ready', createdBy: ALICE },
    config: { kind: 'local', path: '/mnt/main', mount: null },
  });
  for (const path of ['', 'team-9', 'team-10', 'team-9/web']) {
    await db.insert(namespace).values({ datastoreId, path: path as NamespacePath });
  }
  for (const row of ROWS) await addSnapshot(row);
  await db.insert(task).values({
    ...{ id: randomUUID(), kind: 'backup', datastoreId, datastoreName: STORE, payload: {} },
    ...{ subject: `${STORE}:ct/7/2026-05-07T00:00:00Z`, state: 'running', createdBy: ALICE },
  });
}

async function addSnapshot({ place = '', type = 'host', id, day, ...row }: Row) {
  const group = { datastoreId, namespace: place as NamespacePath, type, backupId: id as BackupId };
  const owner = row.owner ?? ALICE;
  await database.db
    .insert(backupGroup)
    .values({ ...group, owner })
    .onConflictDoNothing();
  const facts = { sizeBytes: row.sizeBytes ?? null, finished: row.finished ?? true, files: [] };
  await database.db.insert(snapshot).values({ ...group, ...facts, time: timeOf(day) });
}

async function inOrder(sort: SnapshotSort, descending: boolean, limit = 100): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { snapshots: { id: string; at: Date }[]; cursor: string | null } = await api
      .as(ALICE)
      .snapshot.list({ sort, descending, limit, ...(cursor === null ? {} : { cursor }) });
    found.push(...page.snapshots.map(({ id, at }) => `${id} ${at.getUTCDate()}`));
    cursor = page.cursor;
  } while (cursor !== null);
  return found;
}

describe('snapshots', () => {
  test('come newest first when nothing is said', async () => {
    const { snapshots } = await api.as(ALICE).snapshot.list({});
    expect(snapshots.map(({ at }) => at.getUTCDate())).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });

  test.each<[SnapshotSort, boolean, string[]]>([
    ['time', false, ['9 1', 'web-9 2', '10 3', '9 4', 'web-10 5', '7 6', '7 7']],
    ['group', false, ['7 7', '7 6', 'web-9 2', 'web-10 5', '9 4', '9 1', '10 3']],
    ['group', true, ['10 3', '9 4', '9 1', 'web-10 5', 'web-9 2', '7 7', '7 6']],
    ['namespace', true, ['web-10 5', 'web-9 2', '7 7', '7 6', '9 4', '10 3', '9 1']],
    ['size', true, ['web-10 5', '10 3', '9 4', '9 1', '7 7', '7 6', 'web-9 2']],
    ['size', false, ['9 1', '9 4', 'web-10 5', '10 3', '7 7', '7 6', 'web-9 2']],
  ])('by %s, downwards %s, whatever the length of a page', async (sort, descending, expected) => {
    expect(await inOrder(sort, descending)).toEqual(expected);
    expect(await inOrder(sort, descending, 1)).toEqual(expected);
    expect(await inOrder(sort, descending, 2)).toEqual(expected);
  });

  test('by datastore, new data or owner lose none between pages', async () => {
    for (const sort of ['datastore', 'new', 'owner'] as const) {
      expect((await inOrder(sort, true, 2)).toSorted()).toEqual((await inOrder('time', true)).toSorted());
    }
  });

  test('a cursor of somebody else is refused', async () => {
    await expect(api.as(ALICE).snapshot.list({ cursor: 'bm90IG91cnM' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});

test('what is written now is told apart from what was cut off', async () => {
  const { snapshots } = await api.as(ALICE).snapshot.list({ type: 'ct' });
  expect(snapshots.map(({ at, running }) => [at.getUTCDate(), running])).toEqual([
    [7, true],
    [6, false],
  ]);
  const { groups } = await api.as(ALICE).snapshot.groupPage({ datastore: STORE, namespace: '' });
  expect(groups).toMatchObject([{ id: '7', runningCount: 1, unfinishedCount: 1 }, { id: '9' }, { id: '10' }]);
});

test('namespaces stand as people sort them, each with what lies in it', async () => {
  const namespaces = await api.as(ALICE).namespace.list({ datastore: STORE });
  expect(namespaces.map(({ path }) => path)).toEqual(['', 'team-9', 'team-9/web', 'team-10']);
});

describe('a search by name', () => {
  test('finds namespaces and groups, the closest first', async () => {
    const found = await api.as(ALICE).snapshot.search({ search: 'WEB' });
    expect(found.namespaces).toEqual([{ datastore: STORE, path: 'team-9/web' }]);
    expect(found.groups.map(({ id, namespace: place }) => [id, place])).toEqual([
      ['web-9', 'team-9'],
      ['web-10', 'team-10'],
    ]);
    expect((await api.as(ALICE).snapshot.search({ search: 'vm/9' })).groups).toHaveLength(1);
    expect(await api.as(ALICE).snapshot.search({ search: '100%' })).toEqual({ namespaces: [], groups: [] });
  });

  test('finds nothing that the caller may not see', async () => {
    const found = await api.as(BOB).snapshot.search({ search: 'e' });
    expect(found.namespaces.map(({ path }) => path)).toEqual(['team-9', 'team-9/web']);
    expect(found.groups.map(({ id }) => id)).toEqual(['web-9']);
  });
});

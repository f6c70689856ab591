import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import type { UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { insertUser } from '#drizzle/users.ts';
import { testApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** How much of a datastore is known to be sound: what is counted, what a run would read, and who may know it. */

const STORE = 'main' as DatastoreName;
const ALICE = 'alice@ibs';
const BOB = 'bob@ibs';
const NOBODY = 'nobody@ibs';
const DAY = 86_400_000;
const datastoreId = randomUUID();

let database: DatabaseHandle;

interface Row {
  id: string;
  place?: string;
  owner?: string;
  state?: 'ok' | 'failed';
  /** Days since it was read; null where that is not known. */
  age?: number | null;
  damage?: string;
  chunkDamage?: string;
  finished?: boolean;
}

const ROWS: Row[] = [
  { id: 'fresh', state: 'ok', age: 1 },
  { id: 'month', state: 'ok', age: 20, owner: BOB, place: 'team' },
  { id: 'quarter', state: 'ok', age: 60 },
  { id: 'old', state: 'ok', age: 200 },
  { id: 'some-day', state: 'ok', age: null },
  { id: 'never', place: 'team/web' },
  { id: 'broken', state: 'failed', age: 2, chunkDamage: 'Chunk 12ab is damaged.' },
  { id: 'found-since', state: 'ok', age: 3, chunkDamage: 'Chunk 34cd is missing.' },
  { id: 'unreadable', damage: 'The manifest is cut off.' },
  { id: 'running', finished: false },
];

beforeAll(async () => {
  database = await createDatabase();
  const { db } = database;
  for (const user of [ALICE, BOB, NOBODY])
    await insertUser(db, { username: user as UserId, passwordHash: null });
  const grant = { createdBy: ALICE };
  await db.insert(acl).values([
    { ...grant, path: '/', principal: ALICE, role: 'Administrator' },
    { ...grant, path: `/datastore/${STORE}`, principal: BOB, role: 'Datastore.Backup' },
  ] as (typeof acl.$inferInsert)[]);
  await db.insert(datastore).values({
    ...{ id: datastoreId, name: STORE, kind: 'local', syncLevel: 'filesystem' },
    ...{ identity: randomUUID(), phase: 'ready', createdBy: ALICE },
    config: { kind: 'local', path: '/mnt/main', mount: null },
  });
  for (const row of ROWS) await insert(row);
});
afterAll(() => dropDatabase(database));
const api = testApi(() => database.url);

async function insert({ id, place = '', owner = ALICE, finished = true, age = null, ...row }: Row) {
  const group = {
    datastoreId,
    namespace: place as NamespacePath,
    type: 'host' as const,
    backupId: id as BackupId,
  };
  await database.db.insert(backupGroup).values({ ...group, owner });
  await database.db.insert(snapshot).values({
    ...{ ...group, finished, files: [], time: new Date(Date.UTC(2026, 4, 1)), sizeBytes: 100 },
    ...{ verifyState: row.state ?? null, damage: row.damage ?? null, chunkDamage: row.chunkDamage ?? null },
    verifiedAt: age === null ? null : new Date(Date.now() - age * DAY),
  });
}

const ask = (more: { namespace?: string; outdatedAfterDays?: number } = {}, user = ALICE) =>
  api.as(user).datastore.verification({ name: STORE, ...more });

test('what is sound, damaged and unknown is counted, and when it was read', async () => {
  expect(await ask()).toMatchObject({
    ...{ snapshots: 9, sound: 5, failed: 3, never: 1 },
    within: [
      { days: 7, snapshots: 1 },
      { days: 30, snapshots: 2 },
      { days: 90, snapshots: 3 },
    ],
  });
});

test('a namespace is told with what lies below it', async () => {
  expect(await ask({ namespace: 'team' })).toMatchObject({ snapshots: 2, sound: 1, never: 1, failed: 0 });
});

describe('a run would read', () => {
  test.each([
    ['what is unknown or was found damaged', undefined, 3],
    ['also what was read long ago', 30, 6],
    ['what is older than two days', 2, 8],
    ['everything', 0, 9],
  ])('%s', async (_, outdatedAfterDays, snapshots) => {
    const { due } = await ask(outdatedAfterDays === undefined ? {} : { outdatedAfterDays });
    expect(due).toEqual({ snapshots, bytes: snapshots * 100 });
  });
});

test('who may only back up is told of his own, and a stranger nothing', async () => {
  expect(await ask({}, BOB)).toMatchObject({ snapshots: 1, sound: 1 });
  await expect(ask({}, NOBODY)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test.each([
  ['ok', ['fresh', 'month', 'old', 'quarter', 'some-day']],
  ['failed', ['broken', 'found-since', 'unreadable']],
  ['never', ['never']],
] as const)('the list of snapshots is narrowed to %s', async (verified, ids) => {
  const { snapshots } = await api.as(ALICE).snapshot.list({ datastore: STORE, verified });
  expect(snapshots.map(({ id }) => id).toSorted()).toEqual(ids);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import type { UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { insertUser } from '#drizzle/users.ts';
import { testApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** The list of the trash by page and by a part of a group's name, as it is on record. */

const STORE = 'main' as DatastoreName;
const ALICE = 'alice@ibs';
const BOB = 'bob@ibs';
const datastoreId = randomUUID();

let database: DatabaseHandle;

/** What was put there last comes first, so they are written in that order. */
const ROWS: { id: string; place?: string; type?: 'vm' | 'ct' | 'host'; owner?: string }[] = [
  { id: '12345', type: 'vm', place: 'production' },
  { id: 'Web_1' },
  { id: 'webx1', owner: BOB },
  { id: '12346', type: 'ct' },
];

beforeAll(async () => {
  database = await createDatabase();
  const { db } = database;
  for (const user of [ALICE, BOB]) await insertUser(db, { username: user as UserId, passwordHash: null });
  const grant = { createdBy: ALICE };
  await db.insert(acl).values([
    { ...grant, path: '/', principal: ALICE, role: 'Administrator' },
    { ...grant, path: `/datastore/${STORE}`, principal: BOB, role: 'Datastore.Backup' },
  ] as (typeof acl.$inferInsert)[]);
  await db.insert(datastore).values({
    ...{ id: datastoreId, name: STORE, kind: 'local', syncLevel: 'filesystem' },
    ...{ identity: randomUUID(), phase: 'ready', createdBy: ALICE, trashDays: 7 },
    config: { kind: 'local', path: '/mnt/main', mount: null },
  });
  await db.insert(trashedSnapshot).values(
    ROWS.map(({ id, place = '', type = 'host', owner = ALICE }, index) => ({
      ...{ datastoreId, namespace: place as NamespacePath, type, backupId: id as BackupId, owner },
      ...{ time: new Date('2026-05-01T08:00:00Z'), trashedAt: new Date(Date.UTC(2026, 5, 20 - index)) },
      ...{ trashedBy: ALICE, reason: 'prune' as const, sizeBytes: 1000 },
    })),
  );
});
afterAll(() => dropDatabase(database));
const api = testApi(() => database.url);

async function ids(filter: { search?: string; offset?: number; limit?: number }, principal = ALICE) {
  const { items, ...sums } = await api.as(principal).trash.list({ datastore: STORE, ...filter });
  return { ids: items.map(({ id }) => id), total: sums.total, totalBytes: sums.totalBytes };
}

describe('a part of a group', () => {
  test.each([
    ['production/vm', ['12345']],
    ['PROD', ['12345']],
    ['ct/', ['12346']],
    ['1234', ['12345', '12346']],
    ['host/web', ['Web_1', 'webx1']],
    ['b_1', ['Web_1']],
    ['%', []],
    ['2026', []],
    [' ', ['12345', 'Web_1', 'webx1', '12346']],
  ])('%j finds %j, and the sums are of those', async (search, found) => {
    expect(await ids({ search })).toEqual({
      ids: found,
      total: found.length,
      totalBytes: 1000 * found.length,
    });
  });

  test('finds nothing that one may not see', async () => {
    expect(await ids({ search: 'web' }, BOB)).toEqual({ ids: ['webx1'], total: 1, totalBytes: 1000 });
    expect(await ids({ search: '12345' }, BOB)).toEqual({ ids: [], total: 0, totalBytes: 0 });
  });
});

test('pages follow each other, and each tells how many there are', async () => {
  expect((await ids({ limit: 3 })).ids).toEqual(['12345', 'Web_1', 'webx1']);
  expect(await ids({ limit: 3, offset: 3 })).toEqual({ ids: ['12346'], total: 4, totalBytes: 4000 });
});

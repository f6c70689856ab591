import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DatastoreName, NamespacePath } from '#domain/ids.ts';
import type { UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { namespace } from '#drizzle/schema/snapshot.ts';
import { insertUser } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** Grants of new tokens, and that they tell nobody what there is. */

const ADMIN = 'admin@ibs' as UserId;
const BLIND = 'blind@ibs' as UserId;

let database: DatabaseHandle;
const api = new TestApi();

beforeAll(async () => {
  database = await createDatabase();
  const { db } = database;
  for (const username of [ADMIN, BLIND]) await insertUser(db, { username, passwordHash: null });
  await db.insert(acl).values({ path: '/', principal: ADMIN, role: 'Administrator', createdBy: ADMIN });
  const datastoreId = randomUUID();
  await db.insert(datastore).values({
    ...{
      id: datastoreId,
      name: 'main' as DatastoreName,
      kind: 'local',
      identity: randomUUID(),
      createdBy: ADMIN,
    },
    config: { kind: 'local', path: '/mnt/main', mount: null },
    ...{ syncLevel: 'filesystem', phase: 'ready' },
  });
  await db.insert(namespace).values({ datastoreId, path: 'production' as NamespacePath });
  await api.start(database.url);
});

afterAll(async () => {
  await api.stop();
  await dropDatabase(database);
});

/** The message of the refusal, or the grants that the new token has. */
async function create(principal: UserId, name: string, place: { datastore: string; namespace?: string }) {
  const grants = [{ ...place, role: 'Datastore.Backup' as const }];
  try {
    const { id } = await api.as(principal).token.create({ name, grants } as never);
    const tokens = await api.as(principal).token.list();
    return tokens.find((token) => token.id === id)?.grants.map(({ path }) => path);
  } catch (error) {
    return (error as Error).message;
  }
}

test('a token gets rights on what is there', async () => {
  expect(await create(ADMIN, 'one', { datastore: 'main' })).toEqual(['/datastore/main']);
  const place = { datastore: 'main', namespace: 'production' };
  expect(await create(ADMIN, 'two', place)).toEqual(['/datastore/main/production']);
});

test('a grant on what is not there is refused, and no token is made', async () => {
  expect(await create(ADMIN, 'three', { datastore: 'nope' })).toBe('There is no datastore nope.');
  const place = { datastore: 'main', namespace: 'nope' };
  expect(await create(ADMIN, 'four', place)).toBe('There is no namespace main:nope.');
  const tokens = await api.as(ADMIN).token.list();
  expect(tokens.map(({ id }) => id)).toEqual(['admin@ibs!one', 'admin@ibs!two']);
});

test('whoever sees nothing of a datastore does not learn its name by making tokens', async () => {
  expect(await create(BLIND, 'guess', { datastore: 'main' })).toBe('There is no datastore main.');
  expect(await create(BLIND, 'guess', { datastore: 'nope' })).toBe('There is no datastore nope.');
  expect(await api.as(BLIND).token.list()).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import type { TaskKind, TaskState } from '#domain/task.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { setting } from '#drizzle/schema/system.ts';
import { task } from '#drizzle/schema/task.ts';
import { insertUser } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** Failures by cause, and the tasks of one day. */

const ADMIN = 'admin@ibs' as UserId;
const WATCHER = 'watcher@ibs' as UserId;

let database: DatabaseHandle;
const api = new TestApi();

beforeAll(async () => {
  database = await createDatabase();
  for (const [user, path, role] of [
    [ADMIN, '/', 'Administrator'],
    [WATCHER, '/datastore/b', 'Datastore.Audit'],
  ] as const) {
    await insertUser(database.db, { username: user, passwordHash: null });
    await database.db.insert(acl).values({ path, principal: user as PrincipalId, role, createdBy: ADMIN });
  }
  await api.start(database.url);
});

afterAll(async () => {
  await api.stop();
  await dropDatabase(database);
});

beforeEach(async () => {
  await database.db.delete(task);
  await database.db.delete(setting);
});

interface Row {
  datastore?: string;
  kind?: TaskKind;
  state?: TaskState;
  code?: string | null;
  from?: string;
  until?: string | null;
}

const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();

async function add({
  datastore = 'aaa',
  kind = 'datastore.gc',
  state = 'failed',
  code = 'STORAGE_FULL',
  ...when
}: Row) {
  const { from = ago(1), until = from } = when;
  await database.db.insert(task).values({
    ...{ id: randomUUID(), kind, state, datastoreName: datastore, subject: datastore, payload: {} },
    ...{ createdBy: 'system', createdAt: new Date(from), startedAt: new Date(from) },
    finishedAt: until === null ? null : new Date(until),
    error: state === 'failed' && code !== null ? { code, message: `${code} at ${from}` } : null,
  });
}

test('the same kind that failed with the same code is one cause, with its span and its newest tasks', async () => {
  for (const hours of [30, 20, 10]) await add({ code: 'DATASTORE_OFFLINE', from: ago(hours) });
  await add({ datastore: 'b', code: 'DATASTORE_OFFLINE', from: ago(5) });
  await add({ kind: 'datastore.verify', code: 'DATASTORE_OFFLINE', from: ago(2) });
  await add({ state: 'succeeded' });
  const { causes, more } = await api.as(ADMIN).task.causes({});
  expect(more).toBe(false);
  expect(causes.map(({ title, code, count, works, open }) => [title, code, count, works, open])).toEqual([
    ['Verification', 'DATASTORE_OFFLINE', 1, 1, 1],
    ['Garbage collection', 'DATASTORE_OFFLINE', 4, 2, 1], // "a" has gone well since
  ]);
  const offline = causes[1];
  expect(offline?.tasks.map(({ datastore }) => datastore)).toEqual(['b', 'aaa', 'aaa', 'aaa']);
  expect((offline?.last.getTime() ?? 0) - (offline?.since.getTime() ?? 0)).toBeCloseTo(25 * HOUR, -3);
});

test('causes are narrowed like lists, and a cause leads to exactly its tasks', async () => {
  await add({ code: 'STORAGE_FULL' });
  await add({ code: 'DATASTORE_OFFLINE', datastore: 'b' });
  await add({ code: null, datastore: 'b' });
  await add({ code: 'STORAGE_FULL', from: ago(100) });
  const codes = async (input: Parameters<ReturnType<typeof api.as>['task']['causes']>[0]) =>
    (await api.as(ADMIN).task.causes(input)).causes.map(({ code, count }) => `${code} ${count}`).sort();
  expect(await codes({})).toEqual(['DATASTORE_OFFLINE 1', 'STORAGE_FULL 2', 'TASK_FAILED 1']);
  expect(await codes({ days: 1, datastore: 'aaa' as DatastoreName })).toEqual(['STORAGE_FULL 1']);
  for (const code of ['STORAGE_FULL', 'TASK_FAILED', 'DATASTORE_OFFLINE']) {
    const { tasks } = await api.as(ADMIN).task.list({ code });
    expect(tasks.map(({ error }) => error?.code ?? 'TASK_FAILED')).toEqual(
      Array(code === 'STORAGE_FULL' ? 2 : 1).fill(code),
    );
  }
});

test('one sees the causes of what one may see', async () => {
  await add({ code: 'STORAGE_FULL' });
  await add({ code: 'STORAGE_FULL', datastore: 'b' });
  const { causes } = await api.as(WATCHER).task.causes({});
  expect(causes).toMatchObject([{ count: 1, works: 1, tasks: [{ datastore: 'b' }] }]);
});

test('the tasks of a day are those that ran on it, by the clocks of the server', async () => {
  await add({ datastore: 'before', from: '2026-03-01T10:00:00Z', until: '2026-03-01T22:59:00Z' });
  await add({ datastore: 'into', from: '2026-03-01T22:00:00Z', until: '2026-03-01T23:30:00Z' });
  await add({ datastore: 'within', from: '2026-03-02T08:00:00Z' });
  await add({ datastore: 'across', from: '2026-03-01T08:00:00Z', until: '2026-03-04T08:00:00Z' });
  await add({ datastore: 'after', from: '2026-03-02T23:00:00Z' });
  await add({ datastore: 'running', from: '2026-03-02T09:00:00Z', until: null, state: 'running' });
  const on = async (day: string) =>
    (await api.as(ADMIN).task.list({ day })).tasks.map(({ subject }) => subject).sort();
  expect(await on('2026-03-02')).toEqual(['across', 'after', 'running', 'within']);
  await database.db.insert(setting).values({ key: 'timeZone', value: 'Europe/Berlin', updatedBy: ADMIN });
  expect(await on('2026-03-02')).toEqual(['across', 'into', 'running', 'within']);
});

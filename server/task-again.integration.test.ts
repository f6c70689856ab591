import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import type { RoleName } from '#domain/permissions.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import type { TaskKind, TaskState } from '#domain/task.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace } from '#drizzle/schema/snapshot.ts';
import { task } from '#drizzle/schema/task.ts';
import { insertUser } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** Tasks that have ended: sent once more, and found by what is said of them. */

const STORE = 'main' as DatastoreName;
const ADMIN = 'admin@ibs' as UserId;
const WATCHER = 'watcher@ibs' as UserId;
const STRANGER = 'stranger@ibs' as UserId;

let database: DatabaseHandle;
let datastoreId: string;
const api = new TestApi();

beforeAll(async () => {
  database = await createDatabase();
  const { db } = database;
  const add = async (username: UserId, path: `/${string}`, role: RoleName | null) => {
    await insertUser(db, { username, passwordHash: null });
    const principal = username as PrincipalId;
    if (role) await db.insert(acl).values({ path, principal, role, createdBy: ADMIN });
  };
  await add(ADMIN, '/', 'Administrator');
  await add(WATCHER, `/datastore/${STORE}`, 'Datastore.Audit');
  await add(STRANGER, '/', null);
  datastoreId = randomUUID();
  await db.insert(datastore).values({
    ...{ id: datastoreId, name: STORE, kind: 'local', identity: randomUUID(), createdBy: ADMIN },
    config: { kind: 'local', path: '/mnt/main', mount: null },
    ...{ syncLevel: 'filesystem', phase: 'ready' },
  });
  const path = 'production' as NamespacePath;
  await db.insert(namespace).values({ datastoreId, path });
  const group = { type: 'host' as const, backupId: 'web-1' as BackupId, owner: ADMIN };
  await db.insert(backupGroup).values({ datastoreId, namespace: path, ...group });
  await api.start(database.url);
});

afterAll(async () => {
  await api.stop();
  await dropDatabase(database);
});

interface Ended {
  payload?: object;
  state?: TaskState;
  subject?: string;
  createdBy?: string;
  outcome?: string;
  error?: { code: string; message: string };
}

async function ended(kind: TaskKind, more: Ended = {}): Promise<string> {
  const id = randomUUID();
  const { payload = {}, ...rest } = more;
  await database.db.insert(task).values({
    ...{ id, kind, datastoreId, datastoreName: STORE, subject: STORE, createdBy: ADMIN, state: 'failed' },
    ...{ startedAt: new Date(), finishedAt: new Date(), payload: { datastoreId, ...payload } },
    ...rest,
  });
  return id;
}

async function rowOf(id: string) {
  const [row] = await database.db.select().from(task).where(eq(task.id, id));
  return row;
}

async function refusal(asked: Promise<unknown>): Promise<[string, string | undefined]> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const cause = error instanceof TRPCError ? error.cause : error;
  return cause instanceof BackupError ? [cause.code, cause.hint] : [String(cause), undefined];
}

describe('a task that is run again', () => {
  test.each([
    ['datastore.probe', { acceptMount: false }],
    ['datastore.rescan', {}],
    ['datastore.audit', { deep: true }],
    ['datastore.gc', { graceMinutes: 90, stopPercent: 40, until: null }],
    ['datastore.gcPreview', { graceMinutes: 0 }],
    ['namespace.create', { namespace: 'production/web' }],
    ['namespace.create', { namespace: 'top' }],
    ['namespace.move', { from: 'production', to: 'renamed' }],
    ['snapshot.move', { group: { type: 'host', id: 'web-1' }, merge: false, from: 'production', to: '' }],
  ] as [TaskKind, object][])(
    '%s is a new one with the same wish, by whoever asked',
    async (kind, payload) => {
      const first = await ended(kind, { payload, createdBy: 'someone@ibs' });
      const { taskId } = await api.as(ADMIN).task.retry({ id: first });
      expect(taskId).not.toBe(first);
      const row = await rowOf(taskId);
      expect(row).toMatchObject({ kind, datastoreName: STORE, createdBy: ADMIN, state: 'queued' });
      expect(row?.payload).toEqual({ datastoreId, ...payload });
      expect((await rowOf(first))?.state).toBe('failed');
    },
  );

  test('wants the right that its first start wanted, and to be seen', async () => {
    const audit = await ended('datastore.audit', { payload: { deep: false } });
    const probe = await ended('datastore.probe', { payload: { acceptMount: false } });
    expect((await refusal(api.as(WATCHER).task.retry({ id: audit })))[0]).toBe('PRIVILEGE_MISSING');
    expect((await api.as(WATCHER).task.retry({ id: probe })).taskId).toBeTruthy();
    expect((await refusal(api.as(STRANGER).task.retry({ id: probe })))[0]).toBe('TASK_NOT_FOUND');
  });

  test('is refused with what to do instead where that would not be the same', async () => {
    const tell = async (id: string) => refusal(api.as(ADMIN).task.retry({ id }));
    const removal = await ended('datastore.remove', { payload: { destroyData: true } });
    expect(await tell(removal)).toEqual([
      'TASK_NOT_REPEATABLE',
      'Remove it anew, on the datastore, where it is said what goes.',
    ]);
    const running = await ended('datastore.rescan', { state: 'running' });
    expect(await tell(running)).toEqual(['TASK_NOT_REPEATABLE', 'It has not ended yet.']);
    const { notAgain } = await api.as(ADMIN).task.get({ id: removal });
    expect(notAgain).toMatch('Remove it anew');
  });
});

describe('free text', () => {
  const found = async (search: string) =>
    (await api.as(ADMIN).task.list({ search })).tasks.map(({ id }) => id).sort();

  test('is looked for in title, object, starter, outcome and error', async () => {
    const nightly = await ended('backup', { subject: `${STORE}:vm/4711`, createdBy: 'nightly@ibs!robot' });
    const odd = await ended('restore', { subject: `${STORE}:vm/4711`, outcome: '100% of_it came back' });
    const broken = await ended('backup', { error: { code: 'STORAGE_FULL', message: 'No room is left.' } });
    expect(await found('VM/4711')).toEqual([nightly, odd].sort());
    expect(await found('nightly')).toEqual([nightly]);
    expect(await found('room is left')).toEqual([broken]);
    expect(await found('restore')).toEqual([odd]);
    expect(await found('100% of_it')).toEqual([odd]);
  });

  test('is taken letter by letter', async () => {
    expect(await found('v_/4711')).toEqual([]);
    expect(await found('%')).toHaveLength(1);
  });
});

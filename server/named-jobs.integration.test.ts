import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { and, desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName, NamespacePath } from '#domain/ids.ts';
import { firstJobs, NAMED_JOBS_MAX } from '#domain/job.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { insertJobs } from '#drizzle/jobs.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { namespace } from '#drizzle/schema/snapshot.ts';
import { audit } from '#drizzle/schema/system.ts';
import { task } from '#drizzle/schema/task.ts';
import { insertUser } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** Several prune and verify jobs of a datastore by the API, without a worker. */

const STORE = 'main' as DatastoreName;
const ADMIN = 'admin@ibs' as UserId;
const WATCHER = 'watcher@ibs' as UserId;
const TENANT = 'tenant@ibs' as UserId;
const WEB = 'production/web' as NamespacePath;

let database: DatabaseHandle;
let id: string;
const api = new TestApi();
const admin = () => api.as(ADMIN).datastore;

beforeAll(async () => {
  database = await createDatabase();
  for (const [user, path, role] of [
    [ADMIN, '/', 'Administrator'],
    [WATCHER, `/datastore/${STORE}`, 'Datastore.Audit'],
    [TENANT, `/datastore/${STORE}/production/web`, 'Datastore.Audit'],
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
  const { db } = database;
  await db.delete(datastore);
  await db.delete(task);
  id = randomUUID();
  await db.insert(datastore).values({
    ...{ id, name: STORE, kind: 'local', identity: randomUUID(), createdBy: ADMIN, status: 'online' },
    config: { kind: 'local', path: '/mnt/main', mount: null },
    ...{ syncLevel: 'filesystem', phase: 'ready' },
  });
  for (const path of ['', 'production', WEB, 'finance'])
    await db.insert(namespace).values({ datastoreId: id, path: path as NamespacePath });
  await db.transaction((tx) => insertJobs(tx, id, firstJobs({ keep: { daily: 7 } }), Date.now()));
});

const web = { name: STORE, kind: 'prune' as const, job: 'web', namespace: WEB, keep: { last: 3 } };

async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const cause = error instanceof TRPCError ? (error.cause ?? error) : error;
  return cause instanceof BackupError ? `${cause.code} ${cause.field ?? ''}`.trim() : String(cause);
}

async function jobs() {
  const { jobs } = await admin().jobs({ name: STORE });
  return jobs.map(({ kind, name }) => (name === '' ? kind : `${kind} ${name}`));
}

test('whoever sees one namespace sees the jobs that touch it, and neither names of others nor the whole trash', async () => {
  const other = { name: STORE, kind: 'prune' as const, keep: { last: 1 } };
  await admin().createJob({ ...other, job: 'web', namespace: WEB });
  await admin().createJob({ ...other, job: 'above', namespace: 'production' as NamespacePath });
  await admin().createJob({ ...other, job: 'elsewhere', namespace: 'finance' as NamespacePath });
  await database.db.update(datastore).set({ trashBytes: 5000, spaceUseAt: new Date() });
  const told = async (user: UserId) => {
    const { datastore: own, trash } = api.as(user);
    const [detail, listed] = [await own.get({ name: STORE }), await own.list()];
    const all = [(await own.jobs({ name: STORE })).jobs, detail.jobs, listed[0]?.jobs ?? []];
    return {
      names: all.map((some) => some.map(({ name }) => name).filter(Boolean)),
      trash: [detail.trashBytes, (await trash.list({ datastore: STORE })).trashBytes !== null],
    };
  };
  const everything = ['above', 'elsewhere', 'web'];
  expect(await told(ADMIN)).toEqual({ names: Array(3).fill(everything), trash: [5000, true] });
  expect(await told(TENANT)).toEqual({ names: Array(3).fill(['above', 'web']), trash: [null, false] });
});

test('a further job stands behind the default one of its kind, is changed by name, and goes again', async () => {
  expect(await admin().createJob(web)).toEqual({ version: 2 });
  await admin().createJob({ name: STORE, kind: 'verify', job: 'web', budgetBytes: 1024, version: 2 });
  expect(await jobs()).toEqual(['prune', 'prune web', 'gc', 'verify', 'verify web', 'drill']);
  const change = { schedule: 'daily 04:00', depth: 0, keep: { daily: 2 } };
  await admin().updateJob({ name: STORE, kind: 'prune', job: 'web', ...change });
  const all = (await admin().jobs({ name: STORE })).jobs;
  expect(all.find(({ kind, name }) => kind === 'prune' && name === 'web')).toMatchObject({
    ...{ schedule: '04:00', words: 'Every day at 04:00', idle: null, last: null },
    options: { keep: { last: 3, daily: 2 }, namespace: WEB, depth: 0 },
    warnings: [
      expect.stringMatching(/^With regular/),
      expect.stringMatching(/^This job and the default one both prune production\/web:/),
    ],
  });
  expect(all[0]).toMatchObject({
    name: '',
    schedule: 'daily',
    options: { keep: { daily: 7 }, namespace: '' },
  });
  await admin().removeJob({ name: STORE, kind: 'prune', job: 'web' });
  expect(await jobs()).toEqual(['prune', 'gc', 'verify', 'verify web', 'drill']);
  const rows = await database.db.select().from(audit).orderBy(desc(audit.id)).limit(4);
  expect(rows.map(({ action }) => action)).toEqual([
    'datastore.removeJob',
    'datastore.updateJob',
    'datastore.createJob',
    'datastore.createJob',
  ]);
  expect(rows[0]).toMatchObject({
    before: { jobs: [{ name: 'web', schedule: '04:00' }] },
    after: null,
  });
});

test('what cannot be is refused with its field, and changes nothing', async () => {
  await admin().createJob(web);
  expect(await refusal(admin().createJob(web))).toBe('JOB_EXISTS job');
  expect(await refusal(admin().createJob({ ...web, job: 'db', namespace: 'gone' as NamespacePath }))).toBe(
    'NAMESPACE_NOT_FOUND namespace',
  );
  expect(await refusal(admin().createJob({ ...web, job: 'db', version: 1 }))).toBe('CONFLICTING_CHANGE');
  expect(await refusal(admin().createJob({ ...web, job: 'No Name' }))).toMatch(/1 to 32 lower-case letters/);
  expect(await refusal(admin().createJob({ ...web, kind: 'gc' as never }))).toMatch(/kind/);
  const other = { name: STORE, kind: 'prune' as const, job: 'db' };
  expect(await refusal(admin().updateJob({ ...other, schedule: 'daily' }))).toBe('JOB_NOT_FOUND job');
  expect(await refusal(admin().updateJob({ ...web, namespace: 'gone' as NamespacePath }))).toBe(
    'NAMESPACE_NOT_FOUND namespace',
  );
  expect(await refusal(admin().removeJob(other))).toBe('JOB_NOT_FOUND job');
  for (const kind of ['prune', 'gc', 'verify', 'drill'] as const)
    expect(await refusal(admin().removeJob({ name: STORE, kind, job: '' }))).toBe('JOB_IS_DEFAULT job');
  const watcher = api.as(WATCHER).datastore;
  expect(await refusal(watcher.createJob({ ...web, job: 'x' }))).toBe('PRIVILEGE_MISSING');
  expect(await refusal(watcher.removeJob({ ...other, job: 'web' }))).toBe('PRIVILEGE_MISSING');
  expect(await jobs()).toEqual(['prune', 'prune web', 'gc', 'verify', 'drill']);
});

test('there is an end to them', async () => {
  for (let index = 0; index < NAMED_JOBS_MAX; index += 1)
    await admin().createJob({ ...web, job: `job-${index}` });
  expect(await refusal(admin().createJob({ ...web, job: 'one-more' }))).toBe('JOB_LIMIT');
  await admin().createJob({ name: STORE, kind: 'verify', job: 'one-more' });
});

test('lists tell of each job what was last done for it', async () => {
  const ended = (subject: string, outcome: string, minutesAgo: number) => ({
    ...{
      id: randomUUID(),
      kind: 'datastore.prune' as const,
      subject,
      outcome,
      datastoreId: id,
      datastoreName: STORE,
    },
    ...{
      state: 'succeeded' as const,
      createdBy: 'system',
      payload: {},
      finishedAt: new Date(Date.now() - minutesAgo * 60_000),
    },
  });
  await database.db
    .insert(task)
    .values([
      ended(STORE, 'All.', 30),
      ended(`${STORE}:${WEB}`, 'Web.', 10),
      ended(`${STORE}:other`, 'Other.', 5),
    ]);
  const last = async () => {
    const [view] = await admin().list();
    return view?.jobs.flatMap((job) => (job.kind === 'prune' ? [[job.name, job.last?.outcome ?? null]] : []));
  };
  expect(await last()).toEqual([['', 'Other.']]);
  await admin().createJob(web);
  await admin().createJob({ ...web, job: 'all-of-it', namespace: 'production' as NamespacePath });
  // Which task was the last that a job has made is kept with the job.
  const tasks = await database.db.select().from(task).where(eq(task.datastoreId, id));
  for (const [job, outcome] of [
    ['', 'All.'],
    ['web', 'Web.'],
  ] as const) {
    await database.db
      .update(datastoreJob)
      .set({ lastTaskId: tasks.find((one) => one.outcome === outcome)?.id ?? null })
      .where(and(eq(datastoreJob.kind, 'prune'), eq(datastoreJob.name, job)));
  }
  expect(await last()).toEqual([
    ['', 'All.'],
    ['all-of-it', null],
    ['web', 'Web.'],
  ]);
});

import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { firstJobs } from '#domain/job.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import type { TaskKind, TaskState } from '#domain/task.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { insertJobs } from '#drizzle/jobs.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { task } from '#drizzle/schema/task.ts';
import { insertUser } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** What lists and the dashboard say of jobs: next runs, the last run by whomever, how long it usually takes. */

const ADMIN = 'admin@ibs' as UserId;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let database: DatabaseHandle;
let [id, other] = ['', ''];
const api = new TestApi();

beforeAll(async () => {
  database = await createDatabase();
  await insertUser(database.db, { username: ADMIN, passwordHash: null });
  const grant = { path: '/', principal: ADMIN as PrincipalId, role: 'Administrator', createdBy: ADMIN };
  await database.db.insert(acl).values(grant as never);
  await api.start(database.url);
});

afterAll(async () => {
  await api.stop();
  await dropDatabase(database);
});

beforeEach(async () => {
  await database.db.delete(task);
  await database.db.delete(datastore);
  id = await addDatastore('main');
  other = await addDatastore('other');
});

async function addDatastore(name: string): Promise<string> {
  const { db } = database;
  const datastoreId = randomUUID();
  await db.insert(datastore).values({
    ...{ id: datastoreId, name: name as DatastoreName, kind: 'local', identity: randomUUID() },
    ...{ createdBy: ADMIN, status: 'online', syncLevel: 'filesystem', phase: 'ready' },
    config: { kind: 'local', path: `/mnt/${name}`, mount: null },
  });
  const wishes = { gcSchedule: 'hourly', verifySchedule: 'hourly', keep: { daily: 7 } };
  await db.transaction((tx) => insertJobs(tx, datastoreId, firstJobs(wishes), Date.now()));
  return datastoreId;
}

interface Ran {
  kind?: TaskKind;
  subject?: string;
  state?: TaskState;
  payload?: object;
  /** How long ago it ended. */
  agoMs: number;
  tookMs?: number;
}

async function ran({
  kind = 'datastore.gc',
  subject = 'main',
  state = 'succeeded',
  payload = {},
  ...when
}: Ran) {
  const finishedAt = new Date(Date.now() - when.agoMs);
  const startedAt = new Date(finishedAt.getTime() - (when.tookMs ?? MINUTE));
  const taskId = randomUUID();
  const isOver = state !== 'running' && state !== 'queued';
  await database.db.insert(task).values({
    ...{ id: taskId, kind, subject, state, payload, createdBy: ADMIN, createdAt: startedAt },
    ...{ startedAt, finishedAt: isOver ? finishedAt : null, outcome: `${state}.` },
    ...{ datastoreId: subject.startsWith('main') ? id : other, datastoreName: 'main' },
  });
  return taskId;
}

async function jobsOf(name: string) {
  const views = await api.as(ADMIN).datastore.list();
  return views.find((view) => view.name === name)?.jobs ?? [];
}

test('each datastore has its jobs with the runs of the next 24 hours, and the dashboard the zone', async () => {
  const [prune, gc, verify] = await jobsOf('main');
  expect([prune?.kind, gc?.kind, verify?.kind]).toEqual(['prune', 'gc', 'verify']);
  expect(gc).toMatchObject({ words: 'Every hour', upcomingMore: false, overdue: false, last: null });
  expect(gc?.upcoming).toHaveLength(24);
  expect(gc?.next).toEqual(gc?.upcoming[0]);
  expect(prune?.upcoming).toHaveLength(1);
  expect((await api.as(ADMIN).system.overview()).zone).toBe('UTC');
});

test('what does not run by itself has no next run and says why', async () => {
  await api
    .as(ADMIN)
    .datastore.update({ name: 'main' as DatastoreName, gcSchedule: null, keep: { daily: 0 } });
  const [prune, gc] = await jobsOf('main');
  expect(gc).toMatchObject({ words: 'Manual only', next: null, upcoming: [], idle: null });
  expect(prune).toMatchObject({ next: null, idle: 'No keep rule is set: nothing is pruned.' });
  expect((await jobsOf('other'))[1]?.upcoming).toHaveLength(24);
});

test('the last run is the newest that has ended, whoever started it, and the one on its way is named', async () => {
  await ran({ agoMs: 3 * HOUR, state: 'succeeded' });
  const failed = await ran({ agoMs: HOUR, state: 'failed' });
  const running = await ran({ agoMs: 0, state: 'running' });
  await ran({ agoMs: 0, kind: 'datastore.gcPreview' });
  const [, gc, verify] = await jobsOf('main');
  expect(gc).toMatchObject({
    activeTaskId: running,
    last: { taskId: failed, state: 'failed', forgotten: false },
  });
  expect(verify).toMatchObject({ activeTaskId: null, last: null });
  expect((await jobsOf('other'))[1]).toMatchObject({ activeTaskId: null, last: null });
});

test('a run whose task has been removed is told as the schedule has noted it', async () => {
  const lastFinishedAt = new Date(Date.now() - HOUR);
  await database.db
    .update(datastoreJob)
    .set({ lastTaskId: randomUUID(), lastFinishedAt, lastState: 'warnings', lastOutcome: 'Noted.' })
    .where(eq(datastoreJob.datastoreId, id));
  expect((await jobsOf('main'))[1]?.last).toMatchObject({
    ...{ at: lastFinishedAt, state: 'warnings', outcome: 'Noted.', forgotten: true },
  });
  const later = await ran({ agoMs: MINUTE });
  expect((await jobsOf('main'))[1]?.last).toMatchObject({ taskId: later, forgotten: false });
});

test('each of several jobs of a kind has its own last run, also where they are for the same namespace', async () => {
  const made = { kind: 'datastore.prune' as const, subject: 'main:production' };
  const [first, second] = [await ran({ ...made, agoMs: HOUR }), await ran({ ...made, agoMs: 2 * HOUR })];
  await ran({ ...made, agoMs: MINUTE }); // by hand
  const named = { datastoreId: id, kind: 'prune' as const, options: { namespace: 'production' as never } };
  await database.db.insert(datastoreJob).values([
    { ...named, name: 'a', lastTaskId: first },
    { ...named, name: 'b', lastTaskId: second },
    { ...named, name: 'c' },
  ]);
  const last = (await jobsOf('main')).map(({ kind, name, last }) => [kind, name, last?.taskId ?? null]);
  expect(last.slice(0, 4)).toEqual([
    ['prune', '', null],
    ['prune', 'a', first],
    ['prune', 'b', second],
    ['prune', 'c', null],
  ]);
});

test('usual is the median of at least three runs of the same work that went well', async () => {
  for (const tookMs of [10 * MINUTE, 30 * MINUTE]) await ran({ agoMs: HOUR, tookMs });
  await ran({ agoMs: HOUR, tookMs: 5 * HOUR, state: 'failed' });
  expect((await jobsOf('main'))[1]?.usualMs).toBeNull();
  const third = await ran({ agoMs: HOUR, tookMs: 20 * MINUTE, state: 'warnings' });
  expect((await jobsOf('main'))[1]?.usualMs).toBe(20 * MINUTE);
  expect((await jobsOf('other'))[1]?.usualMs).toBeNull();
  expect((await api.as(ADMIN).task.get({ id: third })).usualMs).toBe(20 * MINUTE);
  const { tasks } = await api.as(ADMIN).task.list({});
  expect(tasks.map(({ usualMs }) => usualMs)).toEqual(Array(4).fill(20 * MINUTE));
});

test('backups of a machine are compared with its own, not with those of others', async () => {
  const backup = (machine: string, hour: number, minutes: number) =>
    ran({
      ...{ kind: 'backup', subject: `main:vm/${machine}/2026-05-01T0${hour}:00:00Z` },
      ...{ agoMs: hour * HOUR, tookMs: minutes * MINUTE },
    });
  for (const hour of [1, 2, 3]) await backup('1', hour, hour);
  await backup('2', 4, 60);
  const { tasks } = await api.as(ADMIN).task.list({ kinds: ['backup'] });
  expect(tasks.map(({ usualMs }) => usualMs)).toEqual([...Array(3).fill(2 * MINUTE), null]);
});

test('an audit that reads every chunk is compared with such audits alone', async () => {
  for (const minutes of [1, 2, 3]) {
    await ran({ kind: 'datastore.audit', payload: { deep: false }, agoMs: HOUR, tookMs: minutes * MINUTE });
    await ran({ kind: 'datastore.audit', payload: { deep: true }, agoMs: HOUR, tookMs: minutes * HOUR });
  }
  const { tasks } = await api.as(ADMIN).task.list({ kinds: ['datastore.audit'] });
  const usual = tasks.map(({ usualMs }) => usualMs).sort((a, b) => (a ?? 0) - (b ?? 0));
  expect(usual).toEqual([...Array(3).fill(2 * MINUTE), ...Array(3).fill(2 * HOUR)]);
});

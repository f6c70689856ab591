import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { and, desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName, NamespacePath } from '#domain/ids.ts';
import { firstJobs, type JobKind } from '#domain/job.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { insertJobs } from '#drizzle/jobs.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { namespace } from '#drizzle/schema/snapshot.ts';
import { audit, setting } from '#drizzle/schema/system.ts';
import { task } from '#drizzle/schema/task.ts';
import { insertUser } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** Schedules by the API, without a worker: nobody starts what is due. */

const STORE = 'main' as DatastoreName;
const ADMIN = 'admin@ibs' as UserId;
const WATCHER = 'watcher@ibs' as UserId;
/** Backs up its own groups in one namespace. */
const CLIENT = 'client@ibs' as UserId;
const HOUR = 3_600_000;

let database: DatabaseHandle;
let id: string;
const api = new TestApi();
const admin = () => api.as(ADMIN);

beforeAll(async () => {
  database = await createDatabase();
  for (const [user, path, role] of [
    [ADMIN, '/', 'Administrator'],
    [WATCHER, `/datastore/${STORE}`, 'Datastore.Audit'],
    [CLIENT, `/datastore/${STORE}/web`, 'Datastore.Backup'],
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
  await db.delete(setting);
  id = randomUUID();
  await db.insert(datastore).values({
    ...{ id, name: STORE, kind: 'local', identity: randomUUID(), createdBy: ADMIN, status: 'online' },
    config: { kind: 'local', path: '/mnt/main', mount: null },
    ...{ syncLevel: 'filesystem', phase: 'ready' },
  });
  await db.transaction((tx) => insertJobs(tx, id, firstJobs({}), Date.now()));
});

async function job(kind: JobKind) {
  const { jobs } = await admin().datastore.jobs({ name: STORE });
  const found = jobs.find((one) => one.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

/** As if it had been set, and looked at the last time, so long ago. */
async function lastLooked(kind: JobKind, ms: number): Promise<void> {
  const isIt = and(eq(datastoreJob.datastoreId, id), eq(datastoreJob.kind, kind));
  await database.db
    .update(datastoreJob)
    .set({ countedFrom: new Date(Date.now() - ms) })
    .where(isIt);
}

async function refusal(asked: Promise<unknown>): Promise<unknown> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const cause = error instanceof TRPCError ? error.cause : error;
  if (cause instanceof z.ZodError)
    return cause.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return cause instanceof BackupError ? cause.code : String(cause);
}

test('the jobs of a datastore, in the order in which they run, with words and next runs', async () => {
  const { zone, jobs, clashes } = await admin().datastore.jobs({ name: STORE });
  expect(zone).toBe('UTC');
  expect(jobs.map(({ kind, schedule, words }) => [kind, schedule, words])).toEqual([
    ['prune', 'daily', 'Every day at 00:00'],
    ['gc', 'weekly', 'Every Monday at 00:00'],
    ['verify', 'weekly', 'Every Monday at 00:00'],
    ['drill', null, 'Manual only'],
  ]);
  const [prune, gc, verify] = jobs;
  expect(prune).toMatchObject({
    idle: 'No keep rule is set: nothing is pruned.',
    next: [],
    overdue: false,
    last: null,
  });
  expect(verify).toMatchObject({ idle: null, options: { outdatedAfterDays: 30, budgetBytes: null } });
  expect(verify?.next).toEqual(gc?.next);
  expect(gc?.next).toHaveLength(5);
  expect(gc?.next.map((at) => [at.getUTCDay(), at.getUTCHours()])).toEqual(Array(5).fill([1, 0]));
  expect(clashes).toMatchObject([{ jobs: [{ kind: 'gc' }, { kind: 'verify' }], at: gc?.next[0] }]);
});

test('schedules that come with a new datastore are set with it', async () => {
  await admin().settings.update({ allowedRoots: ['/mnt'] });
  const wishes = { gcSchedule: 'sunday 5:00', gcWindow: '22-6', verifySchedule: null, keep: { daily: 7 } };
  const input = { type: 'local' as const, name: 'second', path: '/mnt/second', ...wishes };
  await admin().datastore.create(input);
  const [row] = await database.db
    .select()
    .from(datastore)
    .where(eq(datastore.name, 'second' as DatastoreName));
  const rows = await database.db
    .select()
    .from(datastoreJob)
    .where(eq(datastoreJob.datastoreId, row?.id ?? ''));
  const set = rows.map(({ kind, schedule, runWindow, options }) => [kind, schedule, runWindow, options]);
  expect(set.sort()).toEqual([
    ['drill', null, null, { namespace: '', depth: null }],
    ['gc', 'sun 05:00', '22:00-06:00', { graceMinutes: 1440, stopPercent: 50 }],
    ['prune', 'daily', null, { keep: { daily: 7 }, namespace: '', depth: null }],
    ['verify', null, null, { outdatedAfterDays: 30, budgetBytes: null, namespace: '', depth: null }],
  ]);
});

test('a datastore is changed with its schedules: one version, one line in the audit log', async () => {
  const change = { name: STORE, comment: 'Rack 3', gcSchedule: 'daily 5:00', keep: { daily: 7, weekly: 4 } };
  expect(await admin().datastore.update({ ...change, version: 1 })).toEqual({ version: 2 });
  expect(await job('gc')).toMatchObject({ schedule: '05:00', words: 'Every day at 05:00' });
  expect((await job('prune')).options.keep).toEqual({ daily: 7, weekly: 4 });
  const [line] = await database.db.select().from(audit).orderBy(desc(audit.id)).limit(1);
  expect(line).toMatchObject({ action: 'datastore.update', principal: ADMIN });
  expect(line?.after).toMatchObject({ comment: 'Rack 3', jobs: [{ schedule: '05:00' }, {}] });
  await admin().datastore.update({ name: STORE, keep: { weekly: 0, monthly: 12 } });
  expect((await job('prune')).options.keep).toEqual({ daily: 7, monthly: 12 });
  expect((await job('gc')).schedule).toBe('05:00');
});

test('one job is changed alone; from an older version not at all', async () => {
  const change = {
    name: STORE,
    kind: 'prune',
    keep: { last: 1 },
    namespace: 'production',
    depth: 0,
  } as const;
  await database.db.insert(namespace).values({ datastoreId: id, path: 'production' as NamespacePath });
  expect(await admin().datastore.updateJob({ ...change, version: 1 } as never)).toEqual({ version: 2 });
  expect(await job('prune')).toMatchObject({
    ...{ idle: null, schedule: 'daily' },
    options: { keep: { last: 1 }, namespace: 'production', depth: 0 },
    warnings: [expect.stringMatching(/^Only the newest snapshot/)],
  });
  const again = admin().datastore.updateJob({ name: STORE, kind: 'gc', schedule: null, version: 1 });
  expect(await refusal(again)).toBe('CONFLICTING_CHANGE');
  await admin().datastore.updateJob({ name: STORE, kind: 'gc', schedule: null, graceMinutes: 60 });
  expect(await job('gc')).toMatchObject({ words: 'Manual only', next: [], options: { graceMinutes: 60 } });
});

test('jobs that are due at the same minute are named', async () => {
  await admin().datastore.update({ name: STORE, keep: { daily: 7 } });
  const { clashes } = await admin().datastore.jobs({ name: STORE });
  expect(clashes.map(({ jobs }) => jobs.map(({ kind }) => kind))).toEqual([
    ['prune', 'gc'],
    ['prune', 'verify'],
    ['gc', 'verify'],
  ]);
  expect(clashes[0]?.words).toMatch(
    /^The prune starts at the same minute \(.*00:00\): the garbage collection waits/,
  );
});

test('what nobody starts is overdue after an hour, and a change of the schedule lets go of it', async () => {
  await admin().datastore.updateJob({ name: STORE, kind: 'gc', schedule: 'minutely' });
  await lastLooked('gc', HOUR / 2);
  expect(await job('gc')).toMatchObject({ overdue: false, dueSince: expect.any(Date), waiting: null });
  await lastLooked('gc', 2 * HOUR);
  expect(await job('gc')).toMatchObject({ overdue: true });
  await database.db.update(datastore).set({ status: 'offline', statusReason: 'The mount is gone.' });
  expect(await job('gc')).toMatchObject({ overdue: true, waiting: 'main is offline: The mount is gone.' });
  const told = { datastore: STORE, kind: 'gc', job: '', waiting: 'main is offline: The mount is gone.' };
  expect((await admin().system.overview()).overdueJobs).toEqual([{ ...told, since: expect.any(Date) }]);
  await admin().datastore.updateJob({ name: STORE, kind: 'gc', schedule: 'yearly' });
  expect(await job('gc')).toMatchObject({ overdue: false, dueSince: null });
  expect((await admin().system.overview()).overdueJobs).toEqual([]);
});

test('the last run is told as its task says, and stays known when that is gone', async () => {
  const [lastTaskId, lastStartedAt] = [randomUUID(), new Date('2026-11-27T00:00:00Z')];
  const noted = { lastTaskId, lastStartedAt, lastFinishedAt: lastStartedAt, lastState: 'failed' as const };
  await database.db
    .update(datastoreJob)
    .set({ ...noted, lastOutcome: 'It broke.' })
    .where(eq(datastoreJob.kind, 'gc'));
  const payload = { datastoreId: id };
  await database.db.insert(task).values({
    ...{
      id: lastTaskId,
      kind: 'datastore.gc',
      subject: STORE,
      createdBy: 'system',
      payload,
      state: 'running',
    },
  });
  expect((await job('gc')).last).toMatchObject({ taskId: lastTaskId, state: 'running', forgotten: false });
  await database.db.delete(task).where(eq(task.id, lastTaskId));
  expect((await job('gc')).last).toEqual({
    ...{ taskId: lastTaskId, startedAt: lastStartedAt, finishedAt: lastStartedAt },
    ...{ state: 'failed', outcome: 'It broke.', forgotten: true },
  });
});

test('another time zone moves the next runs and makes nothing due', async () => {
  // Due an hour and more from now by the clocks of UTC, and in the past by those that are 14 hours ahead.
  const soon = new Date(Date.now() + HOUR);
  const two = (value: number) => String(value).padStart(2, '0');
  const schedule = `${two(soon.getUTCHours())}:${two(soon.getUTCMinutes())}`;
  await admin().datastore.updateJob({ name: STORE, kind: 'gc', schedule });
  await lastLooked('gc', 20 * HOUR);
  expect((await job('gc')).dueSince).toBeNull();
  await admin().settings.update({ timeZone: 'Pacific/Kiritimati' });
  expect(await job('gc')).toMatchObject({ dueSince: null, zone: 'Pacific/Kiritimati' });
});

test('a schedule is explained, in the zone of the server or in the one that it names', async () => {
  await admin().settings.update({ timeZone: 'Europe/Berlin' });
  const meaning = await api.as(WATCHER).schedule.explain({ text: ' sunday 5:0 ', count: 3 });
  expect(meaning).toMatchObject({
    schedule: 'sun 05:00',
    words: 'Every Sunday at 05:00',
    zone: 'Europe/Berlin',
  });
  expect(meaning.next).toHaveLength(3);
  expect(await admin().schedule.explain({ text: 'daily UTC' })).toMatchObject({
    zone: 'UTC',
    schedule: 'daily UTC',
  });
  expect(await admin().schedule.explain({ text: 'none' })).toMatchObject({ schedule: null, next: [] });
  expect(await refusal(admin().schedule.explain({ text: 'Sun 25:00' }))).toBe('SCHEDULE_INVALID');
});

test('what cannot be read is refused with its place, and nothing is changed', async () => {
  const change = { name: STORE, comment: 'other', gcSchedule: 'Sun 25:00', gcWindow: 'night' };
  expect(await refusal(admin().datastore.update(change))).toEqual([
    'gcSchedule: The hour is a number from 0 to 23. (at "25:00" in "Sun 25:00")',
    'gcWindow: A window is two times of the day, with days before them or none.',
  ]);
  const [row] = await database.db.select().from(datastore);
  expect(row).toMatchObject({ comment: '', version: 1 });
});

test('a datastore that is older than a kind of job has it as a new one has, and it can be set', async () => {
  const isIt = and(eq(datastoreJob.datastoreId, id), eq(datastoreJob.kind, 'drill'));
  await database.db.delete(datastoreJob).where(isIt);
  expect(await job('drill')).toMatchObject({
    ...{ schedule: null, words: 'Manual only', options: { namespace: '', depth: null } },
    ...{ dueSince: null, overdue: false, last: null },
  });
  await admin().datastore.updateJob({ name: STORE, kind: 'drill', schedule: 'sun 12:00' });
  expect(await job('drill')).toMatchObject({ schedule: 'sun 12:00', dueSince: null });
  expect((await job('drill')).next).toHaveLength(5);
});

test('who may see a datastore sees its jobs, and only who may configure it changes them', async () => {
  expect((await api.as(WATCHER).datastore.jobs({ name: STORE })).jobs).toHaveLength(4);
  const change = { name: STORE, kind: 'gc', schedule: null } as const;
  expect(await refusal(api.as(WATCHER).datastore.updateJob(change))).toBe('PRIVILEGE_MISSING');
  expect((await job('gc')).schedule).toBe('weekly');
});

test('what came of a job is told to whoever sees its task: the words name snapshots and files of others', async () => {
  const run = { lastTaskId: randomUUID(), lastStartedAt: new Date(), lastFinishedAt: new Date() };
  const words = 'The restore drill of secret/host/db failed: root.pxar: /etc/shadow: it is not there.';
  await database.db.update(datastoreJob).set({ ...run, lastState: 'failed', lastOutcome: words });
  const told = async (user: UserId) => {
    const { jobs } = await api.as(user).datastore.jobs({ name: STORE });
    const { datastores } = await api.as(user).system.overview();
    const views = [await api.as(user).datastore.get({ name: STORE }), ...datastores];
    return [jobs, ...views.map((view) => view.jobs)].map(
      (all) => new Set(all.map(({ last }) => last?.outcome)),
    );
  };
  for (const user of [ADMIN, WATCHER]) expect(await told(user)).toEqual(Array(3).fill(new Set([words])));
  expect(await told(CLIENT)).toEqual(Array(3).fill(new Set([null])));
});

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asc, eq, sql } from 'drizzle-orm';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import { firstJobs, type JobKind, newJob } from '#domain/job.ts';
import type { KeepChange } from '#domain/schedule.ts';
import type { Database, DatabaseHandle } from '#drizzle/client.ts';
import { insertJobs, readJobs, recountJobs, writeJobChange } from '#drizzle/jobs.ts';
import { datastoreQueue, openQueue, type Queue } from '#drizzle/queue.ts';
import { datastore, datastoreLease } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { task, taskLog } from '#drizzle/schema/task.ts';
import { claimTask, finishTask } from '#drizzle/tasks.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';
import { queueVerification } from './catalog/verify-new.ts';
import { startDueJobs } from './start-due-jobs.ts';

/** Due times as rows in a real database and a real queue, at times that the test says; nobody carries the tasks out. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const FRIDAY_NOON = Date.parse('2026-11-27T12:00:00Z');
const OWNER: string = randomUUID();
const log = pino({ level: 'silent' });

let handle: DatabaseHandle;
let db: Database;
let queue: Queue;
let id: string;

beforeAll(async () => {
  handle = await createDatabase();
  db = handle.db;
  queue = await openQueue({ url: handle.url, supervise: false, onError: () => {} });
});

afterAll(async () => {
  await queue.stop({ timeoutMs: 1000 });
  await dropDatabase(handle);
});

beforeEach(async () => {
  id = await store('main', { daily: 7 });
});

async function store(name: string, keep: KeepChange): Promise<string> {
  await db.delete(datastore).where(eq(datastore.name, name as DatastoreName));
  await db.delete(task);
  const storeId = randomUUID();
  await db.insert(datastore).values({
    ...{
      id: storeId,
      name: name as DatastoreName,
      kind: 'local',
      identity: randomUUID(),
      createdBy: 'admin@ibs',
    },
    config: { kind: 'local', path: `/mnt/${name}`, mount: null },
    ...{ syncLevel: 'filesystem', phase: 'ready', status: 'online' },
  });
  await db.insert(datastoreLease).values({ datastoreId: storeId, workerId: OWNER, epoch: 1 });
  await db.transaction((tx) => insertJobs(tx, storeId, firstJobs({ keep }), FRIDAY_NOON));
  return storeId;
}

const tick = (now: number, workerId = OWNER) =>
  startDueJobs({ db, queue, log, identity: { id: workerId } }, id, now);

const kinds = async (now: number, workerId?: string) =>
  (await tick(now, workerId)).map(({ kind, act }) => `${kind} ${act}`);

async function sent(): Promise<string[]> {
  const rows = await db.select({ kind: task.kind }).from(task).orderBy(asc(task.createdAt));
  return rows.map(({ kind }) => kind);
}

async function jobRow(kind: JobKind) {
  const row = (await readJobs(db, id)).find((one) => one.kind === kind);
  if (!row) throw new Error(`no ${kind}`);
  return row;
}

/** As a worker does it. */
async function end(kind: JobKind, outcome = 'Done.'): Promise<void> {
  const { lastTaskId } = await jobRow(kind);
  const claim = await claimTask(db, lastTaskId ?? '', OWNER);
  if (!claim) throw new Error('there was no task');
  await finishTask(db, claim, { state: 'succeeded', outcome });
}

const set = (kind: JobKind, change: object, now: number) =>
  db.transaction((tx) => writeJobChange(tx, id, { kind, ...change }, now));

const SATURDAY = Date.parse('2026-11-28T00:00:00Z');
const MONDAY = Date.parse('2026-11-30T00:00:00Z');

test('a due time starts one task, by the system itself, and its row says how the run ended', async () => {
  expect(await kinds(SATURDAY - 1)).toEqual([]);
  expect(await kinds(SATURDAY)).toEqual(['prune start']);
  for (const later of [0, 1, MINUTE, 5 * MINUTE]) expect(await kinds(SATURDAY + later)).toEqual([]);
  const [row] = await db.select().from(task);
  expect(row).toMatchObject({
    ...{ kind: 'datastore.prune', datastoreId: id, datastoreName: 'main', subject: 'main' },
    ...{ state: 'queued', createdBy: 'system' },
    payload: { datastoreId: id, keep: { daily: 7 }, namespace: '', group: null, onBehalfOf: null },
  });
  const lines = await db.select().from(taskLog);
  expect(lines.map(({ text }) => text)).toEqual(['Started by the schedule daily.']);
  expect(await jobRow('prune')).toMatchObject({
    ...{ lastTaskId: row?.id, lastStartedAt: new Date(SATURDAY), lastState: null },
  });
  await end('prune', 'Nothing was removed.');
  expect(await jobRow('prune')).toMatchObject({
    lastState: 'succeeded',
    lastOutcome: 'Nothing was removed.',
  });
});

test('many who look at once start it once', async () => {
  const looks = await Promise.all(Array.from({ length: 8 }, () => kinds(SATURDAY)));
  expect(looks.flat()).toEqual(['prune start']);
  expect(await sent()).toEqual(['datastore.prune']);
});

test('a worker that does not hold the lease starts nothing; whoever takes over goes on where the other one was', async () => {
  const other: string = randomUUID();
  expect(await kinds(SATURDAY, other)).toEqual([]);
  expect(await sent()).toEqual([]);
  expect(await kinds(SATURDAY)).toEqual(['prune start']);
  await end('prune');
  await db.update(datastoreLease).set({ workerId: other }).where(eq(datastoreLease.datastoreId, id));
  expect(await kinds(SATURDAY + MINUTE, other)).toEqual([]);
  expect(await kinds(SATURDAY + DAY, other)).toEqual(['prune start']);
  expect(await kinds(SATURDAY + DAY)).toEqual([]);
  expect(await sent()).toEqual(['datastore.prune', 'datastore.prune']);
});

test('what goes wrong half way is as if it had not been tried', async () => {
  await db.execute(sql`alter table task_log rename to task_log_away`); // written when the task is sent already
  try {
    await expect(tick(SATURDAY)).rejects.toThrow();
  } finally {
    await db.execute(sql`alter table task_log_away rename to task_log`);
  }
  expect(await sent()).toEqual([]);
  expect(await jobRow('prune')).toMatchObject({ countedFrom: new Date(FRIDAY_NOON), lastTaskId: null });
  expect(await kinds(SATURDAY + MINUTE)).toEqual(['prune start']);
  const { rows } = await db.execute(sql`select id from pgboss.job where name = ${datastoreQueue(id)}`);
  expect(rows).toHaveLength(1);
});

test('what was missed while nobody was there runs once, late, and its log says so', async () => {
  const monday = MONDAY + 9 * 60 * MINUTE;
  expect(await kinds(monday)).toEqual(['prune start', 'gc wait', 'verify wait']);
  const [line] = await db.select().from(taskLog);
  expect(line?.text.replaceAll('\u00a0', ' ')).toBe(
    'It was due at 2026-11-28 00:00 (UTC), and 2 more times since; it starts 2 d 9 h late. No storage worker was there to start it.',
  );
  await end('prune');
  expect(await kinds(monday + MINUTE)).toEqual(['gc start', 'verify wait']);
  await end('gc');
  expect(await kinds(monday + 2 * MINUTE)).toEqual(['verify start']);
  await end('verify');
  for (let later = 3; later < 10; later += 1) expect(await kinds(monday + later * MINUTE)).toEqual([]);
});

test('due at the same minute, the collection starts when the prune has ended, and the verification after it', async () => {
  await tick(SATURDAY);
  await end('prune');
  await tick(SATURDAY + DAY);
  await end('prune');
  expect(await kinds(MONDAY)).toEqual(['prune start', 'gc wait', 'verify wait']);
  expect(await kinds(MONDAY + MINUTE)).toEqual([]);
  await end('prune');
  expect(await kinds(MONDAY + 2 * MINUTE)).toEqual(['gc start', 'verify wait']);
  expect((await sent()).slice(-2)).toEqual(['datastore.prune', 'datastore.gc']);
  const [line] = await db
    .select()
    .from(taskLog)
    .where(eq(taskLog.taskId, (await jobRow('gc')).lastTaskId ?? ''));
  expect(line?.text).toMatch(/late\. It waits until the prune has ended\.$/);
  await end('gc');
  expect(await kinds(MONDAY + 3 * MINUTE)).toEqual(['verify start']);
});

test('a datastore that is offline keeps what is due, with one notice, and starts it once when it is back', async () => {
  await db.update(datastore).set({ status: 'offline', statusReason: 'The mount is gone.' });
  expect(await kinds(SATURDAY)).toEqual(['prune hold']);
  expect(await kinds(SATURDAY + MINUTE)).toEqual([]);
  const notice = { notice: 'main is offline: The mount is gone.', noticeAt: new Date(SATURDAY) };
  expect(await jobRow('prune')).toMatchObject(notice);
  expect(await sent()).toEqual([]);
  await db.update(datastore).set({ status: 'online', statusReason: '' });
  expect(await kinds(SATURDAY + 60 * MINUTE)).toEqual(['prune start']);
  expect(await jobRow('prune')).toMatchObject({ notice: null, noticeAt: null });
  const [line] = await db.select().from(taskLog);
  expect(line?.text).toMatch(/late\. main is offline: The mount is gone\.$/);
  expect(await kinds(SATURDAY + 61 * MINUTE)).toEqual([]);
});

test('what is due while the same is on its way is let go, with a notice', async () => {
  await tick(SATURDAY);
  expect(await kinds(SATURDAY + DAY)).toEqual(['prune skip']);
  expect(await jobRow('prune')).toMatchObject({ notice: 'A prune was on its way already.' });
  await end('prune');
  expect(await kinds(SATURDAY + DAY + MINUTE)).toEqual([]);
  expect(await kinds(SATURDAY + 2 * DAY)).toContain('prune start');
});

test('backups that are verified when they are finished, however many wait, do not take the turn of the verification', async () => {
  await set('gc', { schedule: null }, FRIDAY_NOON);
  await set('prune', { schedule: null }, FRIDAY_NOON);
  await db.update(datastore).set({ verifyNew: true }).where(eq(datastore.id, id));
  await queue.ensure(datastoreQueue(id));
  for (const name of ['a', 'b']) {
    const group = { namespace: '' as NamespacePath, type: 'host' as const, id: name as BackupId };
    await db.transaction((tx) => queueVerification(tx, queue, id, { ...group, time: 1_700_000_000 }));
  }
  expect(await sent()).toEqual(['datastore.verify', 'datastore.verify']);
  expect(await kinds(MONDAY)).toEqual(['verify start']);
  expect(await kinds(MONDAY + 7 * DAY)).toEqual(['verify skip']); // its own run is still on its way
});

test('a change of the schedule starts nothing, also where the new one was due before', async () => {
  const evening = SATURDAY - 6 * 60 * MINUTE;
  await set('prune', { schedule: '13:00' }, evening);
  expect(await kinds(evening)).toEqual([]);
  expect(await kinds(SATURDAY)).toEqual([]);
  expect(await kinds(SATURDAY + 13 * 60 * MINUTE)).toEqual(['prune start']);
});

test('changes of a datastore with its jobs and looks at them do not block each other', async () => {
  const change = (schedule: string, now: number) =>
    db.transaction(async (tx) => {
      await tx.select().from(datastore).where(eq(datastore.id, id)).for('update');
      for (const kind of ['gc', 'prune', 'verify'] as const)
        await writeJobChange(tx, id, { kind, schedule }, now);
    });
  for (let round = 0; round < 15; round += 1) {
    await db.delete(task); // so that each look has one to send
    const now = MONDAY + round * DAY;
    const zones = { from: 'UTC', to: 'Pacific/Auckland', now };
    const recount = () => db.transaction((tx) => recountJobs(tx, zones));
    await Promise.all([
      change('02:00', now),
      tick(now + DAY),
      recount(),
      change('03:00', now),
      tick(now + DAY),
    ]);
  }
  expect((await jobRow('gc')).schedule).toMatch(/^0[23]:00$/);
});

test('a first keep rule starts nothing, and without one nothing is ever started', async () => {
  id = await store('second', {});
  expect(await kinds(SATURDAY + MINUTE)).toEqual([]);
  await set('prune', { keep: { last: 3 } }, SATURDAY + 2 * MINUTE);
  expect(await kinds(SATURDAY + 3 * MINUTE)).toEqual([]);
  expect(await kinds(SATURDAY + DAY)).toEqual(['prune start']);
});

test('another time zone of the server starts nothing, and what was due before it stays due', async () => {
  const zones = { from: 'UTC', to: 'Pacific/Auckland' }; // 13 hours ahead: its Saturday has begun
  await db.transaction((tx) => recountJobs(tx, { ...zones, now: FRIDAY_NOON + MINUTE }));
  expect((await jobRow('prune')).countedFrom).toEqual(new Date(FRIDAY_NOON));
  const later = SATURDAY - MINUTE;
  await set('prune', { schedule: '05:00' }, later - 1);
  await db.transaction((tx) =>
    recountJobs(tx, { from: 'UTC', to: 'America/New_York', now: SATURDAY + 8 * 60 * MINUTE }),
  );
  expect((await jobRow('prune')).countedFrom).toEqual(new Date(later - 1)); // it was due at 05:00 UTC
  const [from, to] = ['America/New_York', 'UTC'];
  await set('prune', { schedule: '06:00' }, later);
  await db.transaction((tx) => recountJobs(tx, { from, to, now: SATURDAY + 7 * 60 * MINUTE }));
  expect((await jobRow('prune')).countedFrom).toEqual(new Date(SATURDAY + 7 * 60 * MINUTE));
  expect(await kinds(SATURDAY + 7 * 60 * MINUTE)).toEqual([]);
});

test.each([
  ['being made', { phase: 'creating' }],
  ['being removed', { phase: 'removing' }],
  ['not looked at yet', { status: 'probing' }],
] as const)('a datastore that is %s is left alone', async (_, state) => {
  await db.update(datastore).set(state).where(eq(datastore.id, id));
  expect(await kinds(MONDAY)).toEqual([]);
  expect(await jobRow('gc')).toMatchObject({ notice: null, countedFrom: new Date(FRIDAY_NOON) });
});

test('a datastore from before gets the jobs of a new one, which are due from then on', async () => {
  await db.delete(datastoreJob);
  const file = join(import.meta.dirname, '../drizzle/migrations/0005_datastore_jobs.sql');
  const statement = readFileSync(file, 'utf8').split('--> statement-breakpoint').at(-1) ?? '';
  await db.execute(sql.raw(statement));
  const rows = await readJobs(db, id);
  const found = rows.map(({ kind, schedule, runWindow }) => ({ kind, schedule, window: runWindow }));
  const expected = firstJobs({}).map(({ kind, schedule, window }) => ({ kind, schedule, window }));
  expect(found.sort((a, b) => a.kind.localeCompare(b.kind))).toEqual(
    expected.sort((a, b) => a.kind.localeCompare(b.kind)),
  );
  const { rows: ages } = await db.execute<{ seconds: number }>(
    sql`select extract(epoch from now() - counted_from)::float8 as seconds from datastore_job`,
  );
  expect(ages.every(({ seconds }) => seconds >= 0 && seconds < 60)).toBe(true);
});

test('further jobs of a kind start one after the other, each on exactly its namespace, and their rows tell them apart', async () => {
  const further = (name: string, namespace: string, keep: KeepChange) =>
    newJob({ ...{ kind: 'prune', job: name, keep }, namespace: namespace as NamespacePath, depth: 0 });
  const jobs = [further('web', 'production/web', { daily: 3 }), further('db', 'production/db', { last: 5 })];
  await db.transaction((tx) => insertJobs(tx, id, jobs, FRIDAY_NOON));
  const named = async (now: number) =>
    (await tick(now)).map(({ kind, name, act }) => `${kind} ${name || '-'} ${act}`);
  const endOf = async (name: string) => {
    const row = (await readJobs(db, id)).find((one) => one.kind === 'prune' && one.name === name);
    const claim = await claimTask(db, row?.lastTaskId ?? '', OWNER);
    if (!claim) throw new Error(`there was no task of ${name}`);
    await finishTask(db, claim, { state: 'succeeded', outcome: `Done for ${name || 'all'}.` });
  };
  expect(await named(SATURDAY)).toEqual(['prune - start', 'prune db wait', 'prune web wait']);
  expect(await named(SATURDAY + MINUTE)).toEqual([]);
  await endOf('');
  expect(await named(SATURDAY + 2 * MINUTE)).toEqual(['prune db start', 'prune web wait']);
  await endOf('db');
  expect(await named(SATURDAY + 3 * MINUTE)).toEqual(['prune web start']);
  expect(await named(SATURDAY + 4 * MINUTE)).toEqual([]);
  const tasks = await db.select().from(task).orderBy(asc(task.createdAt));
  expect(tasks.map(({ subject, payload }) => [subject, payload])).toMatchObject([
    ['main', { keep: { daily: 7 }, namespace: '', depth: null }],
    ['main:production/db', { keep: { last: 5 }, namespace: 'production/db', depth: 0 }],
    ['main:production/web', { keep: { daily: 3 }, namespace: 'production/web', depth: 0 }],
  ]);
  const rows = (await readJobs(db, id)).filter(({ kind }) => kind === 'prune');
  expect(rows.map(({ name, lastTaskId, lastOutcome }) => [name, lastTaskId, lastOutcome])).toEqual([
    ['', tasks[0]?.id, 'Done for all.'],
    ['db', tasks[1]?.id, 'Done for db.'],
    ['web', tasks[2]?.id, null],
  ]);
});

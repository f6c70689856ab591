import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import { firstJobs, type JobKind } from '#domain/job.ts';
import { insertJobs } from '#drizzle/jobs.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { task } from '#drizzle/schema/task.ts';
import { claimTask } from '#drizzle/tasks.ts';
import { setAccessTime } from '#engine/posix.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/**
 * Runs that end with their window, by the real worker. The test says what time it is for the schedule; whoever carries
 * the run out has the clock of the machine, so that a window of yesterday is over when the run begins.
 */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const TIME = 1_700_000_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TODAY = Math.floor(Date.now() / DAY) * DAY;
const [YESTERDAY, TOMORROW] = [TODAY - DAY, TODAY + DAY];
const WINDOW = '10:00-12:00';
const [TEN, ELEVEN, TWELVE] = [600 * MINUTE, 660 * MINUTE, 720 * MINUTE];

const admin = () => api.as('admin@ibs');
const tick = async (now: number) => {
  const events = await gateway.ask<{ kind: string; act: string }[]>({ ask: 'tick', now });
  return events.map(({ kind, act }) => `${kind} ${act}`);
};

let id: string;

beforeEach(async () => {
  await gateway.db.delete(task);
  await gateway.db.delete(datastoreJob);
  const [row] = await gateway.db.select().from(datastore).where(eq(datastore.name, MAIN));
  id = row?.id ?? '';
  await gateway.db.update(datastore).set({ trashDays: 0 }); // what is removed here is gone
});

afterEach(() => gateway.leaveSound());

/** Only this job, once a month and in the window; due yesterday at ten. */
async function only(kind: JobKind): Promise<void> {
  const dom = new Date(YESTERDAY).getUTCDate();
  const jobs = firstJobs({}).map((job) => ({
    ...job,
    ...(job.kind === kind ? { schedule: `*-*-${dom} 10:00`, window: WINDOW } : { schedule: null }),
  }));
  await gateway.db.transaction((tx) => insertJobs(tx, id, jobs, YESTERDAY));
}

async function jobOf(kind: JobKind) {
  const found = (await admin().datastore.jobs({ name: MAIN })).jobs.find((job) => job.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

async function ended(kind: JobKind) {
  const { last } = await jobOf(kind);
  if (!last) throw new Error(`the ${kind} has not been started`);
  return api.ended(last);
}

async function leftAt(kind: JobKind): Promise<Date | null> {
  const rows = await gateway.db.select().from(datastoreJob).where(eq(datastoreJob.kind, kind));
  return rows[0]?.leftAt ?? null;
}

/** Snapshots of one source, an hour apart. */
async function backUp(name: string, count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1)
    await gateway.backUp({ id: name, time: TIME + hour * 3600 }, [randomPiece(5000), randomPiece(5000)]);
}

async function forgetAll(name: string, count: number): Promise<void> {
  const snapshots = Array.from({ length: count }, (_, hour) => {
    const group = { namespace: '' as NamespacePath, type: 'host' as const, id: name as BackupId };
    return { ...group, time: TIME + hour * 3600 };
  });
  const { taskId } = await admin().snapshot.forget({ datastore: MAIN, snapshots });
  await api.ended({ taskId: taskId ?? '' });
}

const GOES_ON = 'info: The last run stopped at the end of its window; this one goes on with what it left.';

test('a verification whose window ends is due again when the next one begins, and goes on there', async () => {
  await backUp('web-1', 3);
  await only('verify');
  expect(await tick(YESTERDAY + ELEVEN)).toEqual(['verify start']);
  const first = await ended('verify');
  expect(first).toMatchObject({
    state: 'succeeded',
    outcome: 'Nothing was read. Stopped at the end of the window; 3 snapshots left.',
    result: { sound: 0, left: 3, stopped: true },
  });
  expect(await leftAt('verify')).not.toBeNull();
  expect(await tick(TOMORROW + TEN - 2 * MINUTE)).toEqual(['verify wait']);
  const waiting = `The last run stopped at the end of its window; it goes on within ${WINDOW}.`;
  expect((await jobOf('verify')).notice?.words).toBe(waiting);
  expect(await tick(TOMORROW + TEN - MINUTE)).toEqual([]);
  expect(await tick(TOMORROW + TEN)).toEqual(['verify start']);
  const second = await ended('verify');
  expect(second).toMatchObject({ state: 'succeeded', result: { sound: 3, left: 0, stopped: false } });
  expect(second.log[0]).toBe(GOES_ON);
  expect(await leftAt('verify')).toBeNull();
  expect(await tick(TOMORROW + ELEVEN)).toEqual([]);
  expect(await tick(TOMORROW + DAY + TEN)).toEqual([]);
});

test('a run whose worker was lost, and that the next one takes up behind the window, goes on in the next window', async () => {
  await backUp('web-2', 2);
  await only('verify');
  expect(await tick(YESTERDAY + ELEVEN)).toEqual(['verify start']);
  await ended('verify');
  await gateway.stopWorker();
  // As a worker leaves it that was killed in the middle: claimed and running, and the queue sends it again.
  await gateway.db.update(datastoreJob).set({ leftAt: null }).where(eq(datastoreJob.kind, 'verify'));
  const { taskId } = await admin().datastore.verify({ name: MAIN });
  await gateway.db.update(datastoreJob).set({ lastTaskId: taskId }).where(eq(datastoreJob.kind, 'verify'));
  const [row] = await gateway.db.select().from(task).where(eq(task.id, taskId));
  const payload = { ...(row?.payload as object), until: YESTERDAY + TWELVE };
  await gateway.db.update(task).set({ payload }).where(eq(task.id, taskId));
  await claimTask(gateway.db, taskId, crypto.randomUUID());
  await gateway.startWorker();
  const lost = await api.ended({ taskId });
  expect(lost.outcome).toMatch(/2 snapshots left\. \(Attempt 2:/);
  expect(await leftAt('verify')).not.toBeNull();
  expect(await tick(TOMORROW + TEN)).toEqual(['verify start']);
  expect((await ended('verify')).result).toMatchObject({ sound: 2, left: 0 });
});

test('a collection whose window ends before it knows what can go removes nothing, and runs in the next one', async () => {
  await backUp('web-4', 2);
  await forgetAll('web-4', 2);
  const chunks = `${gateway.path()}/.chunks`;
  const stored = () =>
    fs
      .readdirSync(chunks)
      .flatMap((name) => fs.readdirSync(`${chunks}/${name}`).map((file) => `${chunks}/${name}/${file}`));
  const before = stored();
  await only('gc');
  await gateway.db
    .update(datastoreJob)
    .set({ options: { graceMinutes: 0, stopPercent: null } })
    .where(eq(datastoreJob.kind, 'gc'));
  expect(await tick(YESTERDAY + ELEVEN)).toEqual(['gc start']);
  const first = await ended('gc');
  expect(first).toMatchObject({
    state: 'warnings',
    outcome: 'Stopped at the end of the window, before any chunk was removed.',
  });
  expect(first.log).toContainEqual(expect.stringContaining('Its window had ended before it began'));
  expect(stored()).toEqual(before);
  for (const path of before) setAccessTime(path, Math.floor(Date.now() / 1000) - 172_800);
  expect(await tick(TOMORROW + TEN)).toEqual(['gc start']);
  const second = await ended('gc');
  expect(second).toMatchObject({ state: 'succeeded', result: { removedChunks: 4, leftChunks: 0 } });
  expect(second.log[0]).toBe(GOES_ON);
  expect([stored().length, await leftAt('gc')]).toEqual([before.length - 4, null]);
});

test('a run by hand has no end, also one that repeats what a schedule has started', async () => {
  await backUp('web-5', 1);
  await only('verify');
  await tick(YESTERDAY + ELEVEN);
  expect((await ended('verify')).result).toMatchObject({ stopped: true });
  const { last } = await jobOf('verify');
  const again = await api.ended(await admin().task.retry({ id: last?.taskId ?? '' }));
  expect(again.result).toMatchObject({ sound: 1, left: 0, stopped: false });
});

import { asc, eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { firstJobs, type JobKind } from '#domain/job.ts';
import { insertJobs } from '#drizzle/jobs.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { task } from '#drizzle/schema/task.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/** Jobs by the real worker, which carries their tasks out on real storage; the test says what time it is for them. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MONDAY = Date.parse('2026-11-30T00:00:00Z');
const PIECE = randomPiece(5000);

const admin = () => api.as('admin@ibs');
const tick = async (now: number) => {
  const events = await gateway.ask<{ kind: string; act: string }[]>({ ask: 'tick', now });
  return events.map(({ kind, act }) => `${kind} ${act}`);
};

beforeEach(async () => {
  await gateway.db.delete(task);
  await gateway.db.delete(datastoreJob);
  const [row] = await gateway.db.select().from(datastore).where(eq(datastore.name, MAIN));
  const jobs = firstJobs({ keep: { last: 2 } });
  await gateway.db.transaction((tx) => insertJobs(tx, row?.id ?? '', jobs, MONDAY - 1));
});

afterEach(() => gateway.leaveSound());

const tasks = () =>
  gateway.db.select({ id: task.id, kind: task.kind }).from(task).orderBy(asc(task.createdAt));

async function lastRun(kind: JobKind) {
  const { jobs } = await admin().datastore.jobs({ name: MAIN });
  return jobs.find((job) => job.kind === kind)?.last;
}

async function ended(kind: JobKind) {
  const run = await lastRun(kind);
  if (!run) throw new Error(`the ${kind} has not been started`);
  return api.ended(run);
}

test('prune, collection and verification that are due at the same minute run one after the other, once each', async () => {
  for (const day of [4, 3, 2, 1])
    await gateway.backUp({ id: 'web-1', time: MONDAY / 1000 - day * 86_400 }, [PIECE]);
  expect(await tick(MONDAY)).toEqual(['prune start', 'gc wait', 'verify wait']);
  const pruned = await ended('prune');
  expect(pruned).toMatchObject({ state: 'succeeded', result: { removed: 2 } });
  expect(pruned.log[0]).toBe('info: Started by the schedule daily.');
  expect(await lastRun('gc')).toBeNull();
  expect(await tick(MONDAY + MINUTE)).toEqual(['gc start', 'verify wait']);
  expect(await ended('gc')).toMatchObject({ state: 'succeeded', result: { graceMinutes: 1440 } });
  expect(await tick(MONDAY + 2 * MINUTE)).toEqual(['verify start']);
  expect(await ended('verify')).toMatchObject({ state: 'succeeded', result: { sound: 2, failed: 0 } });
  expect(await tick(MONDAY + 3 * MINUTE)).toEqual([]);
  const kinds = (await tasks()).map(({ kind }) => kind).filter((kind) => kind !== 'backup');
  expect(kinds).toEqual(['datastore.prune', 'datastore.gc', 'datastore.verify']);
  expect(await lastRun('gc')).toMatchObject({
    state: 'succeeded',
    forgotten: false,
    startedAt: expect.any(Date),
  });
});

test('what was due while the worker was down starts once with the next one, late, and the log says so', async () => {
  await gateway.stopWorker();
  await gateway.startWorker();
  expect(await tick(MONDAY + 3 * DAY)).toEqual(['prune start', 'gc wait', 'verify wait']);
  const { log } = await ended('prune');
  expect(log[0]).toMatch(
    /^info: It was due at 2026-11-30 00:00 \(UTC\), and 3 more times since; it starts 3.d late\./,
  );
  await gateway.stopWorker();
  await gateway.startWorker();
  expect(await tick(MONDAY + 3 * DAY + MINUTE)).toEqual(['gc start', 'verify wait']);
  await ended('gc');
  expect((await tasks()).map(({ kind }) => kind)).toEqual(['datastore.prune', 'datastore.gc']);
});

test('in maintenance nothing starts, which the API says; afterwards what was due starts once', async () => {
  await api.ended(await admin().datastore.maintenance({ name: MAIN, mode: 'offline', message: 'New disks' }));
  expect(await tick(MONDAY)).toEqual(['prune hold', 'gc hold', 'verify hold']);
  expect(await tick(MONDAY + MINUTE)).toEqual([]);
  const { jobs } = await admin().datastore.jobs({ name: MAIN });
  expect(jobs.map(({ kind, notice }) => [kind, notice?.words])).toEqual([
    ['prune', 'main is in maintenance: New disks.'],
    ['gc', 'main is in maintenance: New disks.'],
    ['verify', 'main is in maintenance: New disks.'],
    ['drill', undefined],
  ]);
  await api.ended(await admin().datastore.maintenance({ name: MAIN, mode: null, message: '' }));
  await gateway.ask({ ask: 'online', names: ['main'] });
  expect(await tick(MONDAY + 90 * MINUTE)).toEqual(['prune start', 'gc wait', 'verify wait']);
  expect((await ended('prune')).log[0]).toMatch(/1.h 30.min late\. main is in maintenance: New disks\.$/);
  expect(await tick(MONDAY + 91 * MINUTE)).toEqual(['gc start', 'verify wait']);
  await ended('gc');
});

test('a policy that a namespace got by the API is started for exactly that namespace, and removes nothing elsewhere', async () => {
  await admin().datastore.updateJob({ name: MAIN, kind: 'prune', schedule: null });
  for (const ns of ['team-a', 'team-b']) {
    await api.ended(await admin().namespace.create({ datastore: MAIN, parent: '', name: ns }));
    for (const day of [3, 2, 1])
      await gateway.backUp({ ns, id: 'web-1', time: MONDAY / 1000 - day * 86_400 }, [PIECE]);
  }
  const wish = { name: MAIN, kind: 'prune', job: 'a', namespace: 'team-a', depth: 0 } as const;
  await admin().datastore.createJob({ ...wish, schedule: 'mon 00:00', keep: { last: 1 } });
  expect(await tick(MONDAY - MINUTE)).toEqual([]);
  expect(await tick(MONDAY)).toEqual(['prune start', 'gc wait', 'verify wait']);
  const { jobs } = await admin().datastore.jobs({ name: MAIN });
  const run = jobs.find(({ kind, name }) => kind === 'prune' && name === 'a')?.last;
  if (!run) throw new Error('it has not been started');
  expect(await api.ended(run)).toMatchObject({
    ...{ state: 'succeeded', result: { removed: 2 } },
  });
  const left = async (namespace: string) =>
    (await admin().snapshot.list({ datastore: MAIN, namespace })).snapshots.length;
  expect([await left('team-a'), await left('team-b')]).toEqual([1, 3]);
});

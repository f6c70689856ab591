import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DatastoreStatus } from '#domain/datastore.ts';
import { dayOf, lastDays } from '#domain/day.ts';
import type { DatastoreName } from '#domain/ids.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import type { TaskState } from '#domain/task.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { noteSeen } from '#drizzle/days.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { datastoreDay } from '#drizzle/schema/day.ts';
import { setting } from '#drizzle/schema/system.ts';
import { task } from '#drizzle/schema/task.ts';
import { forgetOldTasks } from '#drizzle/tasks.ts';
import { insertUser } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** How a datastore was day by day, also when the tasks of those days are gone. */

const ADMIN = 'admin@ibs' as UserId;
const NOBODY = 'nobody@ibs' as UserId;
const NAME = 'main' as DatastoreName;
const DAY = 86_400_000;

let database: DatabaseHandle;
let id: string;
const api = new TestApi();

beforeAll(async () => {
  database = await createDatabase();
  for (const user of [ADMIN, NOBODY]) await insertUser(database.db, { username: user, passwordHash: null });
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
  await database.db.delete(setting);
  id = randomUUID();
  await database.db.insert(datastore).values({
    ...{ id, name: NAME, kind: 'local', identity: randomUUID(), createdBy: ADMIN, status: 'online' },
    ...{ config: { kind: 'local', path: '/mnt/main', mount: null }, syncLevel: 'filesystem', phase: 'ready' },
  });
});

async function days(count = 3) {
  return (await api.as(ADMIN).datastore.days({ name: NAME, days: count })).days;
}

async function seen(status: DatastoreStatus, more: Partial<Parameters<typeof noteSeen>[2]> = {}) {
  const what = { status, inMaintenance: false, reason: '', minutes: 1 as const, at: Date.now(), ...more };
  await noteSeen(database.db, id, what);
}

async function ended(state: TaskState, at: number) {
  const times = { createdAt: new Date(at), startedAt: new Date(at), finishedAt: new Date(at) };
  await database.db.insert(task).values({
    ...{ id: randomUUID(), kind: 'datastore.gc', subject: NAME, payload: {}, createdBy: 'system', state },
    ...{ datastoreId: id, datastoreName: NAME, ...times },
  });
}

test('minutes add up by status, the last reason stays, and a change within a minute is seen as well', async () => {
  for (let minute = 0; minute < 3; minute += 1) await seen('online');
  await seen('offline', { reason: 'Timed out.' });
  await seen('offline', { reason: 'No mount.' });
  await seen('degraded', { minutes: 0, reason: 'Slow.' });
  await seen('read-only', { inMaintenance: true, reason: 'New disks.' });
  const today = (await days()).at(-1);
  expect(today).toMatchObject({
    ...{ level: 'offline', minutes: { online: 3, offline: 2, degraded: 0, maintenance: 1 } },
    reasons: { offline: 'No mount.', degraded: 'Slow.', maintenance: 'New disks.' },
  });
});

test('days before the record began are there, and nothing is said of them', async () => {
  await seen('online');
  const found = await days(90);
  expect(found).toHaveLength(90);
  expect(found.map(({ day }) => day)).toEqual(lastDays(dayOf(Date.now(), 'UTC'), 90));
  expect(found.slice(0, -1).every(({ level, tasks }) => level === 'none' && tasks === 0)).toBe(true);
  expect(found.at(-1)?.level).toBe('online');
});

test('tasks that were removed stay counted, those that are there are not counted twice', async () => {
  const old = Date.now() - 40 * DAY;
  await ended('failed', old);
  await ended('succeeded', old);
  await ended('failed', Date.now());
  const counts = async () => {
    const all = await days(60);
    return [all.at(-41), all.at(-1)].map((day) => [day?.tasks, day?.failed, day?.goneTasks, day?.level]);
  };
  const today = [1, 1, 0, 'failures'];
  expect(await counts()).toEqual([[2, 1, 0, 'failures'], today]);
  await forgetOldTasks(database.db, 30);
  expect(await database.db.select().from(task)).toHaveLength(1);
  expect(await counts()).toEqual([[2, 1, 2, 'failures'], today]);
  await ended('cancelled', old);
  await forgetOldTasks(database.db, 30);
  expect(await counts()).toEqual([[3, 1, 3, 'failures'], today]);
});

test('tasks without a datastore, and of one that is gone, are removed all the same', async () => {
  await ended('failed', Date.now() - 40 * DAY);
  await database.db.delete(datastore);
  await forgetOldTasks(database.db, 30);
  expect(await database.db.select().from(task)).toEqual([]);
  await seen('online'); // and who still looks at it does no harm
  expect(await database.db.select().from(datastoreDay)).toEqual([]);
});

test('a day begins at midnight of the server', async () => {
  await database.db
    .insert(setting)
    .values({ key: 'timeZone', value: 'Pacific/Kiritimati', updatedBy: ADMIN });
  const noonUtc = Date.parse(`${dayOf(Date.now() - DAY, 'UTC')}T12:00:00Z`); // 02:00 of the next day there
  await seen('degraded', { at: noonUtc });
  await ended('failed', noonUtc);
  const next = dayOf(noonUtc + DAY, 'UTC');
  const hit = (await days(5)).filter(({ level }) => level !== 'none');
  expect(hit).toMatchObject([{ day: next, level: 'failures', minutes: { degraded: 1 }, failed: 1 }]);
});

test('who may not see the datastore does not see its days', async () => {
  const missing = 'There is no datastore';
  await expect(api.as(NOBODY).datastore.days({ name: NAME })).rejects.toThrow(missing);
  await expect(api.as(ADMIN).datastore.days({ name: 'nope' as DatastoreName })).rejects.toThrow(missing);
});

import { and, eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { task } from '#drizzle/schema/task.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { complete, sendArchive } from '#testing/wire/wire-backup.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/** Backups by the real gateway on a datastore that verifies each of them when it is finished. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const MAIN = 'main' as DatastoreName;
const TIME = 1_700_000_000;
const admin = () => api.as('admin@ibs');
const pieces = (count: number) => Array.from({ length: count }, () => randomPiece(5000));

beforeEach(async () => void (await admin().datastore.update({ name: MAIN, verifyNew: true })));
afterEach(() => gateway.leaveSound());

const sent = () =>
  gateway.db
    .select()
    .from(task)
    .where(and(eq(task.kind, 'datastore.verify')));

test('a finished backup is verified once, by the server itself, and nothing else is', async () => {
  await gateway.backUp({ id: 'before', time: TIME }, pieces(3));
  const [first, ...more] = await sent();
  expect(more).toEqual([]);
  const ended = await api.ended({ taskId: first?.id ?? '' });
  expect(first).toMatchObject({ createdBy: 'system', subject: 'main:host/before/2023-11-14T22:13:20Z' });
  expect(ended).toMatchObject({ state: 'succeeded', result: { sound: 1, upToDate: 0, readChunks: 3 } });
  await gateway.backUp({ id: 'before', time: TIME + 60 }, pieces(2));
  const tasks = await sent();
  expect(tasks).toHaveLength(2);
  const second = tasks.find(({ id }) => id !== first?.id);
  expect((await api.ended({ taskId: second?.id ?? '' })).result).toMatchObject({ sound: 1, readChunks: 2 });
});

test('what is not finished, what is a speed test, and what is switched off is not verified', async () => {
  const count = (await sent()).length;
  const cut = await gateway.backup({ id: 'cut', time: TIME });
  await sendArchive(cut, 'root.pxar.didx', pieces(1));
  await cut.drop();
  const benchmark = await gateway.backup({ id: 'benchmark', time: TIME, query: { benchmark: '1' } });
  const archive = await sendArchive(benchmark, 'root.pxar.didx', pieces(1));
  await complete(benchmark, { id: 'benchmark', time: TIME }, [archive]);
  await benchmark.drop();
  await gateway.idle();
  await admin().datastore.update({ name: MAIN, verifyNew: false });
  await gateway.backUp({ id: 'off', time: TIME }, pieces(1));
  expect(await sent()).toHaveLength(count);
});

test('many at once are each verified once', async () => {
  const ids = Array.from({ length: 12 }, (_, number) => `many-${number}`);
  await Promise.all(ids.map((id) => gateway.backUp({ id, time: TIME }, pieces(1))));
  const tasks = (await sent()).filter(({ subject }) => subject.includes('host/many-'));
  expect(tasks.map(({ subject }) => subject).sort()).toEqual(
    ids.map((id) => `main:host/${id}/2023-11-14T22:13:20Z`).sort(),
  );
  for (const { id } of tasks) expect((await api.ended({ taskId: id })).result).toMatchObject({ sound: 1 });
});

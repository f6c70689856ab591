import { randomUUID } from 'node:crypto';
import { asc, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '#testing/test-database.ts';
import { ChangeHub } from './changes.ts';
import { ATTEMPTS_MAX, datastoreQueue, openQueue, SYSTEM_QUEUE } from './queue.ts';
import { datastore } from './schema/datastore.ts';
import { change, task, taskLog } from './schema/task.ts';
import {
  cancelQueuedTasks,
  claimTask,
  enqueueTask,
  failLostTasks,
  finishTask,
  reportProgress,
  requestCancel,
} from './tasks.ts';

const INSPECT = {
  kind: 'datastore.inspect' as const,
  payload: { path: '/mnt/backup', purpose: 'create' as const },
  datastore: null,
  subject: '/mnt/backup',
  createdBy: 'alice@ibs',
};

async function fixture() {
  const { db, url } = await testDatabase();
  const queue = await openQueue({ url, supervise: true, onError: () => {} });
  await queue.ensure(SYSTEM_QUEUE);
  onTestFinished(() => queue.stop({ timeoutMs: 1000 }));
  return { db, url, queue };
}

test('a task is sent, worked and finished, and listeners hear of each step', async () => {
  const { db, url, queue } = await fixture();
  const hub = new ChangeHub(db, url);
  await hub.start();
  onTestFinished(() => hub.close());
  const heard: string[] = [];
  const done = new Promise<void>((resolve) => {
    hub.subscribe((changes) => {
      heard.push(...changes.map((change) => change.ref));
      if (heard.length >= 4) resolve();
    });
  });
  const worked: string[] = [];
  await queue.work(SYSTEM_QUEUE, 1, async (taskId) => {
    const claim = await claimTask(db, taskId, randomUUID());
    if (!claim) return;
    worked.push(taskId);
    await reportProgress(db, claim, { phase: 'Looking' });
    await finishTask(db, claim, { state: 'succeeded', outcome: 'Looked.' });
  });
  const id = await db.transaction((tx) => enqueueTask(tx, queue, INSPECT));
  await done;
  expect(worked).toEqual([id]);
  expect(heard).toEqual([id, id, id, id]);
});

test('a task of a transaction that fails does not exist', async () => {
  const { db, queue } = await fixture();
  const failing = db.transaction(async (tx) => {
    await enqueueTask(tx, queue, INSPECT);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const { rows } = await db.execute('select 1 from task');
  expect(rows).toEqual([]);
});

test('what an overtaken attempt writes is refused', async () => {
  const { db, queue } = await fixture();
  const id = await db.transaction((tx) =>
    enqueueTask(tx, queue, {
      ...INSPECT,
      kind: 'datastore.probe',
      payload: { datastoreId: randomUUID(), acceptMount: false },
    }),
  );
  const first = await claimTask(db, id, randomUUID());
  const second = await claimTask(db, id, randomUUID());
  expect([first?.attempt, second?.attempt]).toEqual([1, 2]);
  expect(first && (await reportProgress(db, first, { phase: 'late' }))).toBe(false);
  expect(first && (await finishTask(db, first, { state: 'failed', outcome: 'late' }))).toBe(false);
  expect(second && (await finishTask(db, second, { state: 'succeeded', outcome: 'ok' }))).toBe(true);
  expect(await claimTask(db, id, randomUUID())).toBe(null);
});

test('a queued task is cancelled at once, and one that must not run twice is not', async () => {
  const { db, queue } = await fixture();
  const queued = await db.transaction((tx) => enqueueTask(tx, queue, INSPECT));
  await db.transaction((tx) => requestCancel(tx, queued, 'alice@ibs'));
  expect(await claimTask(db, queued, randomUUID())).toBe(null);
  const lost = await db.transaction((tx) => enqueueTask(tx, queue, INSPECT));
  expect(await claimTask(db, lost, randomUUID())).not.toBe(null);
  expect(await claimTask(db, lost, randomUUID())).toBe(null);
  const { rows } = await db.execute(`select state, outcome from task order by created_at`);
  expect(rows).toEqual([
    { state: 'cancelled', outcome: 'Cancelled before it started.' },
    { state: 'failed', outcome: 'The worker that ran the task was stopped or lost.' },
  ]);
});

test('what may be tried again is, until its workers were lost too often; the log says so', async () => {
  const { db, queue } = await fixture();
  const again = { kind: 'datastore.rescan' as const, payload: { datastoreId: randomUUID() } };
  const id = await db.transaction((tx) => enqueueTask(tx, queue, { ...INSPECT, ...again }));
  const once = await db.transaction((tx) => enqueueTask(tx, queue, INSPECT));
  await claimTask(db, once, randomUUID());
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
    await claimTask(db, id, randomUUID());
    expect(await failLostTasks(db, [])).toBe(attempt === 1 ? 1 : 0); // the one that must not run twice
  }
  const living = randomUUID();
  await claimTask(db, id, living);
  expect(await failLostTasks(db, [living])).toBe(0);
  expect(await failLostTasks(db, [])).toBe(1);
  const [row] = await db.select().from(task).where(eq(task.id, id));
  const outcome = 'The worker that ran the task was stopped or lost. It was tried 6 times.';
  expect(row).toMatchObject({
    state: 'failed',
    outcome,
    error: { code: 'TASK_LOST', hint: 'Run it again.' },
  });
  const lines = await db.select().from(taskLog).where(eq(taskLog.taskId, id)).orderBy(asc(taskLog.number));
  expect(lines.map(({ level, text }) => `${level}: ${text}`)).toEqual([`error: ${outcome} Run it again.`]);
});

test('what waits for a datastore that is removed is told so', async () => {
  const { db, queue } = await fixture();
  const [id, other] = [randomUUID(), randomUUID()];
  for (const [position, datastoreId] of [id, other].entries()) {
    await db.insert(datastore).values({
      ...{ id: datastoreId, name: `main-${position}` as never, kind: 'local', syncLevel: 'file' },
      ...{ config: { kind: 'local', path: `/mnt/${position}`, mount: null }, createdBy: 'alice@ibs' },
    });
    await queue.ensure(datastoreQueue(datastoreId));
  }
  const send = (datastoreId: string) =>
    db.transaction((tx) =>
      enqueueTask(tx, queue, {
        ...{ kind: 'datastore.rescan', payload: { datastoreId }, subject: 'main', createdBy: 'alice@ibs' },
        datastore: { id: datastoreId, name: 'main' },
      }),
    );
  const [running, waiting, elsewhere] = [await send(id), await send(id), await send(other)];
  await claimTask(db, running, randomUUID());
  await db.transaction((tx) => cancelQueuedTasks(tx, id, 'It is gone.'));
  const rows = await db.select({ id: task.id, state: task.state, outcome: task.outcome }).from(task);
  expect(new Map(rows.map((row) => [row.id, `${row.state} ${row.outcome ?? ''}`]))).toEqual(
    new Map([
      [running, 'running '],
      [waiting, 'cancelled It is gone.'],
      [elsewhere, 'queued '],
    ]),
  );
});

test('a datastore has changed when a job of it begins and ends, and not with its other tasks', async () => {
  const { db, queue } = await fixture();
  const id = randomUUID();
  await db.insert(datastore).values({
    ...{ id, name: 'main' as never, kind: 'local', createdBy: 'alice@ibs', syncLevel: 'filesystem' },
    config: { kind: 'local', path: '/mnt/main', mount: null },
  });
  await queue.ensure(datastoreQueue(id));
  const about = { datastore: { id, name: 'main' }, subject: 'main', createdBy: 'alice@ibs' };
  const told = async (kind: 'datastore.gc' | 'datastore.rescan') => {
    await db.delete(change);
    const payload = { datastoreId: id, graceMinutes: 60 } as never;
    const taskId = await db.transaction((tx) => enqueueTask(tx, queue, { ...about, kind, payload }));
    const claim = await claimTask(db, taskId, randomUUID());
    if (claim) await finishTask(db, claim, { state: 'failed', outcome: 'Failed.' });
    const rows = await db.select({ topic: change.topic }).from(change).orderBy(asc(change.id));
    return rows.map(({ topic }) => topic);
  };
  expect(await told('datastore.gc')).toEqual(['task', 'task', 'datastore', 'task', 'datastore']);
  expect(await told('datastore.rescan')).toEqual(['task', 'task', 'task']);
});

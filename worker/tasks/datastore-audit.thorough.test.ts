import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { and, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { AuditFinding } from '#domain/audit.ts';
import type { BackupId, DatastoreName } from '#domain/ids.ts';
import { datastore, datastoreLease } from '#drizzle/schema/datastore.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import { task, taskLog } from '#drizzle/schema/task.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { Findings } from '#engine/audit/findings.ts';
import { snapshotRef } from '#testing/session-client.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { type Piece, randomPiece } from '#testing/wire/wire-blobs.ts';
import { TaskAudit } from '../audit/task-audit.ts';
import { TaskLog } from '../task-log.ts';

/** What the audit finds where datastore, database and worker do not say the same. */

const gateway = testGateway({ stores: ['main'] });
const api = testApi(() => gateway.database.url);
const NAME = 'main' as DatastoreName;
const TIME = 1_700_000_000;
const PIECES = [randomPiece(9000), randomPiece(9000)];
const [A, B, C] = ['a', 'b', 'c'] as [BackupId, BackupId, BackupId];
const NEVER = new AbortController().signal;

function runAudit(deep = false) {
  return api
    .as('admin@ibs')
    .datastore.audit({ name: NAME, deep })
    .then((started) => api.ended(started));
}

/** `code where` of each finding of the audit. */
async function findings(deep = false): Promise<string[]> {
  const { result } = await runAudit(deep);
  return (result as { findings: AuditFinding[] }).findings.map(({ code, where }) => `${code} ${where}`);
}

async function storeId(): Promise<string> {
  const [row] = await gateway.db.select().from(datastore).where(eq(datastore.name, NAME));
  return row?.id ?? '';
}

function chunkPath({ digest }: Piece): string {
  return join(gateway.path(), '.chunks', digest.slice(0, 4), digest);
}

test('nothing is found where nothing is wrong, and the outcome says what was looked at', async () => {
  await gateway.backUp({ id: 'a', time: TIME }, PIECES);
  await gateway.backUp({ id: 'b', time: TIME }, PIECES.slice(1));
  const { state, outcome, result, log } = await runAudit(true);
  expect({ state, outcome }).toEqual({
    state: 'succeeded',
    outcome: '2 snapshots, 2 chunks: all invariants hold.',
  });
  expect(log).toEqual([`info: ${outcome}`]);
  expect(result).toMatchObject({ snapshots: 2, chunks: 2, stored: { chunks: 2 }, errors: 0, findings: [] });
});

test('a warning is told in the outcome, and breaks nothing', async () => {
  fs.writeFileSync(join(gateway.path(), '.ibs-provisioning'), 'somebody');
  const { state, outcome } = await runAudit();
  fs.rmSync(join(gateway.path(), '.ibs-provisioning'));
  const words = 'The creation of the datastore was interrupted after its last step.';
  expect({ state, outcome }).toEqual({
    state: 'warnings',
    outcome: `2 snapshots, 2 chunks: nothing is broken; 1 warning. It is .ibs-provisioning: ${words}`,
  });
});

test('lists that say something else than the datastore', async () => {
  const { db } = gateway;
  const [row] = await db.select().from(snapshot).where(eq(snapshot.backupId, A));
  await db.update(snapshot).set({ finished: false }).where(eq(snapshot.backupId, A));
  await db.delete(snapshot).where(eq(snapshot.backupId, B));
  if (row) await db.insert(snapshot).values({ ...row, backupId: C });
  expect((await findings()).sort()).toEqual([
    'record-differs host/a/2023-11-14T22:13:20Z',
    'record-missing host/b/2023-11-14T22:13:20Z',
    'record-stale host/c/2023-11-14T22:13:20Z',
  ]);
  await api.ended(await api.as('admin@ibs').datastore.rescan({ name: NAME }));
  expect(await findings()).toEqual([]);
});

test('lists of the trash that say something else than the trash', async () => {
  const { db } = gateway;
  const ids = ['differs', 'missing', 'stale'];
  for (const id of ids) {
    await gateway.backUp({ id, time: TIME }, [randomPiece(1000)]);
    const wish = { datastore: NAME, snapshots: [snapshotRef(id)] };
    const { taskId } = await api.as('admin@ibs').snapshot.forget(wish);
    await api.ended({ taskId: taskId ?? '' });
  }
  expect(await findings()).toEqual([]);
  const is = (id: string) => eq(trashedSnapshot.backupId, id as BackupId);
  await db.update(trashedSnapshot).set({ owner: 'eve@ibs' }).where(is('differs'));
  await db.delete(trashedSnapshot).where(is('missing'));
  fs.rmSync(`${gateway.path()}/.trash/host/stale`, { recursive: true });
  expect((await findings()).map((text) => text.replace(/@.*/, '')).sort()).toEqual([
    'record-differs .trash/host/differs/2023-11-14T22:13:20Z',
    'record-missing .trash/host/missing/2023-11-14T22:13:20Z',
    'record-stale .trash/host/stale/2023-11-14T22:13:20Z',
  ]);
  await api.ended(await api.as('admin@ibs').datastore.rescan({ name: NAME }));
  expect(await findings()).toEqual([]);
});

test('figures that are wrong or impossible', async () => {
  const { db } = gateway;
  await db
    .update(datastore)
    .set({ chunkBytes: sql`chunk_bytes + 1`, usedBytes: sql`total_bytes + 1` })
    .where(eq(datastore.name, NAME));
  expect(await findings()).toEqual(['figures-differ main', 'capacity-impossible main']);
  await db.update(datastore).set({ chunksCountedAt: null }).where(eq(datastore.name, NAME));
  await api.ended(await api.as('admin@ibs').datastore.probe({ name: NAME, acceptMount: false }));
  expect(await findings()).toEqual([]); // nobody claims to know
  await api.ended(await api.as('admin@ibs').datastore.rescan({ name: NAME }));
});

test('an owner of whom datastore and database say different things', async () => {
  const lease = eq(datastoreLease.datastoreId, await storeId());
  await gateway.db.update(datastoreLease).set({ epoch: sql`epoch + 5` }).where(lease);
  const found = await findings();
  await gateway.db.update(datastoreLease).set({ epoch: sql`epoch - 5` }).where(lease);
  expect(found).toEqual(['owner-differs .ibs-owner.json']);
});

test('a lock that is held although nothing runs, and none while something does', async () => {
  await gateway.ask({ ask: 'hold', name: NAME, snapshot: snapshotRef('a', TIME) });
  expect(await findings()).toEqual(['lock-held snapshot:host/a/2023-11-14T22:13:20Z: a test']);
  const session = await gateway.backup({ id: 'busy', time: TIME });
  expect(await findings()).toEqual([]);
  await session.drop();
  await gateway.ask({ ask: 'release' });
});

test('tasks that nobody works on, that end without a word, or that nobody seems to have started', async () => {
  await gateway.idle();
  await gateway.stopWorker(); // which would end them or go on with them
  const { db } = gateway;
  const datastoreId = await storeId();
  const found = async () => {
    const list = new Findings();
    await new TaskAudit(db, datastoreId, list, 0).run(NEVER);
    return list.kept.map(({ code, where }) => `${code} ${where}`);
  };
  expect(await found()).toEqual([]);
  const make = async (values: Partial<typeof task.$inferInsert>) => {
    const id = randomUUID();
    const base = { id, datastoreId, subject: 'main', payload: {}, createdBy: 'system', attempt: 1 };
    await db.insert(task).values({ ...base, kind: 'datastore.rescan', ...values });
    return id;
  };
  const lost = { state: 'running' as const, workerId: randomUUID() };
  const waits = await make(lost);
  const orphan = await make({ ...lost, kind: 'backup' });
  const silent = await make({ state: 'succeeded', outcome: 'Done.' });
  const told = await make({ state: 'succeeded', outcome: 'Done.' });
  await db.insert(taskLog).values({ taskId: told, number: 1, at: new Date(), level: 'info', text: 'Done.' });
  const unknown = await make({ state: 'queued', createdBy: 'eve@ibs', attempt: 0 });
  expect((await found()).sort()).toEqual([
    `change-unrecorded task ${unknown}`,
    `task-log-unended task ${silent}`,
    `task-orphaned task ${orphan}`,
    `task-waits task ${waits}`,
  ]);
  await db.delete(task).where(sql`id in (${waits}, ${orphan}, ${silent}, ${told}, ${unknown})`);
  await gateway.startWorker();
});

test('lines of a log that a database did not take are written with the next ones', async () => {
  const { db } = gateway;
  const [{ id } = { id: '' }] = await db.select({ id: task.id }).from(task).limit(1);
  const log = await TaskLog.open(db, id, { now: Date.now, monotonic: () => performance.now() });
  await db.execute(sql`alter table task_log rename to task_log_away`);
  log.add('info', 'while it is away');
  await log.flush();
  await db.execute(sql`alter table task_log_away rename to task_log`);
  log.add('info', 'the last line');
  await log.flush();
  const lines = await db.select().from(taskLog).where(eq(taskLog.taskId, id)).orderBy(taskLog.number);
  expect(lines.slice(-2).map(({ text }) => text)).toEqual(['while it is away', 'the last line']);
  const last = lines.slice(-2).map(({ number }) => number);
  await db.delete(taskLog).where(and(eq(taskLog.taskId, id), sql`number in (${last[0]}, ${last[1]})`));
});

test('a deep audit sets a damaged chunk aside, and the next backup sends it anew', async () => {
  const [first] = PIECES as [Piece, ...Piece[]];
  const bytes = fs.readFileSync(chunkPath(first));
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  fs.writeFileSync(chunkPath(first), bytes);
  expect(await findings()).toEqual([]);
  const { state, error, result, log } = await runAudit(true);
  const [finding] = (result as { findings: AuditFinding[] }).findings;
  const where = 'host/a/2023-11-14T22:13:20Z';
  expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'DATA_CORRUPT' });
  expect(finding).toMatchObject({ code: 'chunk-damaged', invariant: 1, severity: 'error', where });
  expect(log[0]).toBe(`error: ${where}: ${finding?.what}`);
  expect(fs.existsSync(`${chunkPath(first)}.0.bad`)).toBe(true);
  expect(fs.existsSync(chunkPath(first))).toBe(false);
  expect(await api.as('admin@ibs').datastore.get({ name: NAME })).toMatchObject({
    ...{ status: 'degraded', damagedChunkCount: 1 },
  });
  await gateway.backUp({ id: 'a', time: TIME + 60 }, PIECES);
  expect(await findings(true)).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { TRPCError } from '@trpc/server';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { DatastoreName } from '#domain/ids.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { audit } from '#drizzle/schema/system.ts';
import { claimTask } from '#drizzle/tasks.ts';
import { testApi } from '#testing/test-api.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { complete, sendArchive } from '#testing/wire/wire-backup.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';

/** Tasks on whole datastores, by the real API and the real worker. */

const gateway = testGateway({ stores: ['main', 'gone', 'gone-too'] });
const api = testApi(() => gateway.database.url);
const TIME = 1_700_000_000;
const MAIN = 'main' as DatastoreName;

function admin() {
  return api.as('admin@ibs');
}

test('a task that another worker began and did not end says so, in its log and its outcome', async () => {
  await gateway.stopWorker();
  const started = await admin().datastore.rescan({ name: MAIN });
  await claimTask(gateway.db, started.taskId, randomUUID()); // by a worker that nobody hears of again
  await gateway.startWorker();
  const ended = await api.ended(started);
  expect(ended).toMatchObject({
    state: 'warnings',
    outcome: expect.stringMatching(/^0 snapshots in 0 groups; 0 chunks.*\(Attempt 2: the worker before was/),
  });
  expect(ended.log[0]).toMatch(/^warning: Attempt 2: the worker of attempt 1 was stopped or lost/);
});

test('a removal is refused while a backup runs, and the backup goes on', async () => {
  const snapshot = { id: 'busy', time: TIME };
  const session = await gateway.backup(snapshot);
  // As it is from the request on until the task of the removal begins, with a probe in between.
  await gateway.db.update(datastore).set({ phase: 'removing' }).where(eq(datastore.name, MAIN));
  await api.ended(await admin().datastore.probe({ name: MAIN, acceptMount: false }));
  const removal = await api.ended(await admin().datastore.remove({ name: MAIN, destroyData: true }));
  expect(removal).toMatchObject({
    state: 'failed',
    error: { code: 'DATASTORE_BUSY', message: expect.stringContaining('backup of host/busy/') },
  });
  const archive = await sendArchive(session, 'root.pxar.didx', [randomPiece(5000)]);
  await complete(session, snapshot, [archive]);
  await session.drop();
  expect((await admin().datastore.get({ name: MAIN })).status).toBe('online');
});

test('after a failed flush an administrator looks, says so, and what was torn is known', async () => {
  const suspect = 'A flush failed.';
  await gateway.db.update(datastore).set({ suspect }).where(eq(datastore.name, MAIN));
  await gateway.ask({ ask: 'refresh', name: MAIN });
  expect(await statusOf(MAIN)).toEqual({ status: 'failed', statusReason: suspect });
  await expect(gateway.backup({ id: 'late', time: TIME })).rejects.toThrow(/refused with/);
  const [digest] = chunksOf('busy');
  fs.truncateSync(`${gateway.path()}/.chunks/${digest?.slice(0, 4)}/${digest}`, 0);

  const reason = 'Cable replaced, filesystem checked';
  await expect(admin().datastore.accept({ name: MAIN, reason: 'fine' })).rejects.toThrow(TRPCError);
  await gateway.with('reader@ibs', 'Datastore.Admin');
  await expect(api.as('reader@ibs').datastore.accept({ name: MAIN, reason })).rejects.toMatchObject({
    cause: { code: 'PRIVILEGE_MISSING' },
  });
  const accepted = await api.ended(await admin().datastore.accept({ name: MAIN, reason }));
  expect(accepted.log).toEqual(
    expect.arrayContaining([
      `info: Why it is not trusted: ${suspect}`,
      `info: Why admin@ibs trusts it again: ${reason}`,
      `warning: Chunk ${digest} is damaged and was set aside.`,
    ]),
  );
  const degraded = '1 chunk is damaged or missing; an audit names the snapshots that need them.';
  expect(accepted.outcome).toBe(`main is degraded: ${degraded} Chunks that were checked: 1; damaged: 1.`);
  expect(await statusOf(MAIN)).toEqual({ status: 'degraded', statusReason: degraded });
  const rows = await gateway.db.select().from(audit).where(eq(audit.action, 'datastore.accept'));
  expect(rows.find(({ outcome }) => outcome === 'done')).toMatchObject({
    ...{ principal: 'admin@ibs', subject: MAIN, detail: { reason, suspect } },
  });
  const again = await api.ended(await admin().datastore.accept({ name: MAIN, reason }));
  expect(again.outcome).toBe('main does not wait to be accepted: nothing was changed.');
});

async function statusOf(name: DatastoreName) {
  const { status, statusReason } = await admin().datastore.get({ name });
  return { status, statusReason };
}

/** Digests of all chunks on the disk that a backup may have left. */
function chunksOf(id: string): string[] {
  expect(gateway.entries(`host/${id}`)).not.toBe(null);
  const root = `${gateway.path()}/.chunks`;
  return fs.readdirSync(root).flatMap((directory) => fs.readdirSync(`${root}/${directory}`));
}

test('whoever thinks of adopting is told what is there, below the allowed roots only', async () => {
  const path = gateway.path();
  const question = { path: path as never, purpose: 'adopt' as const };
  expect((await admin().datastore.inspectPath(question)).content).toBe(null);
  await admin().settings.update({ allowedRootsAdd: [dirname(path)] });
  const { found, content } = await admin().datastore.inspectPath(question);
  expect(found).toBe('ibs');
  expect(content).toMatchObject({
    ...{ namespaces: 0, groups: 1, snapshots: 1, unfinished: 0, oldest: TIME, newest: TIME, complete: true },
    ...{ owners: ['admin@ibs!main'], lastOwner: { host: hostname() } },
  });
  expect((await admin().datastore.inspectPath({ ...question, purpose: 'create' })).content).toBe(null);
});

test('a removal takes the grants on the datastore and below with it, and no others', async () => {
  const paths = ['/datastore/gone', '/datastore/gone/production/web', '/datastore/gone-too', '/datastore'];
  for (const path of paths) await gateway.principal(`${randomUUID().slice(0, 8)}@ibs`, [grantOn(path)]);
  const before = await gateway.db.select().from(acl);
  const path = gateway.path('gone');
  const ended = await api.ended(
    await admin().datastore.remove({ name: 'gone' as DatastoreName, destroyData: false }),
  );
  expect(ended.outcome).toBe(`gone is no longer configured; its data stays in ${path}.`);
  expect(ended.log).toContain('info: Grants on gone and its namespaces that went with it: 4.');
  expect(fs.existsSync(`${path}/.chunks`)).toBe(true);
  const after = await gateway.db.select().from(acl);
  expect(after).toEqual(before.filter((entry) => !/^\/datastore\/gone(\/|$)/.test(entry.path)));
  expect(after.length).toBe(before.length - 4); // each of the two for a user and its token
  const revoked = await gateway.db.select().from(audit).where(eq(audit.action, 'acl.revoke'));
  expect(revoked.map(({ principal }) => principal)).toEqual(Array(4).fill('admin@ibs'));
});

function grantOn(path: string) {
  return { role: 'Datastore.Admin' as const, path: path as `/${string}` };
}

test('destroying data says what takes its time', async () => {
  const ended = await api.ended(
    await admin().datastore.remove({ name: 'gone-too' as DatastoreName, destroyData: true }),
  );
  expect(ended.state).toBe('warnings');
  expect(ended.log.filter((line) => line.endsWith('chunk directories are gone.'))).toHaveLength(8);
  expect(fs.existsSync(gateway.path('gone-too'))).toBe(false);
});

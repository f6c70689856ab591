import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import type { UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { audit } from '#drizzle/schema/system.ts';
import { task } from '#drizzle/schema/task.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { insertUser, putToken } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';
import { appRouter } from './trpc/root.ts';

/** Every procedure of the API, called by nobody and by a token without a single grant, on records of others. */

const OWNER = 'owner@ibs' as UserId;
const POWERLESS = 'powerless@ibs' as UserId;
const TOKEN = `${POWERLESS}!ci`;
const ADMIN = 'admin@ibs' as UserId;
const TIME = 1_700_000_000;
const STORE = 'main' as DatastoreName;
const TASK = randomUUID();

/** What anybody may ask, and why. Everything else refuses, or answers with an empty list. */
const FOR_NOBODY: Record<string, string> = {
  'setup.status': 'the first page has to know whether to ask for a password or for the setup token',
  'setup.createAdministrator': 'the setup token is the proof',
};
const FOR_EVERYBODY: Record<string, string> = {
  ...FOR_NOBODY,
  'session.me': 'who one is oneself',
  'session.changePassword': "one's own, with the current password, and never with a token",
  'token.create': 'a token of oneself can do no more than oneself',
  'token.list': "one's own tokens",
  'token.revoke': "one's own tokens",
  'system.about': 'the version, which clients decide by',
  'system.overview': 'counts what the caller may see',
  'schedule.explain': 'what a text means, and in which zone the server is',
  'role.list': 'what is in the roles that one may be granted',
  'events.latest': 'a number that says nothing',
  'events.stream': 'filters each event by what the caller may read',
};

/** Right for every procedure that has fields of these names, so that nothing but the rights can refuse it. */
const FIELDS = {
  ...{ datastore: STORE, name: STORE, namespace: '', type: 'host', id: 'web-1', time: TIME },
  ...{ user: OWNER, password: 'long enough words', current: 'long enough words', next: 'other long words' },
  ...{ principal: OWNER, role: 'Auditor', path: '/', archive: 'root.pxar.didx', reason: 'it is right again' },
  ...{ setupToken: 'x', tokenName: 'laptop', mode: 'offline', destroyData: false, purpose: 'create' },
};
const snapshots = [{ namespace: '', type: 'host', id: 'web-1', time: TIME }];
const group = { datastore: STORE, namespace: '', type: 'host', id: 'web-1' };
const OTHERWISE: Record<string, object> = {
  'token.create': { name: 'second', user: undefined },
  'token.revoke': { id: `${OWNER}!ci` },
  'role.create': { role: 'Tester', privileges: ['Datastore.Audit'] },
  'role.update': { role: 'Tester', comment: 'tests' },
  'role.remove': { role: 'Tester' },
  'userGroup.create': { group: 'testers@ibs' },
  'userGroup.update': { group: 'testers@ibs', add: [OWNER] },
  'userGroup.remove': { group: 'testers@ibs' },
  'namespace.create': { name: 'inside' },
  'namespace.planRemove': { namespace: 'going' },
  'namespace.remove': { namespace: 'going' },
  'namespace.planMove': { namespace: 'going', destination: 'gone' },
  'namespace.move': { namespace: 'going', destination: 'gone' },
  'snapshot.planMove': { source: group, destination: { ...group, namespace: 'going' } },
  'snapshot.move': { source: group, destination: { ...group, namespace: 'going' } },
  'snapshot.forget': { snapshots },
  'trash.restore': { items: snapshots.map((one) => ({ ...one, trashedTime: TIME })) },
  'snapshot.search': { search: 'web' },
  'snapshot.browse': { path: '' },
  'datastore.inspectPath': { path: '/mnt/new' },
  'datastore.create': { type: 'local', name: 'new', path: '/mnt/new' },
  'datastore.adopt': { type: 'local', name: 'new', path: '/mnt/new' },
  'datastore.updateJob': { kind: 'gc', schedule: 'daily' },
  'datastore.createJob': { kind: 'prune', job: 'web' },
  'datastore.removeJob': { kind: 'prune', job: 'web' },
  'datastore.prunePlan': { keep: {} },
  'datastore.prune': { keep: {} },
  'drill.get': { id: TASK },
  'audit.get': { id: 1 },
  'schedule.explain': { text: 'daily' },
  'settings.update': { siteName: 'Other' },
  'task.get': { id: TASK },
  'task.log': { id: TASK },
  'task.retry': { id: TASK },
  'task.cancel': { id: TASK },
};

let database: DatabaseHandle;
const api = new TestApi();

beforeAll(async () => {
  database = await createDatabase();
  const { db } = database;
  for (const username of [OWNER, POWERLESS]) {
    await insertUser(db, { username, passwordHash: null });
    await putToken(db, `${username}!ci`, username, '');
  }
  await insertUser(db, { username: ADMIN, passwordHash: await hashPassword(FIELDS.password) });
  await db.insert(acl).values({ path: '/', principal: ADMIN, role: 'Administrator', createdBy: OWNER });
  const datastoreId = randomUUID();
  await db.insert(datastore).values({
    ...{ id: datastoreId, name: STORE, kind: 'local', identity: randomUUID(), createdBy: OWNER },
    config: { kind: 'local', path: '/mnt/main', mount: null },
    ...{ syncLevel: 'filesystem', phase: 'ready' },
  });
  const group = { datastoreId, namespace: '' as NamespacePath, type: 'host' as const };
  const place = { ...group, backupId: 'web-1' as BackupId };
  await db.insert(namespace).values({ datastoreId, path: group.namespace }).onConflictDoNothing();
  await db.insert(namespace).values({ datastoreId, path: 'going' as NamespacePath });
  await db.insert(backupGroup).values({ ...place, owner: OWNER });
  const trashed = { trashedAt: new Date(TIME * 1000), trashedBy: OWNER, reason: 'forget' } as const;
  await db.insert(trashedSnapshot).values({ ...place, ...trashed, time: new Date((TIME + 1) * 1000) });
  const facts = { finished: true, files: [], sizeBytes: 1, protected: false };
  await db.insert(snapshot).values({ ...place, ...facts, time: new Date(TIME * 1000) });
  await db
    .insert(task)
    .values({ id: TASK, kind: 'datastore.rescan', subject: STORE, createdBy: OWNER, payload: {} });
  await api.start(database.url);
});

afterAll(async () => {
  await api.stop();
  await dropDatabase(database);
});

const PATHS = Object.keys(appRouter._def.procedures);
const isMutation = (path: string) =>
  (appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)[path]?._def.type ===
  'mutation';

/** Rows of the audit log about such an attempt. */
async function audited(path: string, principal: string, outcome: 'done' | 'refused'): Promise<number> {
  const such = and(eq(audit.action, path), eq(audit.principal, principal), eq(audit.outcome, outcome));
  return database.db.$count(audit, such);
}

/** The code of the refusal, `nothing` for an answer that holds nothing, `something` for any other. */
async function ask(principal: string | null, path: string, more: object = {}): Promise<string> {
  let procedure: unknown = api.as(principal);
  for (const name of path.split('.')) procedure = (procedure as Record<string, unknown>)[name];
  try {
    const answer = await (procedure as (input: unknown) => Promise<unknown>)({
      ...FIELDS,
      ...OTHERWISE[path],
      ...more,
    });
    return isEmpty(answer) ? 'nothing' : 'something';
  } catch (error) {
    return error instanceof TRPCError ? error.code : String(error);
  }
}

/** An empty list, also as a page with nothing on it. */
function isEmpty(answer: unknown): boolean {
  if (Array.isArray(answer)) return answer.length === 0;
  if (answer === null || typeof answer !== 'object') return false;
  const values = Object.values(answer);
  const isNothing = (value: unknown) => value === null || value === 0 || value === false || isEmpty(value);
  return values.some(Array.isArray) && values.every(isNothing);
}

test.each(PATHS.filter((path) => !(path in FOR_NOBODY)))('%s is not for nobody', async (path) => {
  expect(await ask(null, path)).toBe('UNAUTHORIZED');
  expect(await audited(path, 'nobody', 'refused')).toBe(isMutation(path) ? 1 : 0);
});

test.each(PATHS.filter((path) => !(path in FOR_EVERYBODY)))('%s is not for the powerless', async (path) => {
  const answer = await ask(TOKEN, path);
  expect(['FORBIDDEN', 'NOT_FOUND', 'nothing']).toContain(answer);
  const isNoted = answer === 'FORBIDDEN' || (answer === 'NOT_FOUND' && isMutation(path));
  expect(await audited(path, TOKEN, 'refused')).toBe(isNoted ? 1 : 0);
});

test('what is for everybody is there', () => {
  expect(Object.keys(FOR_EVERYBODY).filter((path) => !PATHS.includes(path))).toEqual([]);
});

/** Where what is there decides whether it can be done. */
const WHEN_DONE: Record<string, object> = {
  'user.create': { user: 'new@ibs' },
  'user.remove': { user: 'new@ibs' },
  'token.revoke': { id: `${ADMIN}!second` },
  'trash.restore': { items: snapshots.map((one) => ({ ...one, time: TIME + 1, trashedTime: TIME })) },
  'datastore.verify': { time: undefined },
  'datastore.adopt': { name: 'adopted', path: '/mnt/adopted' },
};

/** What changes nothing, or cannot be done here, and why; there is no row of it, or it is tested elsewhere. */
const UNAUDITED: Record<string, string> = {
  'datastore.inspectPath': 'only looks',
  'drill.room': 'only looks',
  'task.retry': 'the task that it starts leaves the row',
  'drill.run': 'the task that it starts leaves the row',
  'backup.prepare': 'only looks, and says how a client would do it',
  'setup.createAdministrator': 'there is one already; server/console-api.integration.test.ts',
  'session.changePassword': 'needs a session of its own; server/password-again.integration.test.ts',
};

test.each(PATHS.filter((path) => isMutation(path) && !(path in UNAUDITED)))(
  '%s leaves a row',
  async (path) => {
    await ask(ADMIN, path, WHEN_DONE[path]);
    expect(await audited(path, ADMIN, 'done')).toBeGreaterThan(0);
  },
);

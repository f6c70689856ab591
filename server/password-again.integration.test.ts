import { randomBytes } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { session, signInFailure, user } from '#drizzle/schema/auth.ts';
import { audit } from '#drizzle/schema/system.ts';
import { insertUser, putToken } from '#drizzle/users.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';
import { makeRuntime, type Runtime } from './runtime.ts';
import { signIn } from './services/session/sign-in.ts';
import { requestContext } from './trpc/context.ts';
import type { ProcedureMeta } from './trpc/init.ts';
import { appRouter, createCaller } from './trpc/root.ts';

/** Sessions as a browser has them: by a cookie, with a clock that is put forward. */

const ADMIN = 'admin@ibs' as UserId;
const PASSWORD = 'long enough words';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let database: DatabaseHandle;
let runtime: Runtime;
let token: string;
let laterMs = 0;
const stopping = new AbortController();

beforeAll(async () => {
  database = await createDatabase();
  const config = { databaseUrl: database.url, dataDirectory: '/nonexistent', secret: randomBytes(32) };
  runtime = await makeRuntime({
    config: { ...config, gatewayPort: 8007, publicUrl: null },
    clock: { now: () => Date.now() + laterMs, monotonic: () => performance.now() },
    stopping: stopping.signal,
    onError: () => {},
  });
  const { db } = database;
  await insertUser(db, { username: ADMIN, passwordHash: await hashPassword(PASSWORD) });
  token = await putToken(db, `${ADMIN}!robot`, ADMIN, '');
  for (const principal of [ADMIN, `${ADMIN}!robot`]) {
    await db
      .insert(acl)
      .values({ path: '/', principal: principal as PrincipalId, role: 'Administrator', createdBy: ADMIN });
  }
});

afterAll(async () => {
  stopping.abort();
  await runtime.hub.close();
  await runtime.queue.stop({ timeoutMs: 1000 });
  await runtime.database.close();
  await dropDatabase(database);
});

beforeEach(async () => {
  laterMs = 0;
  await database.db.delete(signInFailure);
});

async function asking(headers: Record<string, string> = {}) {
  const request = new Request('http://localhost/api/trpc', { headers });
  return requestContext(runtime, request, '192.0.2.1');
}

/** What a browser would send after signing in. */
async function openSession(): Promise<Record<string, string>> {
  const answer = await signIn(await asking(), { user: ADMIN, password: PASSWORD }, new Headers());
  return {
    cookie: answer
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; '),
  };
}

async function call<Result>(
  headers: Record<string, string>,
  ask: (api: ReturnType<typeof createCaller>) => Promise<Result>,
) {
  return ask(createCaller(await asking(headers)));
}

async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const cause = error instanceof TRPCError ? error.cause : error;
  return cause instanceof BackupError ? cause.code : String(cause);
}

const snapshots = [{ namespace: '', type: 'host' as const, id: 'web-1', time: 1_700_000_000 }];
const forget = (dryRun: boolean) => (api: ReturnType<typeof createCaller>) =>
  api.snapshot.forget({ datastore: 'none', snapshots, dryRun } as never);

test('what cannot be taken back, and what hands out rights, is declared to want the password', () => {
  const wanting = Object.entries(appRouter._def.procedures).filter(
    ([, each]) => (each as unknown as { _def: { meta?: ProcedureMeta } })._def.meta?.wantsPassword,
  );
  expect(wanting.map(([path]) => path).sort()).toEqual([
    'acl.grant',
    'datastore.adopt',
    'datastore.createJob',
    'datastore.prune',
    'datastore.remove',
    'datastore.update',
    'datastore.updateJob',
    'namespace.remove',
    'role.create',
    'role.update',
    'snapshot.forget',
    'token.create',
    'trash.empty',
    'user.create',
    'user.remove',
    'user.update',
    'userGroup.remove',
    'userGroup.update',
  ]);
});

test('a session that has just begun is not asked; ten minutes later it is, and a token never', async () => {
  const headers = await openSession();
  const remove = (api: ReturnType<typeof createCaller>) =>
    api.datastore.remove({ name: 'none', destroyData: true } as never);
  expect(await refusal(call(headers, remove))).toBe('DATASTORE_NOT_FOUND');
  laterMs = 9 * MINUTE_MS;
  expect(await refusal(call(headers, remove))).toBe('DATASTORE_NOT_FOUND');
  laterMs = 11 * MINUTE_MS;
  expect(await refusal(call(headers, remove))).toBe('PASSWORD_NEEDED');
  const bearer = { authorization: `Bearer ${ADMIN}!robot:${token}` };
  expect(await refusal(call(bearer, remove))).toBe('DATASTORE_NOT_FOUND');
});

test('the right password lets the same session go on, a wrong one does not', async () => {
  const headers = await openSession();
  laterMs = 20 * MINUTE_MS;
  const create = () =>
    call(headers, (api) => api.user.create({ user: 'eve@ibs', password: PASSWORD } as never));
  expect(await refusal(create())).toBe('PASSWORD_NEEDED');
  const prove = (password: string) => call(headers, (api) => api.session.provePassword({ password }));
  expect(await refusal(prove('something else'))).toBe('AUTH_FAILED');
  expect(await refusal(create())).toBe('PASSWORD_NEEDED');
  await prove(PASSWORD);
  await create();
  expect(await database.db.select().from(user).where(eq(user.username, 'eve@ibs'))).toHaveLength(1);
  laterMs += 11 * MINUTE_MS;
  const removed = call(headers, (api) => api.user.remove({ user: 'eve@ibs' } as never));
  expect(await refusal(removed)).toBe('PASSWORD_NEEDED');
});

test('another session of the same user stays unproven', async () => {
  const [one, other] = [await openSession(), await openSession()];
  laterMs = 20 * MINUTE_MS;
  await call(one, (api) => api.session.provePassword({ password: PASSWORD }));
  expect(await refusal(call(one, forget(false)))).toBe('DATASTORE_NOT_FOUND');
  expect(await refusal(call(other, forget(false)))).toBe('PASSWORD_NEEDED');
});

test('looking at what would go, and a change of a user without a password, want none', async () => {
  const headers = await openSession();
  laterMs = 20 * MINUTE_MS;
  expect(await refusal(call(headers, forget(true)))).not.toBe('PASSWORD_NEEDED');
  const update = (change: object) =>
    call(headers, (api) => api.user.update({ user: ADMIN, ...change } as never));
  await update({ comment: 'first' });
  expect(await refusal(update({ password: 'another long sentence' }))).toBe('PASSWORD_NEEDED');
});

test('guessing the password of an open session is throttled like signing in', async () => {
  const headers = await openSession();
  const prove = (password: string) =>
    refusal(call(headers, (api) => api.session.provePassword({ password })));
  const codes = [];
  for (let count = 0; count < 11; count += 1) codes.push(await prove(`wrong ${count}`));
  expect(codes).toEqual([...Array(10).fill('AUTH_FAILED'), 'AUTH_THROTTLED']);
  expect(await prove(PASSWORD)).toBe('AUTH_THROTTLED');
  const refused = and(eq(audit.action, 'session.provePassword'), eq(audit.outcome, 'refused'));
  const rows = await database.db.select({ code: audit.code }).from(audit).where(refused);
  expect(rows.map(({ code }) => code)).toEqual(expect.arrayContaining(['AUTH_FAILED', 'AUTH_THROTTLED']));
});

test('a token has no password to prove', async () => {
  const bearer = { authorization: `Bearer ${ADMIN}!robot:${token}` };
  const proven = call(bearer, (api) => api.session.provePassword({ password: PASSWORD }));
  expect(await refusal(proven)).toBe('PRIVILEGE_MISSING');
});

test('a session that is renewed every day ends after a week', async () => {
  const headers = await openSession();
  const renewed = { expiresAt: new Date(Date.now() + 30 * DAY_MS) };
  await database.db.update(session).set(renewed);
  laterMs = 6.9 * DAY_MS;
  expect((await call(headers, (api) => api.session.me())).principal).toBe(ADMIN);
  laterMs = 7.1 * DAY_MS;
  expect(await refusal(call(headers, (api) => api.session.me()))).toBe('AUTH_REQUIRED');
});

import { randomBytes, randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RoleName } from '#domain/permissions.ts';
import type { UserId } from '#domain/principal.ts';
import { announce } from '#drizzle/changes.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken, user } from '#drizzle/schema/auth.ts';
import { task } from '#drizzle/schema/task.ts';
import { insertUser, putToken } from '#drizzle/users.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';
import { makeRuntime, type Runtime } from './runtime.ts';
import type { Event } from './services/events/subscribe-events.ts';
import { changePassword } from './services/session/change-password.ts';
import { signIn } from './services/session/sign-in.ts';
import { signOut } from './services/session/sign-out.ts';
import { requestContext } from './trpc/context.ts';
import { createCaller } from './trpc/root.ts';

/** The stream of events: what of it one sees, and that it ends with the right to look. */

const PASSWORD = 'long enough words';

let database: DatabaseHandle;
let runtime: Runtime;
const stopping = new AbortController();

beforeAll(async () => {
  database = await createDatabase();
  const config = { databaseUrl: database.url, dataDirectory: '/nonexistent', secret: randomBytes(32) };
  runtime = await makeRuntime({
    config: { ...config, gatewayPort: 8007, publicUrl: null },
    clock: { now: Date.now, monotonic: () => performance.now() },
    stopping: stopping.signal,
    onError: () => {},
  });
});

afterAll(async () => {
  stopping.abort();
  await runtime.hub.close();
  await runtime.queue.stop({ timeoutMs: 1000 });
  await runtime.database.close();
  await dropDatabase(database);
});

async function addUser(name: string, role?: RoleName): Promise<UserId> {
  const username = `${name}@ibs` as UserId;
  await insertUser(database.db, { username, passwordHash: await hashPassword(PASSWORD) });
  if (role !== undefined)
    await database.db.insert(acl).values({ path: '/', principal: username, role, createdBy: username });
  return username;
}

async function bearer(username: UserId, role?: RoleName): Promise<Headers> {
  const id = `${username}!main` as const;
  const secret = await putToken(database.db, id, username, '');
  if (role !== undefined)
    await database.db.insert(acl).values({ path: '/', principal: id as never, role, createdBy: username });
  return new Headers({ authorization: `Bearer ${id}:${secret}` });
}

async function cookieOf(username: UserId): Promise<Headers> {
  const context = await contextOf(new Headers());
  const headers = await signIn(context, { user: username, password: PASSWORD }, new Headers());
  return new Headers({
    cookie: headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  });
}

function contextOf(headers: Headers) {
  return requestContext(runtime, new Request('http://localhost/', { headers }), 'test');
}

/** The stream of one caller: what has come so far, and how it ended. */
async function watch(headers: Headers) {
  const api = createCaller(await contextOf(headers));
  const seen: string[] = [];
  const { id } = await api.events.latest();
  const stream = await api.events.stream({ lastEventId: id });
  const ended = (async () => {
    for await (const item of stream) {
      const { topic, ref } = (item as unknown as { 1: Event })[1];
      seen.push(`${topic} ${ref}`);
    }
    return 'ended';
  })().catch((error: { code?: string }) => error.code);
  return { seen, ended };
}

async function addTask(createdBy: string): Promise<string> {
  const id = randomUUID();
  const row = { id, kind: 'datastore.rescan' as const, subject: 'x', createdBy, payload: {} };
  await database.db.insert(task).values(row);
  await announce(database.db, 'task', id);
  return id;
}

test('tells nothing of what the caller may not read, and always of the caller itself', async () => {
  const admin = await watch(await cookieOf(await addUser('reader', 'Administrator')));
  const powerless = await addUser('powerless');
  const nobody = await watch(await bearer(powerless));
  await announce(database.db, 'access', 'admin@ibs!secretname-7');
  await announce(database.db, 'settings', 'siteName');
  await announce(database.db, 'datastore', randomUUID());
  const theirs = await addTask('admin@ibs');
  const own = await addTask(`${powerless}!main`);
  await announce(database.db, 'access', `${powerless}!main`);
  await expect.poll(() => nobody.seen).toEqual([`task ${own}`, `access ${powerless}!main`]);
  await expect
    .poll(() => admin.seen)
    .toEqual(
      expect.arrayContaining(['access admin@ibs!secretname-7', 'settings siteName', `task ${theirs}`]),
    );
});

test('follows a change of rights', async () => {
  const username = await addUser('promoted');
  const stream = await watch(await cookieOf(username));
  await announce(database.db, 'settings', 'before');
  await announce(database.db, 'access', username);
  await expect.poll(() => stream.seen).toEqual([`access ${username}`]);
  await database.db
    .insert(acl)
    .values({ path: '/', principal: username, role: 'Administrator', createdBy: username });
  await announce(database.db, 'access', username);
  await announce(database.db, 'settings', 'after');
  const mine = `access ${username}`;
  await expect.poll(() => stream.seen).toEqual([mine, mine, 'settings after']);
});

test('ends when the token is revoked or the user disabled', async () => {
  const revoked = await addUser('revoked');
  const stream = await watch(await bearer(revoked));
  await database.db.delete(apiToken).where(eq(apiToken.id, `${revoked}!main`));
  await announce(database.db, 'access', `${revoked}!main`);
  expect(await stream.ended).toBe('UNAUTHORIZED');
  const disabled = await addUser('disabled');
  const streams = [await watch(await bearer(disabled)), await watch(await cookieOf(disabled))];
  await database.db.update(user).set({ enabled: false }).where(eq(user.username, disabled));
  await announce(database.db, 'access', disabled);
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED']);
});

test('ends when its session ends: by signing out, or by another password in another session', async () => {
  const username = await addUser('leaving');
  const [here, there, kept] = [await cookieOf(username), await cookieOf(username), await cookieOf(username)];
  const [first, second, third] = [await watch(here), await watch(there), await watch(kept)];
  await signOut(await contextOf(here), here);
  expect(await first.ended).toBe('UNAUTHORIZED');
  await changePassword(await contextOf(kept), { current: PASSWORD, next: 'other long words' });
  expect(await second.ended).toBe('UNAUTHORIZED');
  expect(await Promise.race([third.ended, new Promise((done) => setTimeout(done, 300, 'open'))])).toBe(
    'open',
  );
});

import { randomBytes, randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BackupError } from '#domain/errors.ts';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import type { RoleName } from '#domain/permissions.ts';
import type { PrincipalId, UserId } from '#domain/principal.ts';
import { announce } from '#drizzle/changes.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { audit } from '#drizzle/schema/system.ts';
import { insertUser } from '#drizzle/users.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';
import { makeRuntime, type Runtime } from './runtime.ts';
import type { ServiceContext } from './services/context.ts';
import { signIn } from './services/session/sign-in.ts';
import { errorResponse } from './trpc/error-response.ts';
import { createCaller } from './trpc/root.ts';

/** What the pages of the console ask, on real records: who may, what is filtered, what is counted. */

const NOW = Date.UTC(2026, 5, 1);
const STORE = 'main' as DatastoreName;
const ALICE = 'alice@ibs' as UserId;
const BOB = 'bob@ibs' as UserId;

let database: DatabaseHandle;
let runtime: Runtime;
const stopping = new AbortController();

beforeAll(async () => {
  database = await createDatabase();
  runtime = await makeRuntime({
    config: {
      databaseUrl: database.url,
      dataDirectory: '/nonexistent',
      secret: randomBytes(32),
      gatewayPort: 8007,
      publicUrl: null,
    },
    clock: { now: () => NOW, monotonic: () => performance.now() },
    stopping: stopping.signal,
    onError: () => {},
  });
  await addUser(ALICE, 'Administrator', '/');
  await addUser(BOB, 'Datastore.Backup', `/datastore/${STORE}/production`);
  await addContent();
});

afterAll(async () => {
  stopping.abort();
  await runtime.hub.close();
  await runtime.queue.stop({ timeoutMs: 1000 });
  await runtime.database.close();
  await dropDatabase(database);
});

async function addUser(user: UserId, role: RoleName, path: `/${string}`) {
  await insertUser(database.db, { username: user, passwordHash: await hashPassword('long enough words') });
  await database.db.insert(acl).values({ path, principal: user, role, createdBy: ALICE });
}

async function addContent() {
  const datastoreId = randomUUID();
  const { db } = database;
  await db.insert(datastore).values({
    id: datastoreId,
    name: STORE,
    kind: 'local',
    config: { kind: 'local', path: '/mnt/main', mount: null },
    syncLevel: 'filesystem',
    identity: randomUUID(),
    phase: 'ready',
    createdBy: ALICE,
  });
  const add = async (place: string, type: 'host' | 'vm', id: string, owner: string, days: number[]) => {
    const group = { datastoreId, namespace: place as NamespacePath, type, backupId: id as BackupId };
    await db.insert(namespace).values({ datastoreId, path: group.namespace }).onConflictDoNothing();
    await db.insert(backupGroup).values({ ...group, owner });
    for (const ago of days) {
      const time = new Date(Math.floor(Date.now() / 1000) * 1000 - ago * 86_400_000);
      const facts = { finished: true, files: [], sizeBytes: 1000, protected: ago > 30 };
      await db.insert(snapshot).values({ ...group, ...facts, time });
    }
  };
  await add('', 'host', 'web-1', ALICE, [1, 40]);
  await add('production', 'vm', '100', `${BOB}!ci`, [2]);
}

function callerOf(principal: string | null) {
  const caller =
    principal === null
      ? null
      : {
          principal: principal as PrincipalId,
          via: 'session' as const,
          sessionId: null,
          provenAt: new Date(NOW),
        };
  const context: ServiceContext = {
    runtime,
    db: runtime.db,
    queue: runtime.queue,
    hub: runtime.hub,
    clock: runtime.clock,
    caller,
    callerNow: async () => caller,
    source: 'test',
    requestId: 'test',
    signal: stopping.signal,
    cache: {},
  };
  return { api: createCaller(context), context };
}

describe('signing in', () => {
  test('opens a session for the right password only', async () => {
    const { context } = callerOf(null);
    const headers = await signIn(context, { user: 'alice', password: 'long enough words' }, new Headers());
    expect(headers.getSetCookie().join()).toContain('ibs.session_token=');
    await expect(
      signIn(context, { user: ALICE, password: 'something else' }, new Headers()),
    ).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  });

  test('is counted before the password is looked at: guessing at once gets no more tries', async () => {
    const { context } = callerOf(null);
    const attempt = (password: string) =>
      signIn({ ...context, source: 'guesser' }, { user: 'guessed@ibs', password }, new Headers()).catch(
        (error: unknown) => (error instanceof BackupError ? error.code : 'INTERNAL'),
      );
    const codes = await Promise.all(Array.from({ length: 40 }, (_, at) => attempt(`wrong ${at}`)));
    expect(codes.filter((code) => code === 'AUTH_FAILED')).toHaveLength(10);
    expect(codes.filter((code) => code === 'AUTH_THROTTLED')).toHaveLength(30);
    // Each wrong one is on record; who goes on after that is told once.
    const rows = await context.db.select().from(audit).where(eq(audit.principal, 'guessed@ibs'));
    const noted = rows.map(({ outcome, code, source }) => `${outcome} ${code} ${source}`);
    expect(noted.filter((text) => text === 'refused AUTH_FAILED guesser')).toHaveLength(10);
    expect(noted.filter((text) => text === 'refused AUTH_THROTTLED guesser')).toHaveLength(1);
  });

  test('with the right password is not held for guessing, however many do so at once', async () => {
    const { context } = callerOf(null);
    const input = { user: 'alice', password: 'long enough words' };
    const signedIn = await Promise.all(
      Array.from({ length: 15 }, () => signIn(context, input, new Headers())),
    );
    expect(signedIn).toHaveLength(15);
  });
});

test('the last administrator gets no end, and a token none that has passed', async () => {
  const { api } = callerOf(ALICE);
  const expiresAt = new Date(NOW + 86_400_000);
  await expect(api.user.update({ user: ALICE, expiresAt })).rejects.toThrow('Nobody could administer');
  await expect(api.token.create({ name: 'past', expiresAt: new Date(NOW) })).rejects.toThrow('in the future');
});

test('a refusal of a route has a name that the log has as well', async () => {
  const { requestId } = await errorResponse(new BackupError('AUTH_FAILED', 'No.')).json();
  expect(requestId).toMatch(/^[0-9a-f]{8}$/);
});

describe('what one may do', () => {
  test('is told with the entries that decide it', async () => {
    const me = await callerOf(BOB).api.session.me();
    expect(me.privileges).toEqual([]);
    expect(me.entries).toEqual([
      {
        path: `/datastore/${STORE}/production`,
        principal: BOB,
        role: 'Datastore.Backup',
        propagate: true,
        group: null,
        privileges: null,
      },
    ]);
  });

  test('what is missing is named, with the place', async () => {
    const refused = await callerOf(BOB)
      .api.settings.get()
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TRPCError);
    const cause = refused instanceof TRPCError ? refused.cause : null;
    expect(cause instanceof BackupError && cause.needs).toEqual({
      anyOf: ['Sys.Audit', 'Sys.Modify'],
      path: '/system',
    });
  });
});

describe('snapshots', () => {
  const idsOf = async (principal: string, filter: object) =>
    (await callerOf(principal).api.snapshot.list(filter)).snapshots.map(({ id, protected: kept }) => [
      id,
      kept,
    ]);

  test('are narrowed by owner, protection and age', async () => {
    expect(await idsOf(ALICE, {})).toEqual([
      ['web-1', false],
      ['100', false],
      ['web-1', true],
    ]);
    expect(await idsOf(ALICE, { owner: `${BOB}!ci` })).toEqual([['100', false]]);
    expect(await idsOf(ALICE, { protected: true })).toEqual([['web-1', true]]);
    expect(await idsOf(ALICE, { days: 7 })).toHaveLength(2);
  });

  test('of others stay unseen', async () => {
    expect(await idsOf(BOB, {})).toEqual([['100', false]]);
  });
});

test('groups come a page at a time, with how many there are', async () => {
  const { api } = callerOf(ALICE);
  const page = await api.snapshot.groupPage({ datastore: STORE, namespace: 'production', limit: 1 });
  expect(page.total).toBe(1);
  expect(page.groups).toMatchObject([{ type: 'vm', id: '100', snapshotCount: 1 }]);
  const none = await api.snapshot.groupPage({ datastore: STORE, namespace: 'production', search: 'web' });
  expect(none).toEqual({ groups: [], total: 0 });
  await expect(
    callerOf(BOB).api.snapshot.groupPage({ datastore: STORE, namespace: '' }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('who may see one namespace sees the datastore around it, and that namespace alone', async () => {
  const { api } = callerOf(BOB);
  expect((await api.datastore.list()).map(({ name }) => name)).toEqual([STORE]);
  expect((await api.datastore.get({ name: STORE })).name).toBe(STORE);
  expect((await api.namespace.list({ datastore: STORE })).map(({ path }) => path)).toEqual(['production']);
  await expect(api.snapshot.groups({ datastore: STORE, namespace: '' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('a datastore counts its groups and snapshots by type', async () => {
  const { types } = await callerOf(ALICE).api.datastore.get({ name: STORE });
  expect(types).toEqual([
    { type: 'host', groupCount: 1, snapshotCount: 2, logicalBytes: 2000 },
    { type: 'vm', groupCount: 1, snapshotCount: 1, logicalBytes: 1000 },
  ]);
});

test('the stream goes on behind the newest event that a page was made with', async () => {
  const { api } = callerOf(ALICE);
  const { id } = await api.events.latest();
  await announce(database.db, 'settings', 'siteName');
  for await (const event of await api.events.stream({ lastEventId: id })) {
    expect(event).toMatchObject({ 1: { topic: 'settings', ref: 'siteName' } });
    break;
  }
  await expect(callerOf(null).api.events.latest()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
});

describe('allowed roots', () => {
  test('of two who add at once, both are there, and what was there before', async () => {
    const { api } = callerOf(ALICE);
    const roots = Array.from({ length: 8 }, (_, number) => `/roots/${number}`);
    await Promise.all(roots.map((root) => callerOf(ALICE).api.settings.update({ allowedRootsAdd: [root] })));
    const { allowedRoots } = await api.settings.get();
    expect(allowedRoots.filter((root) => root.startsWith('/roots/')).sort()).toEqual(roots);
    expect(allowedRoots).toContain('/mnt');
    await api.settings.update({ allowedRootsAdd: ['/more'], allowedRootsRemove: roots });
    expect((await api.settings.get()).allowedRoots).toEqual([
      '/mnt',
      '/media',
      '/srv',
      '/backup',
      '/data',
      '/more',
    ]);
  });

  test('one stays', async () => {
    const { api } = callerOf(ALICE);
    const { allowedRoots } = await api.settings.get();
    await expect(api.settings.update({ allowedRootsRemove: allowedRoots })).rejects.toThrow(
      'There must be 1 to 64 allowed roots.',
    );
    await expect(api.settings.update({ allowedRootsAdd: ['relative'] })).rejects.toThrow(TRPCError);
    expect((await api.settings.get()).allowedRoots).toEqual(allowedRoots);
  });
});

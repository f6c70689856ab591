import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BackupError, type ErrorCode } from '#domain/errors.ts';
import type { AclPath, Privilege, RoleName } from '#domain/permissions.ts';
import type { UserId } from '#domain/principal.ts';
import type { DatabaseHandle } from '#drizzle/client.ts';
import { acl, role, userGroup } from '#drizzle/schema/acl.ts';
import { user } from '#drizzle/schema/auth.ts';
import { insertUser } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';

/** Groups of users, roles that were made here, and who may give what to whom. */

const [ADMIN, DEPUTY, BOB] = ['admin@ibs', 'deputy@ibs', 'bob@ibs'] as [UserId, UserId, UserId];
const STORE = '/datastore/main' as AclPath;
const PRODUCTION = '/datastore/main/production' as AclPath;
const TEAM = 'security-team@polystack';

let database: DatabaseHandle;
const api = new TestApi();
const admin = () => api.as(ADMIN);
const deputy = () => api.as(DEPUTY);

beforeAll(async () => {
  database = await createDatabase();
  await api.start(database.url);
});
afterAll(async () => {
  await api.stop();
  await dropDatabase(database);
});

/** An administrator, a deputy who keeps the grants of a datastore that she may read, and Bob. */
beforeEach(async () => {
  const { db } = database;
  for (const table of [acl, role, userGroup, user]) await db.delete(table);
  for (const username of [ADMIN, DEPUTY, BOB]) await insertUser(db, { username, passwordHash: null });
  const createdBy = ADMIN;
  await db.insert(acl).values({ path: '/', principal: ADMIN, role: 'Administrator', createdBy });
  await admin().role.create({ role: 'Keeper', privileges: ['Permissions.Modify'] });
  await grant(DEPUTY, 'Keeper', '/access');
  await grant(DEPUTY, 'Datastore.Reader', STORE);
});

const grant = (principal: string, roleName: string, path: string, by = ADMIN) =>
  api.as(by).acl.grant({ principal, role: roleName, path });
const revoke = (principal: string, roleName: string, path: string, by = ADMIN) =>
  api.as(by).acl.revoke({ principal, role: roleName, path });

async function refusal(asked: Promise<unknown>): Promise<ErrorCode | 'done'> {
  try {
    await asked;
    return 'done';
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    if (cause instanceof BackupError) return cause.code;
    throw error;
  }
}

const may = async (principal: string, privilege: Privilege, path: AclPath) =>
  (await admin().acl.explain({ principal, privilege, path })).answer;

describe('a group', () => {
  test('of a realm that signs in elsewhere is granted to, and its members may at once', async () => {
    expect(await refusal(grant(TEAM, 'DatastoreReader', PRODUCTION))).toBe('USER_NOT_FOUND');
    await admin().userGroup.create({ group: TEAM, members: [BOB] });
    await grant(TEAM, 'DatastoreReader', PRODUCTION);
    expect(await admin().acl.list({ path: PRODUCTION })).toContainEqual(
      expect.objectContaining({ principal: TEAM, kind: 'group', role: 'Datastore.Reader' }),
    );
    const answer = await may(BOB, 'Datastore.Read', PRODUCTION);
    expect(answer).toMatchObject({ allowed: true, because: [expect.stringContaining(TEAM)] });
    expect((await api.as(BOB).session.me()).entries).toMatchObject([{ principal: BOB, group: TEAM }]);
    await admin().userGroup.update({ group: TEAM, remove: [BOB] });
    expect(await may(BOB, 'Datastore.Read', PRODUCTION)).toMatchObject({ allowed: false });
  });

  test('has a name that no user has, and a realm that is there', async () => {
    expect(await refusal(admin().userGroup.create({ group: BOB }))).toBe('USER_EXISTS');
    expect(await refusal(admin().userGroup.create({ group: 'team@nowhere' }))).toBe('REALM_NOT_FOUND');
    expect(await refusal(admin().userGroup.create({ group: 'team@system' }))).toBe('REALM_NOT_FOUND');
    await admin().userGroup.create({ group: 'ops@ibs' });
    const namesake = { user: 'ops@ibs', password: 'long enough words' };
    expect(await refusal(admin().user.create(namesake))).toBe('USER_GROUP_EXISTS');
    expect(await refusal(grant('team@nowhere', 'Auditor', '/'))).toBe('REALM_NOT_FOUND');
  });

  test('goes with what is granted to it, and its members stay', async () => {
    await admin().userGroup.create({ group: TEAM, members: [BOB] });
    await grant(TEAM, 'Auditor', '/');
    const plan = { group: TEAM, members: [BOB], grants: [{ path: '/', role: 'Auditor' }] };
    expect(await admin().userGroup.remove({ group: TEAM, dryRun: true })).toEqual(plan);
    expect(await may(BOB, 'Sys.Audit', '/')).toMatchObject({ allowed: true });
    expect(await admin().userGroup.remove({ group: TEAM })).toEqual(plan);
    expect(await may(BOB, 'Sys.Audit', '/')).toMatchObject({ allowed: false });
  });
});

describe('a role of one’s own', () => {
  test('counts by what is in it now, and stays while it is granted', async () => {
    await admin().role.create({ role: 'Pruner', privileges: ['Datastore.Prune'] });
    await grant(BOB, 'Pruner', STORE);
    expect(await may(BOB, 'Datastore.Prune', PRODUCTION)).toMatchObject({ allowed: true });
    await admin().role.update({ role: 'Pruner', privileges: ['Datastore.Audit'] });
    expect(await may(BOB, 'Datastore.Prune', PRODUCTION)).toMatchObject({ allowed: false });
    expect(await refusal(admin().role.remove({ role: 'Pruner' }))).toBe('ROLE_IN_USE');
    await revoke(BOB, 'Pruner', STORE);
    await admin().role.remove({ role: 'Pruner' });
    expect(await refusal(grant(BOB, 'Pruner', STORE))).toBe('ROLE_NOT_FOUND');
  });

  test('is none of those that are built in, by whichever spelling', async () => {
    for (const name of ['Administrator', 'DatastoreAdmin', 'Audit']) {
      await expect(admin().role.create({ role: name, privileges: ['Sys.Audit'] })).rejects.toThrow(
        'built in',
      );
      await expect(admin().role.remove({ role: name })).rejects.toThrow('built in');
    }
  });
});

describe('nobody gives more than they hold', () => {
  const ways: [string, () => Promise<unknown>][] = [
    ['a grant', () => grant(BOB, 'Datastore.Admin', STORE, DEPUTY)],
    ['a grant to oneself', () => grant(DEPUTY, 'Administrator', '/', DEPUTY)],
    ['a grant higher up', () => grant(BOB, 'Datastore.Reader', '/datastore', DEPUTY)],
    [
      'a new user',
      () => deputy().user.create({ user: 'new@ibs', password: 'long enough words', role: 'Auditor' }),
    ],
    [
      'a token',
      () => deputy().token.create({ name: 'wide', grants: [{ namespace: '', role: 'Administrator' }] }),
    ],
    ['a member', () => deputy().userGroup.update({ group: 'admins@ibs', add: [BOB] })],
    ['oneself as a member', () => deputy().userGroup.update({ group: 'admins@ibs', add: [DEPUTY] })],
    ['what is in a role', () => deputy().role.update({ role: 'Keeper', privileges: ['Sys.Modify'] })],
    ['a new role', () => deputy().role.create({ role: 'Mighty', privileges: ['Sys.Modify'] })],
    [
      'the password of somebody who may more',
      () => deputy().user.update({ user: ADMIN, password: 'long enough words' }),
    ],
    ['letting somebody in who may more', () => deputy().user.update({ user: ADMIN, enabled: true })],
    ['taking a bar away', () => revoke('barred@ibs', 'NoAccess', STORE, DEPUTY)],
  ];

  test.each(ways)('by %s', async (_, way) => {
    await admin().userGroup.create({ group: 'admins@ibs' });
    await grant('admins@ibs', 'Administrator', '/');
    await insertUser(database.db, { username: 'barred@ibs' as UserId, passwordHash: null });
    await grant('barred@ibs', 'Administrator', '/');
    await grant('barred@ibs', 'NoAccess', STORE);
    expect(await refusal(way())).toBe('PRIVILEGE_NOT_HELD');
  });

  test('but what they hold, where they hold it; what is missing is named', async () => {
    await grant(BOB, 'Datastore.Reader', PRODUCTION, DEPUTY);
    await deputy().user.update({ user: BOB, password: 'long enough words' });
    await expect(grant(BOB, 'Datastore.PowerUser', STORE, DEPUTY)).rejects.toThrow(
      `You do not hold Datastore.Backup, Datastore.Prune on ${STORE}`,
    );
  });

  test('who may change the grants of a datastore needs nothing on /access for it', async () => {
    await grant(BOB, 'Keeper', STORE);
    await grant(BOB, 'Datastore.Audit', STORE);
    await grant(DEPUTY, 'Datastore.Audit', PRODUCTION, BOB);
    expect(await api.as(BOB).acl.list({ path: PRODUCTION })).not.toEqual([]);
    expect(await refusal(api.as(BOB).acl.list())).toBe('PRIVILEGE_MISSING');
    expect(await refusal(grant(DEPUTY, 'Datastore.Audit', '/datastore/other', BOB))).toBe(
      'PRIVILEGE_MISSING',
    );
  });
});

describe('the last one who may do everything stays', () => {
  const everything = 'Everything' as RoleName;
  const ways: [string, () => Promise<unknown>][] = [
    [
      'takes itself out of the group',
      () => admin().userGroup.update({ group: 'admins@ibs', remove: [ADMIN] }),
    ],
    ['removes the group', () => admin().userGroup.remove({ group: 'admins@ibs' })],
    ['takes the role from the group', () => revoke('admins@ibs', everything, '/')],
    ['makes the role less', () => admin().role.update({ role: everything, privileges: ['Sys.Audit'] })],
    ['bars itself', () => grant(ADMIN, 'NoAccess', '/')],
    ['bars itself from the grants', () => grant(ADMIN, 'NoAccess', '/access')],
    ['has less of its own where the group has all', () => grant(ADMIN, 'Auditor', '/')],
    ['is disabled', () => admin().user.update({ user: ADMIN, enabled: false })],
    ['gets an end', () => admin().user.update({ user: ADMIN, expiresAt: new Date(Date.now() + 86_400_000) })],
    ['is removed', () => admin().user.remove({ user: ADMIN })],
  ];

  test.each(ways)('when it %s', async (_, way) => {
    const privileges = [...(await admin().session.me()).privileges];
    await admin().role.create({ role: everything, privileges });
    await admin().userGroup.create({ group: 'admins@ibs', members: [ADMIN] });
    await grant('admins@ibs', everything, '/');
    await revoke(ADMIN, 'Administrator', '/');
    expect(await refusal(way())).toBe('LAST_ADMINISTRATOR');
  });

  test('also when two take it from each other at once', async () => {
    await grant(BOB, 'Administrator', '/');
    const both = [revoke(BOB, 'Administrator', '/', ADMIN), revoke(ADMIN, 'Administrator', '/', BOB)];
    expect((await Promise.all(both.map(refusal))).sort()).toEqual(['LAST_ADMINISTRATOR', 'done']);
  });
});

test('one asks about oneself; about others those who keep the grants', async () => {
  const asked = { principal: BOB, path: STORE, privilege: 'Datastore.Read' as const };
  expect((await api.as(BOB).acl.explain(asked)).answer?.allowed).toBe(false);
  expect(await refusal(api.as(BOB).acl.explain({ ...asked, principal: ADMIN }))).toBe('PRIVILEGE_MISSING');
  await database.db.update(user).set({ enabled: false });
  await database.db.update(user).set({ enabled: true }).where(eq(user.username, DEPUTY));
  const { answer, active } = await deputy().acl.explain({ ...asked, principal: ADMIN });
  expect({ active, answer }).toMatchObject({ active: false, answer: { allowed: false } });
});

import { randomUUID } from 'node:crypto';
import { TRPCError } from '@trpc/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';
import type { BackupId, DatastoreName, NamespacePath } from '#domain/ids.ts';
import {
  type AclEntry,
  type AclPath,
  holdsBelow,
  PRIVILEGES,
  type Privilege,
  privilegesOn,
  ROLE_NAMES,
  type RoleName,
} from '#domain/permissions.ts';
import { type GroupId, isToken, owns, type PrincipalId, type UserId, userOf } from '#domain/principal.ts';
import type { Database, DatabaseHandle } from '#drizzle/client.ts';
import { acl, userGroup, userGroupMember } from '#drizzle/schema/acl.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { task } from '#drizzle/schema/task.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { insertUser, putToken } from '#drizzle/users.ts';
import { TestApi } from '#testing/test-api.ts';
import { createDatabase, dropDatabase } from '#testing/test-database.ts';
import { appRouter } from './trpc/root.ts';

/**
 * Every procedure of the API, called by everybody: what comes of it is what the table says. A procedure that is not in the
 * table fails. Each call happens in a transaction that is taken back, so that none changes what the next one meets.
 */

const STORE = '/datastore/main';
const PRODUCTION: AclPath = `${STORE}/production`;
const VISIBLE = ['Datastore.Audit', 'Datastore.Read', 'Datastore.Backup', 'Datastore.Modify'] as const;
const KNOWING = PRIVILEGES.filter((privilege) => privilege.startsWith('Datastore.'));
const OWNER = 'owner@ibs' as UserId;
const TIME = 1_700_000_000;
const TASK = randomUUID();

/** What comes of a call. `hidden` is what would come of it if the thing was not there. */
type Outcome = 'allowed' | 'forbidden' | 'hidden';

interface Principal {
  name: string;
  id: PrincipalId;
  entries: AclEntry[];
}

/** What a procedure wants, as a question to the grants of whoever calls. */
type Rule = (who: Principal) => Outcome;

const holds = (who: Principal, path: AclPath, anyOf: readonly Privilege[]) => {
  const held = privilegesOn(who.entries, who.id, path);
  return anyOf.some((privilege) => held.has(privilege));
};
const below = (who: Principal, path: AclPath, anyOf: readonly Privilege[]) =>
  holdsBelow(who.entries, who.id, path, anyOf);

/** A place of which one knows nothing is not there. */
function refused(who: Principal, path: AclPath): Outcome {
  const isKnown =
    !path.startsWith('/datastore/') || (below(who, STORE, KNOWING) && below(who, path, KNOWING));
  return isKnown ? 'forbidden' : 'hidden';
}

const anyone: Rule = () => 'allowed';
const on =
  (path: AclPath, ...anyOf: Privilege[]): Rule =>
  (who) =>
    holds(who, path, anyOf) ? 'allowed' : refused(who, path);
const anywhereBelow =
  (path: AclPath, ...anyOf: readonly Privilege[]): Rule =>
  (who) =>
    below(who, path, anyOf) ? 'allowed' : refused(who, path);
/** `full` covers every group of the namespace, `partial` one's own: the group of all inputs is that of OWNER. */
const content =
  (full: Privilege[], partial: Privilege): Rule =>
  (who) => {
    if (holds(who, PRODUCTION, full)) return 'allowed';
    if (!holds(who, PRODUCTION, [partial])) return refused(who, PRODUCTION);
    if (owns(who.id, OWNER)) return 'allowed';
    return holds(who, PRODUCTION, ['Datastore.Audit', 'Datastore.Read', 'Datastore.Modify'])
      ? 'forbidden'
      : 'hidden';
  };
/** A namespace is seen by what is held on itself, not below it. */
const visible =
  (path: AclPath): Rule =>
  (who) =>
    holds(who, path, VISIBLE) ? 'allowed' : 'hidden';
const all =
  (...rules: Rule[]): Rule =>
  (who) =>
    rules.map((rule) => rule(who)).find((outcome) => outcome !== 'allowed') ?? 'allowed';
const either =
  (...rules: Rule[]): Rule =>
  (who) =>
    rules.some((rule) => rule(who) === 'allowed') ? 'allowed' : (rules[0]?.(who) ?? 'forbidden');
/** Of one that somebody else has started. */
const task_: Rule = (who) =>
  holds(who, '/system', ['Sys.Audit']) || holds(who, STORE, ['Datastore.Audit']) ? 'allowed' : 'hidden';

/** Without more than being the one that it is about. */
const owner: Rule = (who) => (who.id === OWNER ? 'allowed' : 'forbidden');
/** Not a token. */
const person: Rule = (who) => (isToken(who.id) ? 'forbidden' : 'allowed');
const access = on('/access', 'Permissions.Modify');
/** To whoever may not even see them, users and tokens of others are not there. */
const keeper: Rule = (who) =>
  readsAccess(who) === 'forbidden' && userOf(who.id) !== OWNER ? 'hidden' : access(who);
const readsAccess = on('/access', 'Permissions.Modify', 'Sys.Audit');
const readsAudit = on('/system', 'Audit.Read');
const sees = anywhereBelow(STORE, ...VISIBLE);
const modifies = on(STORE, 'Datastore.Modify');
const allocates = on(STORE, 'Datastore.Allocate');
const makes = on('/datastore', 'Datastore.Allocate');
const lists = content(['Datastore.Audit', 'Datastore.Read'], 'Datastore.Backup');
const holdsAny = on(PRODUCTION, 'Datastore.Audit', 'Datastore.Read', 'Datastore.Backup');
const removes = content(['Datastore.Modify'], 'Datastore.Prune');
const prunes = all(anywhereBelow(PRODUCTION, 'Datastore.Modify', 'Datastore.Prune'), removes);

/** Into the root namespace; whose the group is, the other side has told. */
const puts: Rule = (who) => {
  if (holds(who, STORE, ['Datastore.Modify'])) return 'allowed';
  if (!holds(who, STORE, ['Datastore.Backup'])) return refused(who, STORE);
  return owns(who.id, OWNER) ? 'allowed' : 'forbidden';
};

interface Line {
  rule: Rule;
  input?: unknown;
}

const NS = { namespace: 'production' };
const name = { name: 'main' };
const place = { datastore: 'main', ...NS };
const group = { type: 'host', id: 'web-1' };
const one = { ...place, ...group, time: TIME };
const ref = { ...NS, ...group, time: TIME };
const move = { source: { ...place, ...group }, destination: { datastore: 'main', namespace: '', ...group } };
const custom = { role: 'Tester', privileges: ['Datastore.Audit'] };
const grant = { principal: OWNER, role: 'NoAccess', path: '/datastore/other' };

/** Procedure → what it wants, and an input for which nothing else stands in its way. */
const TABLE: Record<string, Line> = {
  'session.me': { rule: anyone },
  'user.list': { rule: readsAccess },
  'user.create': { rule: access, input: { user: 'new@ibs', password: 'long enough words' } },
  'user.update': { rule: keeper, input: { user: OWNER, comment: 'x' } },
  'user.remove': { rule: keeper, input: { user: OWNER } },
  'token.list': { rule: anyone },
  'token.create': { rule: either(keeper, owner), input: { user: OWNER, name: 'second' } },
  'token.revoke': { rule: either(keeper, owner), input: { id: `${OWNER}!key` } },
  'acl.list': { rule: readsAccess },
  'acl.explain': { rule: either(readsAccess, owner), input: { principal: OWNER, path: '/' } },
  'acl.grant': { rule: either(access, on('/datastore/other', 'Permissions.Modify')), input: grant },
  'acl.revoke': { rule: either(access, on('/datastore/other', 'Permissions.Modify')), input: grant },
  'role.list': { rule: anyone },
  'role.create': { rule: access, input: custom },
  'role.update': { rule: access, input: custom },
  'role.remove': { rule: access, input: { role: custom.role } },
  'userGroup.list': { rule: readsAccess },
  'userGroup.create': { rule: access, input: { group: 'new@ibs' } },
  'userGroup.update': { rule: access, input: { group: 'team@polystack', comment: 'x' } },
  'userGroup.remove': { rule: access, input: { group: 'team@polystack', dryRun: true } },
  'realm.list': { rule: readsAccess },
  'datastore.list': { rule: anywhereBelow('/datastore', ...VISIBLE) },
  'datastore.get': { rule: sees, input: name },
  'datastore.inspectPath': { rule: makes, input: { path: '/mnt/new', purpose: 'create' } },
  'datastore.create': { rule: makes, input: { type: 'local', name: 'new', path: '/mnt/new' } },
  'datastore.adopt': { rule: makes, input: { type: 'local', name: 'new', path: '/mnt/new' } },
  'datastore.update': { rule: allocates, input: { ...name, comment: 'x' } },
  'datastore.jobs': { rule: sees, input: name },
  'datastore.days': { rule: sees, input: name },
  'datastore.updateJob': { rule: allocates, input: { ...name, kind: 'gc', schedule: 'daily' } },
  'datastore.createJob': { rule: allocates, input: { ...name, kind: 'prune', job: 'web' } },
  'datastore.removeJob': { rule: allocates, input: { ...name, kind: 'prune', job: 'web' } },
  'datastore.probe': { rule: on(STORE, 'Datastore.Audit', 'Datastore.Modify'), input: name },
  'datastore.accept': { rule: allocates, input: { ...name, reason: 'it is right again' } },
  'datastore.rescan': { rule: modifies, input: name },
  'datastore.audit': { rule: on(STORE, 'Datastore.Verify', 'Datastore.Modify'), input: name },
  'datastore.gc': { rule: modifies, input: name },
  'datastore.gcPreview': { rule: modifies, input: name },
  'datastore.topUse': { rule: sees, input: name },
  'datastore.verification': { rule: sees, input: name },
  'datastore.verify': {
    rule: on(PRODUCTION, 'Datastore.Verify', 'Datastore.Modify'),
    input: { ...name, ...NS },
  },
  'datastore.prunePlan': { rule: prunes, input: { ...name, ...NS, group, keep: {} } },
  'datastore.prune': { rule: prunes, input: { ...name, ...NS, group, keep: { last: 1 } } },
  'datastore.maintenance': { rule: allocates, input: { ...name, mode: 'offline' } },
  'datastore.remove': { rule: allocates, input: { ...name, destroyData: false } },
  'namespace.list': { rule: sees, input: { datastore: 'main' } },
  'namespace.get': { rule: all(sees, visible(PRODUCTION)), input: place },
  'namespace.create': {
    rule: all(sees, visible(PRODUCTION), on(PRODUCTION, 'Datastore.Modify')),
    input: { datastore: 'main', parent: 'production', name: 'inside' },
  },
  'namespace.planRemove': { rule: all(sees, visible(PRODUCTION), modifies), input: place },
  'namespace.remove': { rule: all(sees, visible(PRODUCTION), modifies), input: place },
  'namespace.planMove': {
    rule: all(sees, visible(PRODUCTION), modifies),
    input: { ...place, destination: 'renamed' },
  },
  'namespace.move': {
    rule: all(sees, visible(PRODUCTION), modifies),
    input: { ...place, destination: 'renamed' },
  },
  'snapshot.groups': { rule: holdsAny, input: place },
  'snapshot.groupPage': { rule: holdsAny, input: place },
  'snapshot.list': { rule: sees, input: { datastore: 'main' } },
  'snapshot.search': { rule: anywhereBelow('/datastore', ...VISIBLE), input: { search: 'web' } },
  'snapshot.get': { rule: lists, input: one },
  'snapshot.browse': {
    rule: content(['Datastore.Read'], 'Datastore.Backup'),
    input: { ...one, archive: 'root.pxar.didx', path: '' },
  },
  'snapshot.update': {
    rule: content(['Datastore.Modify'], 'Datastore.Backup'),
    input: { ...one, notes: 'x' },
  },
  'snapshot.planMove': { rule: all(removes, puts), input: move },
  'snapshot.move': { rule: all(removes, puts), input: move },
  'snapshot.forget': { rule: removes, input: { datastore: 'main', snapshots: [ref] } },
  'backup.prepare': {
    // It makes a token, for its user alone.
    rule: all(on(PRODUCTION, 'Datastore.Backup'), either(access, person)),
    input: { ...place, ...group, tokenName: 'tool' },
  },
  'drill.run': { rule: on(PRODUCTION, 'Datastore.Verify', 'Datastore.Modify'), input: { ...name, ...NS } },
  'drill.room': { rule: on(STORE, 'Datastore.Verify', 'Datastore.Modify'), input: name },
  'drill.list': { rule: sees, input: name },
  'drill.get': { rule: sees, input: { ...name, id: TASK } },
  'trash.list': { rule: sees, input: { datastore: 'main' } },
  'trash.restore': { rule: removes, input: { datastore: 'main', items: [{ ...ref, trashedTime: TIME }] } },
  'trash.empty': { rule: modifies, input: { datastore: 'main', dryRun: true } },
  'schedule.explain': { rule: anyone, input: { text: 'daily' } },
  'task.list': { rule: anyone, input: {} },
  'task.causes': { rule: anyone, input: {} },
  'task.get': { rule: task_, input: { id: TASK } },
  'task.log': { rule: task_, input: { id: TASK } },
  'task.retry': { rule: all(task_, modifies), input: { id: TASK } },
  'task.cancel': {
    rule: all(task_, either(modifies, on('/system', 'Sys.Modify'))),
    input: { id: TASK },
  },
  'audit.list': { rule: readsAudit, input: {} },
  'audit.get': { rule: readsAudit, input: { id: 1 } },
  'audit.status': { rule: readsAudit },
  'audit.choices': { rule: readsAudit },
  'audit.export': { rule: readsAudit, input: {} },
  'audit.verify': { rule: readsAudit, input: {} },
  'system.about': { rule: anyone },
  'system.overview': { rule: anyone },
  'settings.get': { rule: on('/system', 'Sys.Audit', 'Sys.Modify') },
  'settings.update': { rule: on('/system', 'Sys.Modify'), input: { siteName: 'Other' } },
  'events.latest': { rule: anyone },
};

/** Called by hand in tests of their own, and why they are not here. */
const ELSEWHERE: Record<string, string> = {
  'setup.status': 'for nobody; server/powerless.integration.test.ts',
  'setup.createAdministrator': 'for whoever has the setup token; server/console-api.integration.test.ts',
  'session.provePassword': 'about the session itself; server/password-again.integration.test.ts',
  'session.changePassword': 'about the session itself; server/password-again.integration.test.ts',
  'events.stream': 'does not end by itself; server/events.integration.test.ts',
};

const PLACES: AclPath[] = ['/', STORE, PRODUCTION, `${STORE}/staging`];
const TEAM = 'team@polystack' as GroupId;

/** Everybody who calls: each role at each place, and who has less or more than one entry says. */
function everybody(): Principal[] {
  const entry = (id: PrincipalId, role: RoleName, path: AclPath, more: Partial<AclEntry> = {}): AclEntry => ({
    ...{ principal: id, role, path, propagate: true, group: null },
    ...more,
  });
  const user = (key: string) => `${key}@ibs` as UserId;
  const roles = PLACES.flatMap((path, index) =>
    ROLE_NAMES.filter((role) => role !== 'NoAccess').map((role) => {
      const id = user(`${role}-${index}`.toLowerCase());
      return { name: `${role} on ${path}`, id, entries: [entry(id, role, path)] };
    }),
  );
  const alone = (
    key: string,
    about: string,
    grants: [RoleName, AclPath, Partial<AclEntry>?][],
  ): Principal => ({
    ...{ name: about, id: user(key) },
    entries: grants.map(([role, path, more]) => entry(user(key), role, path, more)),
  });
  const narrow = `${user('narrow')}!key` as PrincipalId;
  const wide = `${user('wide')}!key` as PrincipalId;
  return [
    ...roles,
    alone('nothing', 'nothing at all', []),
    alone('only', 'Administrator on / only', [['Administrator', '/', { propagate: false }]]),
    alone('barred', 'Administrator, barred from production', [
      ['Administrator', '/'],
      ['NoAccess', PRODUCTION],
    ]),
    alone('member', 'a member of a group that reads production', [
      ['Datastore.Reader', PRODUCTION, { group: TEAM }],
    ]),
    alone('owner', 'the owner of the group, who may back up', [['Datastore.PowerUser', PRODUCTION]]),
    {
      ...{ name: 'a token with less than its user', id: narrow },
      entries: [entry(user('narrow'), 'Administrator', '/'), entry(narrow, 'Datastore.Audit', PRODUCTION)],
    },
    {
      ...{ name: 'a token with more than its user', id: wide },
      entries: [entry(user('wide'), 'Datastore.Backup', PRODUCTION), entry(wide, 'Administrator', '/')],
    },
  ];
}

let database: DatabaseHandle;
const api = new TestApi();
const EVERYBODY = everybody();

beforeAll(async () => {
  database = await createDatabase();
  const { db } = database;
  await db.insert(userGroup).values({ id: TEAM, realmId: 'polystack', createdBy: OWNER });
  for (const { id, entries } of EVERYBODY) {
    const username = id.split('!')[0] as UserId;
    await insertUser(db, { username, passwordHash: null });
    if (id !== username || username === OWNER) await putToken(db, `${username}!key`, username, '');
    for (const { group: by, path, principal, role, propagate } of entries) {
      const grantee = (by ?? principal) as PrincipalId;
      await db.insert(acl).values({ path, role, propagate, principal: grantee, createdBy: OWNER });
      if (by) await db.insert(userGroupMember).values({ groupId: by, username });
    }
  }
  await insertContent(db);
  await api.start(database.url);
});

afterAll(async () => {
  await api.stop();
  await dropDatabase(database);
});

async function insertContent(db: Database): Promise<void> {
  const at = new Date(TIME * 1000);
  const ids = { main: randomUUID(), other: randomUUID() };
  for (const [key, id] of Object.entries(ids)) {
    await db.insert(datastore).values({
      ...{ id, name: key as DatastoreName, kind: 'local', identity: randomUUID(), createdBy: OWNER },
      config: { kind: 'local', path: `/mnt/${key}`, mount: null },
      ...{ syncLevel: 'filesystem', phase: 'ready' },
    });
    await db.insert(namespace).values({ datastoreId: id, path: '' as NamespacePath });
  }
  const datastoreId = ids.main;
  for (const path of ['production', 'staging'] as NamespacePath[]) {
    await db.insert(namespace).values({ datastoreId, path });
  }
  const where = { datastoreId, namespace: 'production' as NamespacePath };
  const group = { ...where, type: 'host' as const, backupId: 'web-1' as BackupId };
  await db.insert(backupGroup).values({ ...group, owner: OWNER });
  const facts = { finished: true, files: [], sizeBytes: 1, protected: false };
  await db.insert(snapshot).values({ ...group, ...facts, time: at });
  const trashed = { trashedAt: at, trashedBy: OWNER, reason: 'forget', owner: OWNER } as const;
  await db.insert(trashedSnapshot).values({ ...group, ...trashed, time: at });
  await db.insert(task).values({
    ...{ id: TASK, kind: 'datastore.rescan', subject: 'main', createdBy: 'somebody@ibs' },
    ...{ datastoreId, datastoreName: 'main', payload: { datastoreId } },
    ...{ state: 'failed', finishedAt: at },
  });
}

const HIDDEN = new Set(
  ['DATASTORE', 'NAMESPACE', 'GROUP', 'SNAPSHOT', 'TASK', 'USER', 'TOKEN'].map((what) => `${what}_NOT_FOUND`),
);
const FORBIDDEN = new Set(['PRIVILEGE_MISSING', 'PRIVILEGE_NOT_HELD', 'OWNER_MISMATCH']);

/** What waits for a worker has waited long enough at once. */
function hasty(): Clock {
  let waitedMs = 0;
  return { now: Date.now, monotonic: () => (waitedMs += 600_000) };
}

class TakenBack extends Error {}

/** What came of a call, which leaves nothing behind. */
async function outcomeOf(id: PrincipalId | null, path: string, input: unknown): Promise<Outcome | 'nobody'> {
  let outcome: Outcome | 'nobody' = 'allowed';
  try {
    await database.db.transaction(async (tx) => {
      // Services take a database; of a transaction they use nothing else.
      let procedure: unknown = api.as(id, { db: tx as unknown as Database, clock: hasty() });
      for (const part of path.split('.')) procedure = (procedure as Record<string, unknown>)[part];
      await (procedure as (input: unknown) => Promise<unknown>)(input).catch((error) => {
        outcome = readRefusal(error);
      });
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  return outcome;
}

function readRefusal(error: unknown): Outcome | 'nobody' {
  const cause = error instanceof TRPCError ? error.cause : null;
  const code = cause instanceof BackupError ? cause.code : '';
  if (code === 'AUTH_REQUIRED') return 'nobody';
  if (code === 'INPUT_INVALID' || code === '') throw error;
  return HIDDEN.has(code) ? 'hidden' : FORBIDDEN.has(code) ? 'forbidden' : 'allowed';
}

const PATHS = Object.keys(appRouter._def.procedures);

test('every procedure is in the table', () => {
  expect(PATHS.filter((path) => !(path in TABLE) && !(path in ELSEWHERE))).toEqual([]);
  expect([...Object.keys(TABLE), ...Object.keys(ELSEWHERE)].filter((path) => !PATHS.includes(path))).toEqual(
    [],
  );
});

describe('everybody meets what the table says', () => {
  test.each(Object.entries(TABLE))('%s', async (path, { rule, input }) => {
    expect(await outcomeOf(null, path, input)).toBe('nobody');
    const asked = rule === anyone ? EVERYBODY.filter(({ entries }) => entries.length === 0) : EVERYBODY;
    const met = await Promise.all(asked.map(({ id }) => outcomeOf(id, path, input)));
    const wrong = asked.flatMap((who, index) => {
      const expected = rule(who);
      return met[index] === expected ? [] : [`${who.name}: ${met[index]} instead of ${expected}`];
    });
    expect(wrong).toEqual([]);
  });
});

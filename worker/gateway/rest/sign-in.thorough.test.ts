import { eq, sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { datastorePath } from '#domain/permissions.ts';
import type { UserId } from '#domain/principal.ts';
import { announce } from '#drizzle/changes.ts';
import { deriveKey } from '#drizzle/derived-keys.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { apiToken, signInFailure, user } from '#drizzle/schema/auth.ts';
import { audit } from '#drizzle/schema/system.ts';
import { checkTicket, makeCsrfToken, makeTicket, ticketKeyOf } from '#drizzle/tickets.ts';
import { setPassword } from '#drizzle/users.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';
import { type HttpAnswer, request } from '#testing/wire/wire-connection.ts';
import { WireSession } from '#testing/wire/wire-session.ts';
import { readWorkerConfig } from '../../env.ts';

/** Who calls: tokens and tickets, and how guessing is slowed down (docs/formats/protocol.md). */

const DELAYS = { unauthorized: 150, forbidden: 80 };
const gateway = testGateway({ stores: ['one'], refusalDelayMs: DELAYS });
const START = 1_700_000_000;
const PASSWORD = 'correct horse battery';

afterEach(() => gateway.leaveSound());

interface Ticket {
  username: string;
  ticket: string;
  CSRFPreventionToken: string;
}

function signIn(username: string, password: string): Promise<HttpAnswer> {
  const body = new URLSearchParams({ username, password }).toString();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return request(gateway.port, 'POST', '/api2/json/access/ticket', { body, headers });
}

async function ticketOf(name: string): Promise<Ticket> {
  const { status, body } = await signIn(name, PASSWORD);
  expect(status).toBe(200);
  return JSON.parse(body).data;
}

/** A user with a password and one role on the datastore. */
async function makeUser(name: string): Promise<void> {
  const grants = [{ role: 'Datastore.Admin' as const, path: datastorePath('one') }];
  await gateway.principal(name, grants, await hashPassword(PASSWORD));
}

function withCookie(ticket: string, name = 'PBSAuthCookie'): Record<string, string> {
  return { Cookie: `other=1; ${name}=${encodeURIComponent(ticket)}` };
}

async function ask(headers: Record<string, string>, method = 'GET', path = '/version'): Promise<string> {
  const { status, body } = await request(gateway.port, method, `/api2/json${path}`, { headers });
  return `${status} ${status === 200 ? '' : body}`.trim();
}

const ANONYMOUS = '401 authentication failed';

test('whoever has not signed in cannot make the gateway hold more than a name and a password', async () => {
  const { body } = await signIn('some@ibs', 'x'.repeat(9000));
  expect(body).toMatch(/^request body too large/);
});

describe('a ticket', () => {
  test('is handed out for a password, in the shape that clients know', async () => {
    await makeUser('shape@ibs');
    const data = await ticketOf('shape@ibs');
    expect(data.username).toBe('shape@ibs');
    expect(data.ticket).toMatch(/^PBS:shape%40ibs:[0-9A-F]{8}::[A-Za-z0-9+/]+=*$/);
    expect(data.CSRFPreventionToken).toMatch(/^[0-9A-F]{8}:[A-Za-z0-9+/]+=*$/);
  });

  test('lets its user read, as a cookie of either name', async () => {
    await makeUser('cookie@ibs');
    const { ticket } = await ticketOf('cookie@ibs');
    expect(await ask(withCookie(ticket))).toBe('200');
    expect(await ask(withCookie(ticket, '__Host-PBSAuthCookie'))).toBe('200');
    expect(await ask({})).toBe(ANONYMOUS);
  });

  test('changes something only with its token against requests of other sites', async () => {
    await makeUser('csrf@ibs');
    await makeUser('csrf2@ibs');
    const { ticket, CSRFPreventionToken } = await ticketOf('csrf@ibs');
    const other = await ticketOf('csrf2@ibs');
    const create = (headers: Record<string, string>, name: string) =>
      ask({ ...withCookie(ticket), ...headers }, 'POST', `/admin/datastore/one/namespace?name=${name}`);
    expect(await create({}, 'n1')).toBe(ANONYMOUS);
    expect(await create({ CSRFPreventionToken: 'x:y' }, 'n1')).toBe(ANONYMOUS);
    expect(await create({ CSRFPreventionToken: other.CSRFPreventionToken }, 'n1')).toBe(ANONYMOUS);
    expect(gateway.entries('ns')).toBe(null);
    expect(await create({ CSRFPreventionToken }, 'n1')).toBe('200');
    expect(gateway.entries('ns')).toEqual(['n1']);
  });

  test('opens backups, whose owner is then the user', async () => {
    await makeUser('backup@ibs');
    const { ticket } = await ticketOf('backup@ibs');
    const headers = { Authorization: undefined, ...withCookie(ticket) };
    await gateway.backUp({ id: 'by-ticket', time: START, headers }, [randomPiece()]);
    const { data } = await gateway.store('GET', '/snapshots', { query: { 'backup-id': 'by-ticket' } });
    expect(data).toMatchObject([{ owner: 'backup@ibs' }]);
  });

  test('is renewed with the old one in place of the password, for the same user only', async () => {
    await makeUser('renew@ibs');
    await makeUser('other@ibs');
    const { ticket } = await ticketOf('renew@ibs');
    const renewed = await signIn('renew@ibs', ticket);
    expect(renewed.status).toBe(200);
    expect(await ask(withCookie(JSON.parse(renewed.body).data.ticket))).toBe('200');
    expect((await signIn('other@ibs', ticket)).body).toBe('permission check failed.');
  });

  test('is renewed for seven days from the password on, however often', async () => {
    await makeUser('week@ibs');
    const now = Math.floor(Date.now() / 1000);
    const user = 'week@ibs' as UserId;
    const key = await ticketKeyOf(gateway.db, deriveKey(gateway.secret, 'ticket'), user, now);
    if (key === null) throw new Error('there is no such user');
    const since = now - 7 * 86_400 + 60;
    const renewed = await signIn(user, makeTicket(key, { user, since }, now - 5));
    expect(renewed.status).toBe(200);
    expect(checkTicket(key, JSON.parse(renewed.body).data.ticket, now)).toEqual({ user, since });
    const over = makeTicket(key, { user, since: since - 120 }, now - 5);
    expect(await ask(withCookie(over))).toBe('200');
    expect((await signIn(user, over)).status).toBe(401);
    await gateway.db.delete(signInFailure);
  });

  test('is worth nothing when it is tampered with, old, from the future, or made with another key', async () => {
    await makeUser('tamper@ibs');
    await makeUser('admin2@ibs');
    const { ticket } = await ticketOf('tamper@ibs');
    const now = Math.floor(Date.now() / 1000);
    const [text = '', signature = ''] = ticket.split('::');
    const user = 'tamper@ibs' as UserId;
    const key = await ticketKeyOf(gateway.db, deriveKey(gateway.secret, 'ticket'), user, now);
    if (key === null) throw new Error('there is no such user');
    const worthless = [
      ticket.replace('tamper', 'admin2'),
      ticket.slice(0, -1),
      `${ticket}x`,
      `${text}::`,
      `${text}::${Buffer.from('x'.repeat(32)).toString('base64')}`,
      `PVE${ticket.slice(3)}`,
      `${text.replace(/[0-9A-F]{8}$/, 'FFFFFFFF')}::${signature}`,
      makeTicket(Buffer.alloc(32), { user, since: now }, now),
      makeTicket(deriveKey(gateway.secret, 'ticket'), { user, since: now }, now),
      makeTicket(key, { user, since: now }, now - 7201),
      makeTicket(key, { user, since: now }, now + 400),
      makeTicket(key, { user: 'nobody-at-all@ibs' as UserId, since: now }, now),
      '',
      '%',
      '::::',
    ];
    for (const each of worthless) expect(await ask(withCookie(each))).toBe(ANONYMOUS);
    expect(await ask({ Cookie: 'PBSAuthCookie=%ZZ' })).toBe(ANONYMOUS);
    expect((await signIn('tamper@ibs', makeTicket(key, { user, since: now }, now - 7201))).status).toBe(401);
    for (const age of [0, 7100, -250])
      expect(await ask(withCookie(makeTicket(key, { user, since: now }, now - age)))).toBe('200');
    const stale = {
      ...withCookie(makeTicket(key, { user, since: now }, now)),
      CSRFPreventionToken: makeCsrfToken(deriveKey(gateway.secret, 'csrf'), user, now - 7201),
    };
    expect(await ask(stale, 'POST', '/admin/datastore/one/namespace?name=n9')).toBe(ANONYMOUS);
  });

  test('ends with its user: disabled, expired or removed', async () => {
    await makeUser('ends@ibs');
    const { ticket } = await ticketOf('ends@ibs');
    const set = (changes: object) =>
      gateway.db.update(user).set(changes).where(eq(user.username, 'ends@ibs'));
    const refused = async () => {
      expect(await ask(withCookie(ticket))).toBe(ANONYMOUS);
      expect((await signIn('ends@ibs', ticket)).body).toBe('permission check failed.');
      expect((await signIn('ends@ibs', PASSWORD)).body).toBe('permission check failed.');
    };
    await set({ enabled: false });
    await refused();
    await set({ enabled: true, expiresAt: new Date(Date.now() - 1000) });
    await refused();
    await set({ expiresAt: null });
    expect(await ask(withCookie(ticket))).toBe('200');
    await gateway.db.delete(user).where(eq(user.username, 'ends@ibs'));
    await refused();
  });

  test('ends with the password that it was handed out for, and cannot be renewed then', async () => {
    await makeUser('changed@ibs');
    const { ticket } = await ticketOf('changed@ibs');
    const [row] = await gateway.db.select().from(user).where(eq(user.username, 'changed@ibs'));
    await setPassword(gateway.db, row?.id ?? '', await hashPassword(`${PASSWORD} 2`));
    expect(await ask(withCookie(ticket))).toBe(ANONYMOUS);
    expect((await signIn('changed@ibs', ticket)).body).toBe('permission check failed.');
    await gateway.db.delete(signInFailure);
  });

  test('leaves a line in the audit log, also when it is renewed', async () => {
    await makeUser('logged@ibs');
    const { ticket } = await ticketOf('logged@ibs');
    await signIn('logged@ibs', ticket);
    const rows = await gateway.db.select().from(audit).where(eq(audit.principal, 'logged@ibs'));
    const action = { action: 'session.signIn', outcome: 'done', source: '127.0.0.1' };
    expect(rows).toMatchObject([
      { ...action, detail: { by: 'ticket' } },
      { ...action, detail: { by: 'renewal' } },
    ]);
  });
});

describe('a password', () => {
  test('that is wrong, and a name that does not exist or cannot, are answered alike', async () => {
    await makeUser('alike@ibs');
    const tokenOnly = await gateway.principal('token-only@ibs', []);
    expect(tokenOnly).toContain('token-only@ibs!main:');
    const names = [
      'alike@ibs',
      'absent@ibs',
      'token-only@ibs',
      'no realm',
      'a\0b@ibs',
      `${'x'.repeat(300)}@ibs`,
    ];
    for (const name of names) {
      const { status, body } = await signIn(name, 'wrong');
      expect([name, status, body]).toEqual([name, 401, 'permission check failed.']);
    }
    expect((await signIn('alike@ibs', '')).status).toBe(401);
    await gateway.db.delete(signInFailure);
  });

  test('leaves a refused attempt in the audit log, without the password', async () => {
    await makeUser('audited@ibs');
    await signIn('audited@ibs', 'hunter2-hunter2');
    const rows = await gateway.db.select().from(audit).where(eq(audit.principal, 'audited@ibs'));
    expect(rows).toMatchObject([{ action: 'session.signIn', outcome: 'refused', source: '127.0.0.1' }]);
    expect(JSON.stringify(rows)).not.toContain('hunter2');
    await gateway.db.delete(signInFailure);
  });

  test('may be wrong ten times; then even the right one has to wait, while a ticket is still renewed', async () => {
    await makeUser('guessed@ibs');
    const { ticket } = await ticketOf('guessed@ibs');
    await Promise.all(Array.from({ length: 10 }, () => signIn('guessed@ibs', 'wrong')));
    const throttled = await signIn('guessed@ibs', PASSWORD);
    expect([throttled.status, throttled.body]).toEqual([
      401,
      expect.stringMatching(/^Too many failed attempts/),
    ]);
    expect((await signIn('guessed@ibs', ticket)).status).toBe(200);
    await gateway.db.update(signInFailure).set({ at: sql`now() - interval '1 hour'` });
    expect((await signIn('guessed@ibs', PASSWORD)).status).toBe(200);
  });

  test('that is right takes the failures before it back', async () => {
    await makeUser('clumsy@ibs');
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => signIn('clumsy@ibs', 'wrong')));
      expect((await signIn('clumsy@ibs', PASSWORD)).status).toBe(200);
    }
    await gateway.db.delete(signInFailure);
  });
});

describe('a token', () => {
  test('that is wrong in any way is nobody', async () => {
    const good = await gateway.with('token@ibs', 'Datastore.Audit');
    expect(await ask({ Authorization: `PBSAPIToken=${good}` })).toBe('200');
    for (const bad of [
      `PBSAPIToken=${good}x`,
      `PBSAPIToken=${good.slice(0, -1)}`,
      `PBSAPIToken=token@ibs!other:${good.split(':')[1]}`,
      'PBSAPIToken=token@ibs!main:',
      'PBSAPIToken=token@ibs!main',
      'PBSAPIToken=',
      'PBSAPIToken',
      `PBSAPIToken:${good}`,
      `Basic ${Buffer.from(good).toString('base64')}`,
      'PBSAPIToken=a%00b@ibs!main:x',
    ]) {
      expect(await ask({ Authorization: bad })).toBe(ANONYMOUS);
    }
  });

  test('is worth nothing any more at once when it is revoked, disabled or expired, or its user is', async () => {
    const change = async (name: string, run: () => Promise<unknown>) => {
      const credential = await gateway.with(name, 'Datastore.Audit');
      const headers = { Authorization: `PBSAPIToken=${credential}` };
      expect(await ask(headers)).toBe('200');
      await run();
      await announce(gateway.db, 'access', name);
      await expect.poll(() => ask(headers), { timeout: 2000, interval: 5 }).toBe(ANONYMOUS);
      expect(await ask(headers)).toBe(ANONYMOUS);
    };
    const past = new Date(Date.now() - 1000);
    const token = (name: string) => eq(apiToken.id, `${name}!main`);
    await change('gone1@ibs', () => gateway.db.delete(apiToken).where(token('gone1@ibs')));
    await change('gone2@ibs', () =>
      gateway.db.update(apiToken).set({ enabled: false }).where(token('gone2@ibs')),
    );
    await change('gone3@ibs', () =>
      gateway.db.update(apiToken).set({ expiresAt: past }).where(token('gone3@ibs')),
    );
    await change('gone4@ibs', () =>
      gateway.db.update(user).set({ enabled: false }).where(eq(user.username, 'gone4@ibs')),
    );
    await change('gone5@ibs', () =>
      gateway.db.update(user).set({ expiresAt: past }).where(eq(user.username, 'gone5@ibs')),
    );
  });

  test('that expires is not remembered beyond its end', async () => {
    const credential = await gateway.with('expiring@ibs', 'Datastore.Audit');
    const headers = { Authorization: `PBSAPIToken=${credential}` };
    await gateway.db
      .update(apiToken)
      .set({ expiresAt: sql`now() + interval '400 milliseconds'` })
      .where(eq(apiToken.id, 'expiring@ibs!main'));
    expect(await ask(headers)).toBe('200');
    await expect.poll(() => ask(headers), { timeout: 3000, interval: 50 }).toBe(ANONYMOUS);
  });

  test('is not asked for again inside of an upgraded connection', async () => {
    const credential = await gateway.with('inside@ibs', 'Datastore.Backup');
    const session = await gateway.backup({ id: 'inside', time: START, credential });
    await gateway.db.delete(apiToken).where(eq(apiToken.id, 'inside@ibs!main'));
    const headers: [string, string][] = [['authorization', 'PBSAPIToken=wrong@ibs!main:x']];
    expect((await session.call('GET', '/previous_backup_time', { headers })).status).toBe(200);
  });
});

describe('refusals are held back', () => {
  test('for three seconds and half a second, which no environment changes', () => {
    const environment = { DATABASE_URL: 'x', IBS_DATA_DIR: gateway.dataDirectory, NODE_ENV: 'test' as const };
    const config = readWorkerConfig({ ...environment, IBS_GATEWAY_PORT: '8007' });
    expect(config.gateway.refusalDelayMs).toEqual({ unauthorized: 3000, forbidden: 500 });
  });

  test('for as long as is set, in calls and upgrades, and hold nothing up meanwhile', async () => {
    const nobody = await gateway.principal('held@ibs', []);
    const timed = async (work: () => Promise<unknown>) => {
      const started = performance.now();
      await work();
      return performance.now() - started;
    };
    const wrong = { Authorization: 'PBSAPIToken=held@ibs!main:wrong' };
    const rest = (credential: string) =>
      gateway.rest('GET', '/admin/datastore/one/snapshots', { credential });
    expect(await timed(() => ask(wrong))).toBeGreaterThanOrEqual(DELAYS.unauthorized - 5);
    expect(await timed(() => rest(nobody))).toBeGreaterThanOrEqual(DELAYS.forbidden - 5);
    const upgrade = (credential: string) =>
      timed(async () => {
        expect(await gateway.upgrade('backup', { id: 'x', time: 1, credential })).not.toBeInstanceOf(
          WireSession,
        );
      });
    expect(await upgrade('held@ibs!main:wrong')).toBeGreaterThanOrEqual(DELAYS.unauthorized - 5);
    expect(await upgrade(nobody)).toBeGreaterThanOrEqual(DELAYS.forbidden - 5);
    // Those that wait take no room from those that may come in.
    const waiting = Array.from({ length: 100 }, () => upgrade('held@ibs!main:wrong'));
    const session = await gateway.backup({ id: 'in-between', time: START });
    expect((await session.call('GET', '/previous_backup_time')).status).toBe(200);
    await Promise.all(waiting);
  });
});

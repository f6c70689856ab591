import { desc, eq } from 'drizzle-orm';
import { afterEach, expect, test } from 'vitest';
import { datastorePath } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { announce } from '#drizzle/changes.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken, user } from '#drizzle/schema/auth.ts';
import { task } from '#drizzle/schema/task.ts';
import { setPassword } from '#drizzle/users.ts';
import { testGateway } from '#testing/test-gateway.ts';
import { randomPiece } from '#testing/wire/wire-blobs.ts';
import { request } from '#testing/wire/wire-connection.ts';
import type { WireSession } from '#testing/wire/wire-session.ts';

/** What is open ends when a new request for the same would be refused. */

const gateway = testGateway({ stores: ['one'] });
const START = 1_700_000_000;
const PASSWORD = 'correct horse battery';

afterEach(() => gateway.leaveSound());

async function open(name: string): Promise<WireSession> {
  const credential = await gateway.with(`${name}@ibs`, 'Datastore.Backup');
  return gateway.backup({ id: name, time: START, credential });
}

/** Waits for the end of the newest connection, and tells what its task says. */
async function outcome(session: WireSession): Promise<string | null | undefined> {
  await session.closed;
  await gateway.idle();
  const [row] = await gateway.db.select().from(task).orderBy(desc(task.createdAt)).limit(1);
  expect(row?.state).toBe('failed');
  return row?.outcome;
}

test('a backup ends when its token is revoked', async () => {
  const session = await open('revoked');
  await gateway.db.delete(apiToken).where(eq(apiToken.id, 'revoked@ibs!main'));
  await announce(gateway.db, 'access', 'revoked@ibs!main');
  expect(await outcome(session)).toContain('The right to go on was taken away: authentication failed');
});

test('a backup ends when its user is disabled, and that of another user goes on', async () => {
  const other = await open('other');
  const session = await open('disabled');
  await gateway.db.update(user).set({ enabled: false }).where(eq(user.username, 'disabled@ibs'));
  await announce(gateway.db, 'access', 'disabled@ibs');
  expect(await Promise.race([session.closed.then(() => 'ended'), other.closed.then(() => 'other')])).toBe(
    'ended',
  );
  expect((await other.call('GET', '/previous_backup_time')).status).toBe(200);
});

test('a backup ends when the right to it is taken away', async () => {
  const session = await open('ungranted');
  await gateway.db.delete(acl).where(eq(acl.principal, 'ungranted@ibs!main' as PrincipalId));
  await announce(gateway.db, 'access', 'ungranted@ibs!main');
  expect(await outcome(session)).toContain('missing Datastore.Backup');
});

test('a backup and a restore by ticket end with the password', async () => {
  const grants = [{ role: 'Datastore.Admin' as const, path: datastorePath('one') }];
  await gateway.principal('ticket@ibs', grants, await hashPassword(PASSWORD));
  const body = new URLSearchParams({ username: 'ticket@ibs', password: PASSWORD }).toString();
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const answer = await request(gateway.port, 'POST', '/api2/json/access/ticket', { body, headers: type });
  const { ticket } = JSON.parse(answer.body).data;
  const headers = { Authorization: undefined, Cookie: `PBSAuthCookie=${encodeURIComponent(ticket)}` };
  await gateway.backUp({ id: 'ticket', time: START, headers }, [randomPiece()]);
  const backup = await gateway.backup({ id: 'ticket', time: START + 10, headers });
  const reader = await gateway.reader({ id: 'ticket', time: START, headers });
  const [row] = await gateway.db.select().from(user).where(eq(user.username, 'ticket@ibs'));
  await setPassword(gateway.db, row?.id ?? '', await hashPassword(`${PASSWORD} 2`));
  await announce(gateway.db, 'access', 'ticket@ibs');
  await Promise.all([backup.closed, reader.closed]);
});

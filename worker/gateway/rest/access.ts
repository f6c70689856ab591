import type { IncomingMessage } from 'node:http';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { type AclPath, PRIVILEGES } from '#domain/permissions.ts';
import { parseUserId } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { deriveKey } from '#drizzle/derived-keys.ts';
import { NOBODY_HASH, verifyPassword } from '#drizzle/passwords.ts';
import { attemptSignIn } from '#drizzle/sign-in-throttle.ts';
import { isRenewable, makeCsrfToken, makeTicket, type Ticket, ticketKeyOf } from '#drizzle/tickets.ts';
import { passwordHashOf } from '#drizzle/users.ts';
import { readTicket } from '../authenticate.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { Parameters } from '../parameters.ts';
import type { RestCall } from './rest-call.ts';

/** The version that clients decide by which features to use; the shape `N.N` is part of the protocol. */
const PROTOCOL_VERSION = { version: '4.2', release: '3', repoid: '49424300' };

export async function version(): Promise<typeof PROTOCOL_VERSION> {
  return PROTOCOL_VERSION;
}

/** The same for every worker of the installation; says nothing about the secret that it comes from. */
export async function identity({ context }: RestCall): Promise<{ 'pbs-instance-id': string }> {
  return { 'pbs-instance-id': deriveKey(context.worker.config.secret, 'instance').toString('hex') };
}

/** Below any path that exists: what is held there is what propagates. */
const BELOW = '-';

/** Path → privilege → whether it propagates, for every path where something was granted to the caller. */
export async function permissions({ caller }: RestCall): Promise<Record<string, Record<string, boolean>>> {
  const paths: AclPath[] = caller.paths.includes('/') ? caller.paths : ['/', ...caller.paths];
  return Object.fromEntries(
    paths.sort().map((path) => {
      const below: AclPath = path === '/' ? `/${BELOW}` : `${path}/${BELOW}`;
      const held = PRIVILEGES.filter((privilege) => caller.holds(path, privilege));
      return [path, Object.fromEntries(held.map((privilege) => [privilege, caller.holds(below, privilege)]))];
    }),
  );
}

/**
 * Signs in with a password and hands out a ticket (docs/formats/protocol.md). The old ticket counts as a password, so that
 * clients can renew it, for seven days.
 */
export async function createTicket(
  context: GatewayContext,
  parameters: Parameters,
  request: IncomingMessage,
) {
  const name = parameters.text('username');
  const password = parameters.text('password');
  const now = Math.floor(context.worker.clock.now() / 1000);
  const proof = await signIn(context, name, password, now, request.socket.remoteAddress ?? '');
  const { user } = proof;
  const key = await ticketKeyOf(context.worker.db, context.keys.ticket, user, now);
  if (key === null) throw wrong();
  return {
    username: user,
    ticket: makeTicket(key, proof, now),
    CSRFPreventionToken: makeCsrfToken(context.keys.csrf, user, now),
  };
}

async function signIn(
  context: GatewayContext,
  name: string,
  password: string,
  now: number,
  address: string,
): Promise<Ticket> {
  const { db } = context.worker;
  const user = parseUserId(name);
  // What cannot be a name is not counted under it: it may be long, and the database cannot keep every text.
  const counted = user.ok ? user.value : '';
  const subject = counted || 'unknown';
  const entry = { principal: subject, source: address, action: 'session.signIn', subject };
  // A ticket cannot be guessed, so whoever guesses at the password does not stop its renewal.
  const old = password.startsWith('PBS:') && user.ok ? await readTicket(context, password, now) : null;
  if (user.ok && old?.user === user.value && isRenewable(old, now)) {
    await recordAudit(db, { ...entry, detail: { by: 'renewal' } });
    return old;
  }
  const right = await attemptSignIn(db, counted, address, async () => {
    const stored = user.ok ? await passwordHashOf(db, user.value) : null;
    return (await verifyPassword(password, stored ?? NOBODY_HASH)) && stored !== null;
  }).catch((error) => noteThrottled(context, entry, error));
  const outcome = right ? {} : ({ outcome: 'refused', code: 'AUTH_FAILED' } as const);
  await recordAudit(db, { ...entry, ...outcome, detail: { by: 'ticket' } });
  if (right && user.ok) return { user: user.value, since: now };
  throw wrong();
}

async function noteThrottled(
  context: GatewayContext,
  entry: { principal: string; source: string; action: string; subject: string },
  error: unknown,
): Promise<never> {
  if (isBackupError(error, 'AUTH_THROTTLED')) await context.refusals.note({ ...entry, code: error.code });
  throw error;
}

function wrong(): BackupError {
  return new BackupError('AUTH_FAILED', 'permission check failed.');
}

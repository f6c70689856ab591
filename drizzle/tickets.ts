import { createHmac, timingSafeEqual } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { parseUserId, type UserId } from '#domain/principal.ts';
import type { Executor } from './client.ts';
import { account, user } from './schema/auth.ts';

/**
 * Tickets: short-lived proof that a user has signed in, for the gateway (docs/formats/protocol.md). Their outer shape is
 * `PBS:user:TIME::signature`; clients pass them back as they are.
 */

const VALID_SECONDS = 7200;
/** A ticket from the near future is accepted: clocks differ. */
const EARLY_SECONDS = 300;

/**
 * The key of the tickets of one user: it depends on the password, so that a new password ends all tickets. Null for
 * an unknown, disabled or expired user. `now` in seconds since 1970, here as below.
 */
export async function ticketKeyOf(
  db: Executor,
  key: Uint8Array,
  username: UserId,
  now: number,
): Promise<Buffer | null> {
  const [row] = await db
    .select({ enabled: user.enabled, expiresAt: user.expiresAt, password: account.password })
    .from(user)
    .leftJoin(account, eq(account.userId, user.id))
    .where(eq(user.username, username));
  const active = row?.enabled === true && (row.expiresAt === null || row.expiresAt.getTime() > now * 1000);
  // Users without a password have tickets as well: the console asks the gateway with them.
  return active
    ? createHmac('sha256', key)
        .update(row.password ?? '')
        .digest()
    : null;
}

/** The user that a ticket names, which proves nothing yet. */
export function ticketUser(ticket: string): UserId | null {
  const encoded = ticket.split('::')[0]?.split(':')[1] ?? '';
  try {
    const named = parseUserId(decodeURIComponent(encoded));
    return named.ok ? named.value : null;
  } catch {
    return null;
  }
}

export function makeTicket(key: Uint8Array, user: UserId, now: number): string {
  const text = `PBS:${encodeURIComponent(user)}:${hexTime(now)}`;
  return `${text}::${sign(key, text)}`;
}

/** The user of a valid ticket, else null. */
export function checkTicket(key: Uint8Array, ticket: string, now: number): UserId | null {
  const [text = '', signature = ''] = ticket.split('::');
  const [prefix, encodedUser = '', time = ''] = text.split(':');
  const expected = Buffer.from(sign(key, text));
  const given = Buffer.from(signature);
  if (prefix !== 'PBS' || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const age = now - Number.parseInt(time, 16);
  if (Number.isNaN(age) || age > VALID_SECONDS || age < -EARLY_SECONDS) return null;
  const user = parseUserId(decodeURIComponent(encodedUser));
  return user.ok ? user.value : null;
}

/** Proof for changing requests that come with a cookie; clients only echo it. */
export function makeCsrfToken(key: Uint8Array, user: UserId, now: number): string {
  return `${hexTime(now)}:${sign(key, `${hexTime(now)}:${user}:`)}`;
}

export function checkCsrfToken(key: Uint8Array, user: UserId, token: string, now: number): boolean {
  const [time = '', signature = ''] = token.split(':');
  const expected = Buffer.from(sign(key, `${time}:${user}:`));
  const given = Buffer.from(signature);
  const age = now - Number.parseInt(time, 16);
  const fresh = age <= VALID_SECONDS && age >= -EARLY_SECONDS;
  return fresh && given.length === expected.length && timingSafeEqual(given, expected);
}

function hexTime(seconds: number): string {
  return Math.floor(seconds).toString(16).toUpperCase().padStart(8, '0');
}

function sign(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64');
}

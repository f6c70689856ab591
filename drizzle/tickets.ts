import { createHmac, timingSafeEqual } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { parseUserId, type UserId } from '#domain/principal.ts';
import type { Executor } from './client.ts';
import { account, user } from './schema/auth.ts';

/**
 * Tickets: short-lived proof that a user has signed in, for the gateway (docs/formats/protocol.md). Their outer shape is
 * `PBS:user:TIME::proof`; clients pass them back as they are. The proof is, in base64, when the password was given (four
 * bytes, seconds since 1970) and the signature over both.
 */

const VALID_SECONDS = 7200;
/** From then on a ticket is not made anew without the password, as a session of the console ends then. */
const RENEWABLE_SECONDS = 7 * 86_400;
const SINCE_BYTES = 4;
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

export interface Ticket {
  user: UserId;
  /** When the password was given that it goes back to. */
  since: number;
}

export function makeTicket(key: Uint8Array, { user, since }: Ticket, now: number): string {
  const text = `PBS:${encodeURIComponent(user)}:${hexTime(now)}`;
  return `${text}::${proofOf(key, text, since)}`;
}

function proofOf(key: Uint8Array, text: string, since: number): string {
  const when = Buffer.alloc(SINCE_BYTES);
  when.writeUInt32BE(since);
  const signature = createHmac('sha256', key).update(text).update(when).digest();
  return Buffer.concat([when, signature]).toString('base64');
}

/** What a valid ticket says, else null. */
export function checkTicket(key: Uint8Array, ticket: string, now: number): Ticket | null {
  const [text = '', proof = ''] = ticket.split('::');
  const [prefix, encodedUser = '', time = ''] = text.split(':');
  const given = Buffer.from(proof);
  const when = Buffer.from(proof, 'base64');
  if (when.length < SINCE_BYTES) return null;
  const since = when.readUInt32BE();
  const expected = Buffer.from(proofOf(key, text, since));
  if (prefix !== 'PBS' || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const age = now - Number.parseInt(time, 16);
  if (Number.isNaN(age) || age > VALID_SECONDS || age < -EARLY_SECONDS) return null;
  const user = parseUserId(decodeURIComponent(encodedUser));
  return user.ok ? { user: user.value, since } : null;
}

/** Whether a valid ticket still stands for the password, to get another one. */
export function isRenewable({ since }: Ticket, now: number): boolean {
  return now - since <= RENEWABLE_SECONDS;
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

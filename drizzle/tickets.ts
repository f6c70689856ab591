import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseUserId, type UserId } from '#domain/principal.ts';

/**
 * Tickets: short-lived proof that a user has signed in, for the gateway (docs/formats/protocol.md). Their outer shape is
 * `PBS:user:TIME::signature`; clients pass them back as they are.
 */

const VALID_SECONDS = 7200;
/** A ticket from the near future is accepted: clocks differ. */
const EARLY_SECONDS = 300;

/** `now` in seconds since 1970. */
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

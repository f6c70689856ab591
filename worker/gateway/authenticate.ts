import type { IncomingHttpHeaders } from 'node:http';
import { BackupError } from '#domain/errors.ts';
import { type AclPath, holdsBelow, type Privilege, privilegesOn } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { entriesOf } from '#drizzle/permissions.ts';
import { wrongToken } from '#drizzle/refusals.ts';
import { checkCsrfToken, checkTicket, type Ticket, ticketKeyOf, ticketUser } from '#drizzle/tickets.ts';
import type { GatewayContext } from './gateway-context.ts';

/** Who calls, and what that principal may do. Rights are read anew for each request. */
export interface GatewayCaller {
  principal: PrincipalId;
  /** Places that something was granted on. */
  paths: AclPath[];
  holds(path: AclPath, ...anyOf: readonly Privilege[]): boolean;
  holdsBelow(path: AclPath, ...anyOf: readonly Privilege[]): boolean;
  /** The same caller by the rights of this moment; AUTH_FAILED when it is not let in any more. */
  again(): Promise<GatewayCaller>;
}

/** Every request is checked, upgrades too. AUTH_FAILED without a valid token or ticket. */
export async function authenticate(
  context: GatewayContext,
  headers: IncomingHttpHeaders,
  method: string,
  address: string,
): Promise<GatewayCaller> {
  // What goes on outlives its ticket, not the user and the password of it.
  const now = Math.floor(context.worker.clock.now() / 1000);
  return identified(
    context,
    async () => (await byToken(context, headers, address)) ?? (await byTicket(context, headers, method, now)),
  );
}

async function identified(
  context: GatewayContext,
  prove: () => Promise<PrincipalId | null>,
): Promise<GatewayCaller> {
  const principal = await prove();
  if (principal === null) throw new BackupError('AUTH_FAILED', 'authentication failed');
  const entries = await entriesOf(context.worker.db, principal);
  return {
    principal,
    paths: [...new Set(entries.map((entry) => entry.path))],
    holds: (path, ...anyOf) => {
      const held = privilegesOn(entries, principal, path);
      return anyOf.some((privilege) => held.has(privilege));
    },
    holdsBelow: (path, ...anyOf) => holdsBelow(entries, principal, path, anyOf),
    again: () => identified(context, prove),
  };
}

/** `PBSAPIToken=user@realm!name:secret`, with `=` or one space; our own `Bearer` works as well. */
async function byToken(context: GatewayContext, headers: IncomingHttpHeaders, address: string) {
  const credential = /^(?:PBSAPIToken[= ]|Bearer )(.+)$/.exec(headers.authorization ?? '')?.[1];
  if (credential === undefined) return null;
  const token = await context.tokens.check(credential, address);
  if (token === null) await context.refusals.note(wrongToken(credential, address));
  return token;
}

/** A cookie counts only with the proof that a script of the same origin sent it, if something may change. */
async function byTicket(context: GatewayContext, headers: IncomingHttpHeaders, method: string, now: number) {
  const ticket = cookieOf(headers.cookie ?? '');
  const user = ticket === null ? undefined : (await readTicket(context, ticket, now))?.user;
  if (user === undefined) return null;
  if (method === 'GET' || method === 'HEAD') return user;
  const proof = headers.csrfpreventiontoken;
  return typeof proof === 'string' && checkCsrfToken(context.keys.csrf, user, proof, now) ? user : null;
}

/** What a ticket says that is valid at that time, else null; whether its user may come in is decided by now. */
export async function readTicket(
  context: GatewayContext,
  ticket: string,
  at: number,
): Promise<Ticket | null> {
  const user = ticketUser(ticket);
  if (user === null) return null;
  const now = Math.floor(context.worker.clock.now() / 1000);
  const key = await ticketKeyOf(context.worker.db, context.keys.ticket, user, now);
  return key === null ? null : checkTicket(key, ticket, at);
}

function cookieOf(header: string): string | null {
  const value = /(?:^|;\s*)(?:__Host-)?PBSAuthCookie=([^;]+)/.exec(header)?.[1];
  try {
    return value === undefined ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}

export function requireHeldBelow(caller: GatewayCaller, path: AclPath, ...anyOf: readonly Privilege[]): void {
  if (!caller.holdsBelow(path, ...anyOf)) throw missing(path, anyOf);
}

export function requireHeld(caller: GatewayCaller, path: AclPath, ...anyOf: Privilege[]): void {
  if (!caller.holds(path, ...anyOf)) throw missing(path, anyOf);
}

function missing(path: AclPath, anyOf: readonly Privilege[]): BackupError {
  return new BackupError(
    'PRIVILEGE_MISSING',
    `permission check failed - missing ${anyOf.join('|')} on ${path}`,
  );
}

import type { IncomingHttpHeaders } from 'node:http';
import { BackupError } from '#domain/errors.ts';
import { type AclPath, holdsBelow, type Privilege, privilegesOn } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { entriesOf } from '#drizzle/permissions.ts';
import { checkCsrfToken, checkTicket } from '#drizzle/tickets.ts';
import { isUserActive } from '#drizzle/users.ts';
import type { GatewayContext } from './gateway-context.ts';

/** Who calls, and what that principal may do. Rights are read anew for each request. */
export interface GatewayCaller {
  principal: PrincipalId;
  /** Places that something was granted on. */
  paths: AclPath[];
  holds(path: AclPath, ...anyOf: readonly Privilege[]): boolean;
  holdsBelow(path: AclPath, ...anyOf: readonly Privilege[]): boolean;
}

/** Every request is checked, upgrades too. AUTH_FAILED without a valid token or ticket. */
export async function authenticate(
  context: GatewayContext,
  headers: IncomingHttpHeaders,
  method: string,
  address: string,
): Promise<GatewayCaller> {
  const principal = (await byToken(context, headers, address)) ?? (await byTicket(context, headers, method));
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
  };
}

/** `PBSAPIToken=user@realm!name:secret`, with `=` or one space; our own `Bearer` works as well. */
async function byToken(context: GatewayContext, headers: IncomingHttpHeaders, address: string) {
  const credential = /^(?:PBSAPIToken[= ]|Bearer )(.+)$/.exec(headers.authorization ?? '')?.[1];
  return credential ? context.tokens.check(credential, address) : null;
}

/** A cookie counts only with the proof that a script of the same origin sent it, if something may change. */
async function byTicket(context: GatewayContext, headers: IncomingHttpHeaders, method: string) {
  const ticket = cookieOf(headers.cookie ?? '');
  if (ticket === null) return null;
  const now = Math.floor(context.worker.clock.now() / 1000);
  const user = checkTicket(context.keys.ticket, ticket, now);
  if (user === null || !(await isUserActive(context.worker.db, user, new Date(now * 1000)))) return null;
  if (method === 'GET' || method === 'HEAD') return user;
  const proof = headers.csrfpreventiontoken;
  return typeof proof === 'string' && checkCsrfToken(context.keys.csrf, user, proof, now) ? user : null;
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

import { BackupError } from '#domain/errors.ts';
import {
  type AclEntry,
  type AclPath,
  datastorePath,
  holdsBelow,
  PRIVILEGES,
  type Privilege,
  placeOfPath,
  privilegesOn,
} from '#domain/permissions.ts';
import { type PrincipalId, userOf } from '#domain/principal.ts';
import { entriesOf } from '#drizzle/permissions.ts';
import { isUserActive } from '#drizzle/users.ts';
import type { ServiceContext } from '../services/context.ts';
import { datastoreMissing } from '../services/find-datastore.ts';
import { namespaceMissing } from '../services/find-namespace.ts';
import type { Caller } from './caller.ts';

/** The caller, or AUTH_REQUIRED. For what everybody who is signed in may do. */
export async function requireSession(context: ServiceContext): Promise<Caller> {
  const { caller } = context;
  if (!caller) {
    throw new BackupError('AUTH_REQUIRED', 'Sign in, or send a valid API token.', {
      hint: 'The session or token may have expired or been revoked.',
    });
  }
  // A session outlives a change of its user by nothing: it is asked for each request.
  const active = await isUserActive(context.db, userOf(caller.principal), new Date(context.clock.now()));
  if (!active) throw new BackupError('AUTH_REQUIRED', 'The user is disabled or has expired.');
  return caller;
}

/**
 * Every service starts with this. Passes when the caller holds any one of the privileges on the path; else
 * PRIVILEGE_MISSING, which names what is missing and where. A datastore or namespace of which the caller may see nothing
 * is not there: DATASTORE_NOT_FOUND, NAMESPACE_NOT_FOUND, whether it is or not.
 */
export async function requirePrivilege(
  context: ServiceContext,
  path: AclPath,
  ...anyOf: [Privilege, ...Privilege[]]
): Promise<Caller> {
  const caller = await requireSession(context);
  const entries = await aclOf(context);
  const held = privilegesOn(entries, caller.principal, path);
  if (anyOf.some((privilege) => held.has(privilege))) return caller;
  throw hidden(entries, caller.principal, path) ?? missing(anyOf, path);
}

/** The same for lists: passes when the privilege is held on the path or on anything below it. */
export async function requirePrivilegeBelow(
  context: ServiceContext,
  path: AclPath,
  ...anyOf: [Privilege, ...Privilege[]]
): Promise<Caller> {
  const caller = await requireSession(context);
  const entries = await aclOf(context);
  if (holdsBelow(entries, caller.principal, path, anyOf)) return caller;
  throw hidden(entries, caller.principal, path) ?? missing(anyOf, path);
}

/** Whether the caller holds a privilege; for filtering lists after the door was passed. */
export async function privilegeFilter(
  context: ServiceContext,
): Promise<(path: AclPath, privilege: Privilege) => boolean> {
  const { caller } = context;
  const entries = await aclOf(context);
  const known = new Map<AclPath, ReadonlySet<Privilege>>(); // a list has many rows and few places
  return (path, privilege) => {
    if (caller === null) return false;
    const held = known.get(path) ?? privilegesOn(entries, caller.principal, path);
    known.set(path, held);
    return held.has(privilege);
  };
}

/** Whether the caller holds any of the privileges on a path or anywhere below it: for lists of what has parts. */
export async function privilegeBelowFilter(
  context: ServiceContext,
): Promise<(path: AclPath, anyOf: readonly Privilege[]) => boolean> {
  const { caller } = context;
  const entries = await aclOf(context);
  return (path, anyOf) => caller !== null && holdsBelow(entries, caller.principal, path, anyOf);
}

/** Read once a request. */
export async function aclOf(context: ServiceContext): Promise<AclEntry[]> {
  if (!context.caller) return [];
  context.cache.acl ??= entriesOf(context.db, context.caller.principal);
  return context.cache.acl;
}

/** With any of these on it or below it one knows that a place is there. */
const KNOWING = PRIVILEGES.filter((privilege) => privilege.startsWith('Datastore.'));

/** Decided by grants alone, so that what is there and what is not take the same time. */
function hidden(entries: readonly AclEntry[], principal: PrincipalId, path: AclPath): BackupError | null {
  const place = placeOfPath(path);
  if (place === null) return null;
  const { datastore, namespace } = place;
  if (!holdsBelow(entries, principal, datastorePath(datastore), KNOWING)) return datastoreMissing(datastore);
  return holdsBelow(entries, principal, path, KNOWING) ? null : namespaceMissing(datastore, namespace);
}

function missing(anyOf: readonly Privilege[], path: AclPath): BackupError {
  return new BackupError('PRIVILEGE_MISSING', `You need ${anyOf.join(' or ')} on ${path}.`, {
    hint: 'Ask an administrator to grant a role that has it.',
    needs: { anyOf, path },
  });
}

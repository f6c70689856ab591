import { BackupError } from '#domain/errors.ts';
import { type AclEntry, type AclPath, type Privilege, privilegesOn } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { type Excess, excessOf } from '#domain/role.ts';
import type { Transaction } from '#drizzle/client.ts';
import { entriesOfMany } from '#drizzle/permissions.ts';
import type { ServiceContext } from '../services/context.ts';
import { aclOf, requireSession } from './require-privilege.ts';

/** Nobody gives what it does not hold itself: neither by a grant nor by what a change of groups, roles or users brings about. */

/** PRIVILEGE_NOT_HELD when the caller holds less than the grant would give, on its path or below. */
export async function requireHeldToGive(
  context: ServiceContext,
  grant: { path: AclPath; privileges: readonly Privilege[]; propagate: boolean },
): Promise<void> {
  const { principal } = await requireSession(context);
  const excess = excessOf({ entries: await aclOf(context), principal }, grant);
  if (excess) throw notHeld(excess);
}

/**
 * Called before a change with the principals that it concerns; what it returns is called after it, in the same
 * transaction, and throws PRIVILEGE_NOT_HELD when one of them got more than the caller holds at that place.
 */
export async function guardGains(
  context: ServiceContext,
  tx: Transaction,
  principals: readonly PrincipalId[],
): Promise<() => Promise<void>> {
  const before = await entriesOfMany(tx, principals);
  return async () => refuseGains(context, principals, before, await entriesOfMany(tx, principals));
}

/** The same for whoever takes over all that a principal may: by its password, or by letting it in again. */
export async function requireHeldAll(context: ServiceContext, tx: Transaction, principal: PrincipalId) {
  await refuseGains(context, [principal], [], await entriesOfMany(tx, [principal]));
}

async function refuseGains(
  context: ServiceContext,
  principals: readonly PrincipalId[],
  before: readonly AclEntry[],
  after: readonly AclEntry[],
): Promise<void> {
  const caller = await requireSession(context);
  const entries = await aclOf(context);
  for (const path of new Set([...before, ...after].map((entry) => entry.path))) {
    const held = privilegesOn(entries, caller.principal, path);
    for (const principal of principals) {
      const had = privilegesOn(before, principal, path);
      const gained = [...privilegesOn(after, principal, path)].filter((privilege) => !had.has(privilege));
      const privileges = gained.filter((privilege) => !held.has(privilege));
      if (privileges.length > 0) throw notHeld({ path, privileges });
    }
  }
}

function notHeld({ path, privileges }: Excess): BackupError {
  const names = privileges.join(', ');
  return new BackupError(
    'PRIVILEGE_NOT_HELD',
    `You do not hold ${names} on ${path}, so you cannot give it.`,
    {
      hint: 'Choose a role with less in it, or ask somebody who holds it.',
    },
  );
}

import { and, eq } from 'drizzle-orm';
import type { AclInput } from '#domain/account.ts';
import type { AclPath } from '#domain/permissions.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { guardGains, requireHeldToGive } from '../../auth/no-more-than-held.ts';
import { privilegeFilter, requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { guardAdministrators } from '../user/last-administrator.ts';
import { findGrantee, findPrivileges, principalsBehind } from './find-grantee.ts';

/**
 * Grants a role on a path; granting it again only changes whether it propagates. Wants Permissions.Modify on the path or
 * on `/access`, and everything that is in the role.
 */
export async function grantRole(context: ServiceContext, input: AclInput): Promise<void> {
  const caller = await requirePrivilege(context, await placeOf(context, input), 'Permissions.Modify');
  const entry = { path: input.path as AclPath, principal: input.principal, role: input.role };
  await context.db.transaction(async (tx) => {
    const keepOne = await guardAdministrators(tx);
    const privileges = await findPrivileges(tx, input.role);
    await requireHeldToGive(context, { path: entry.path, privileges, propagate: input.propagate });
    await findGrantee(tx, input.principal);
    const concerned = await principalsBehind(tx, input.principal);
    const noGains = await guardGains(context, tx, concerned);
    await tx
      .insert(acl)
      .values({ ...entry, propagate: input.propagate, createdBy: caller.principal })
      .onConflictDoUpdate({
        target: [acl.path, acl.principal, acl.role],
        set: { propagate: input.propagate },
      });
    await noGains();
    await keepOne();
    await recordAudit(tx, {
      ...actor(context),
      action: 'acl.grant',
      subject: input.principal,
      after: { path: input.path, role: input.role, propagate: input.propagate },
    });
    for (const principal of concerned) await announce(tx, 'access', principal);
  });
}

/** Takes a role away. Taking one away that is not there is no error: the wish is fulfilled; the answer says so. */
export async function revokeRole(context: ServiceContext, input: AclInput): Promise<{ wasGranted: boolean }> {
  await requirePrivilege(context, await placeOf(context, input), 'Permissions.Modify');
  return context.db.transaction(async (tx) => {
    const keepOne = await guardAdministrators(tx);
    const concerned = await principalsBehind(tx, input.principal);
    const noGains = await guardGains(context, tx, concerned);
    const same = and(
      eq(acl.path, input.path as AclPath),
      eq(acl.principal, input.principal),
      eq(acl.role, input.role),
    );
    const { rowCount } = await tx.delete(acl).where(same);
    if (!rowCount) return { wasGranted: false };
    await noGains(); // what comes from above counts again
    await keepOne();
    await recordAudit(tx, {
      ...actor(context),
      action: 'acl.revoke',
      subject: input.principal,
      before: { path: input.path, role: input.role },
    });
    for (const principal of concerned) await announce(tx, 'access', principal);
    return { wasGranted: true };
  });
}

/** Where the caller has to hold Permissions.Modify: the path itself, if it does there; else where all grants are kept. */
async function placeOf(context: ServiceContext, { path }: { path: string }): Promise<AclPath> {
  const holds = await privilegeFilter(context);
  return holds(path as AclPath, 'Permissions.Modify') ? (path as AclPath) : '/access';
}

import { and, eq } from 'drizzle-orm';
import type { AclInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import type { AclPath } from '#domain/permissions.ts';
import { isToken, type PrincipalId } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import type { Transaction } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken, user } from '#drizzle/schema/auth.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { guardAdministrators } from '../user/last-administrator.ts';

/** Grants a role on a path; granting it again only changes whether it propagates. */
export async function grantRole(context: ServiceContext, input: AclInput): Promise<void> {
  const caller = await requirePrivilege(context, '/access', 'Permissions.Modify');
  const entry = { path: input.path as AclPath, principal: input.principal, role: input.role };
  await context.db.transaction(async (tx) => {
    const keepOne = await guardAdministrators(tx);
    await needPrincipal(tx, input.principal);
    await tx
      .insert(acl)
      .values({ ...entry, propagate: input.propagate, createdBy: caller.principal })
      .onConflictDoUpdate({
        target: [acl.path, acl.principal, acl.role],
        set: { propagate: input.propagate },
      });
    await keepOne();
    await recordAudit(tx, {
      ...actor(context),
      action: 'acl.grant',
      subject: input.principal,
      after: { path: input.path, role: input.role, propagate: input.propagate },
    });
    await announce(tx, 'access', input.principal);
  });
}

/** Takes a role away. Taking one away that is not there is no error: the wish is fulfilled; the answer says so. */
export async function revokeRole(context: ServiceContext, input: AclInput): Promise<{ wasGranted: boolean }> {
  await requirePrivilege(context, '/access', 'Permissions.Modify');
  return context.db.transaction(async (tx) => {
    const keepOne = await guardAdministrators(tx);
    const same = and(
      eq(acl.path, input.path as AclPath),
      eq(acl.principal, input.principal),
      eq(acl.role, input.role),
    );
    const { rowCount } = await tx.delete(acl).where(same);
    if (!rowCount) return { wasGranted: false };
    await keepOne();
    await recordAudit(tx, {
      ...actor(context),
      action: 'acl.revoke',
      subject: input.principal,
      before: { path: input.path, role: input.role },
    });
    await announce(tx, 'access', input.principal);
    return { wasGranted: true };
  });
}

async function needPrincipal(tx: Transaction, principal: PrincipalId): Promise<void> {
  const found = isToken(principal)
    ? await tx.select({ id: apiToken.id }).from(apiToken).where(eq(apiToken.id, principal))
    : await tx.select({ id: user.id }).from(user).where(eq(user.username, principal));
  if (found.length > 0) return;
  const code = isToken(principal) ? 'TOKEN_NOT_FOUND' : 'USER_NOT_FOUND';
  throw new BackupError(code, `There is no ${principal}.`, { field: 'principal' });
}

import { eq } from 'drizzle-orm';
import { onlyKeys } from '#domain/audit-change.ts';
import type { CustomRole } from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { UpdateRoleInput } from '#domain/role.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import type { Transaction } from '#drizzle/client.ts';
import { acl, role } from '#drizzle/schema/acl.ts';
import { guardGains, requireHeldToGive } from '../../auth/no-more-than-held.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { principalsBehind, roleMissing } from '../acl/find-grantee.ts';
import { actor, type ServiceContext } from '../context.ts';
import { guardAdministrators } from '../user/last-administrator.ts';

/** Changes what is in a role, for everybody who has it and at once. */
export async function updateRole(context: ServiceContext, input: UpdateRoleInput): Promise<void> {
  await requirePrivilege(context, '/access', 'Permissions.Modify');
  const { role: name, privileges, comment } = input;
  await context.db.transaction(async (tx) => {
    const keepOne = await guardAdministrators(tx);
    const [row] = await tx.select().from(role).where(eq(role.name, name)).for('update');
    if (!row) throw roleMissing(name);
    const added = privileges?.filter((privilege) => !row.privileges.includes(privilege)) ?? [];
    await requireHeldToGive(context, { path: '/', privileges: added, propagate: false });
    const noGains = await guardGains(context, tx, await holdersOf(tx, name));
    const changes = {
      ...(privileges === undefined ? {} : { privileges }),
      ...(comment === undefined ? {} : { comment }),
    };
    if (Object.keys(changes).length === 0) return;
    await tx.update(role).set(changes).where(eq(role.name, name));
    await noGains();
    await keepOne();
    const before = onlyKeys({ privileges: row.privileges, comment: row.comment }, changes);
    const about = { ...actor(context), action: 'role.update', subject: name };
    await recordAudit(tx, { ...about, before, after: changes });
    await announce(tx, 'access', name);
  });
}

async function holdersOf(tx: Transaction, name: CustomRole): Promise<PrincipalId[]> {
  const rows = await tx.selectDistinct({ principal: acl.principal }).from(acl).where(eq(acl.role, name));
  const behind: PrincipalId[] = [];
  for (const { principal } of rows) behind.push(...(await principalsBehind(tx, principal)));
  return behind;
}

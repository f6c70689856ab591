import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { CustomRole } from '#domain/permissions.ts';
import { countOf } from '#domain/units.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { acl, role } from '#drizzle/schema/acl.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { roleMissing } from '../acl/find-grantee.ts';
import { actor, type ServiceContext } from '../context.ts';

/** Removes a role that nobody has; ROLE_IN_USE while it is granted somewhere. */
export async function removeRole(context: ServiceContext, input: { role: CustomRole }): Promise<void> {
  await requirePrivilege(context, '/access', 'Permissions.Modify');
  await context.db.transaction(async (tx) => {
    const [row] = await tx.select().from(role).where(eq(role.name, input.role)).for('update');
    if (!row) throw roleMissing(input.role);
    const uses = await tx.$count(acl, eq(acl.role, input.role));
    if (uses > 0) {
      throw new BackupError('ROLE_IN_USE', `${input.role} is in ${countOf(uses, 'grant')}.`, {
        field: 'role',
        hint: 'Revoke them first: ironcore-backup acl list',
      });
    }
    await tx.delete(role).where(eq(role.name, input.role));
    const before = { privileges: row.privileges, comment: row.comment };
    await recordAudit(tx, { ...actor(context), action: 'role.remove', subject: input.role, before });
    await announce(tx, 'access', input.role);
  });
}

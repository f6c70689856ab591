import { BackupError } from '#domain/errors.ts';
import type { CreateRoleInput } from '#domain/role.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { role } from '#drizzle/schema/acl.ts';
import { requireHeldToGive } from '../../auth/no-more-than-held.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';

/** Makes a role of privileges that the caller holds itself on everything. */
export async function createRole(context: ServiceContext, input: CreateRoleInput): Promise<void> {
  const caller = await requirePrivilege(context, '/access', 'Permissions.Modify');
  const { role: name, privileges, comment } = input;
  await requireHeldToGive(context, { path: '/', privileges, propagate: false });
  await context.db.transaction(async (tx) => {
    const made = await tx
      .insert(role)
      .values({ name, privileges, comment, createdBy: caller.principal })
      .onConflictDoNothing()
      .returning({ name: role.name });
    if (made.length === 0) {
      throw new BackupError('ROLE_EXISTS', `There is a role ${name} already.`, { field: 'role' });
    }
    const after = { privileges, comment };
    await recordAudit(tx, { ...actor(context), action: 'role.create', subject: name, after });
    await announce(tx, 'access', name);
  });
}

import { eq, like, or } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { UserId } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { user } from '#drizzle/schema/auth.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { guardAdministrators } from './last-administrator.ts';

/** Removes a user with its sessions, tokens and grants. Backups it owns stay. */
export async function removeUser(context: ServiceContext, input: { user: UserId }): Promise<void> {
  await requirePrivilege(context, '/access', 'Permissions.Modify');
  await context.db.transaction(async (tx) => {
    const keepOne = await guardAdministrators(tx);
    const [row] = await tx.select().from(user).where(eq(user.username, input.user)).for('update');
    if (!row || row.realmId === 'system')
      throw new BackupError('USER_NOT_FOUND', `There is no user ${input.user}.`);
    const tokens = `${input.user.replace(/[\\%_]/g, '\\$&')}!%`;
    await tx.delete(acl).where(or(eq(acl.principal, input.user), like(acl.principal, tokens)));
    await tx.delete(user).where(eq(user.id, row.id));
    await keepOne();
    await recordAudit(tx, { ...actor(context), action: 'user.remove', subject: input.user });
    await announce(tx, 'access', input.user);
  });
}

import { eq } from 'drizzle-orm';
import type { CreateUserInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import { type GroupId, realmOf } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { isUniqueViolation } from '#drizzle/client.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { acl, userGroup } from '#drizzle/schema/acl.ts';
import { realm } from '#drizzle/schema/auth.ts';
import { insertUser } from '#drizzle/users.ts';
import { requireHeldToGive } from '../../auth/no-more-than-held.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { findPrivileges } from '../acl/find-grantee.ts';
import { actor, type ServiceContext } from '../context.ts';

export async function createUser(context: ServiceContext, input: CreateUserInput): Promise<void> {
  const caller = await requirePrivilege(context, '/access', 'Permissions.Modify');
  const [found] = await context.db
    .select()
    .from(realm)
    .where(eq(realm.id, realmOf(input.user)));
  if (found?.kind !== 'internal') {
    throw new BackupError('REALM_NOT_FOUND', `There is no realm ${realmOf(input.user)} with passwords.`, {
      field: 'user',
      hint: 'Use the realm ibs, for example alice@ibs.',
    });
  }
  const passwordHash = await hashPassword(input.password);
  try {
    await context.db.transaction(async (tx) => {
      const taken = eq(userGroup.id, input.user as string as GroupId);
      if ((await tx.$count(userGroup, taken)) > 0) {
        throw new BackupError('USER_GROUP_EXISTS', `There is a user group ${input.user}.`, { field: 'user' });
      }
      await insertUser(tx, { username: input.user, passwordHash, comment: input.comment });
      if (input.role) {
        const privileges = await findPrivileges(tx, input.role);
        await requireHeldToGive(context, { path: '/', privileges, propagate: true });
        const createdBy = caller.principal;
        await tx.insert(acl).values({ path: '/', principal: input.user, role: input.role, createdBy });
      }
      const after = { comment: input.comment, role: input.role ?? null };
      await recordAudit(tx, { ...actor(context), action: 'user.create', subject: input.user, after });
      await announce(tx, 'access', input.user);
    });
  } catch (error) {
    // The made-up address is unique too, and whichever the database looks at first refuses.
    const taken = ['user_username_unique', 'user_email_unique'];
    if (!taken.some((constraint) => isUniqueViolation(error, constraint))) throw error;
    throw new BackupError('USER_EXISTS', `There is a user ${input.user} already.`, { field: 'user' });
  }
}

import { and, asc, eq, gt, like, or, TransactionRollbackError } from 'drizzle-orm';
import type { AclPath, RoleName } from '#domain/permissions.ts';
import type { UserId } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import type { Transaction } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken, session, user } from '#drizzle/schema/auth.ts';
import { requireKeeper } from '../../auth/require-keeper.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { guardAdministrators } from './last-administrator.ts';
import { userMissing } from './user-missing.ts';

/** What goes with a user. Backups that it owns stay. */
export interface UserRemoval {
  user: UserId;
  sessionCount: number;
  tokens: string[];
  /** Of the user and of its tokens. */
  grants: { principal: string; path: AclPath; role: RoleName }[];
}

/**
 * Removes a user with its sessions, tokens and grants. A dry run does all of it and takes it back, so that it is
 * refused where the removal would be.
 */
export async function removeUser(
  context: ServiceContext,
  input: { user: UserId; dryRun: boolean },
): Promise<UserRemoval> {
  await requireSession(context);
  await requireKeeper(context, input.user, userMissing(input.user));
  const found: { removal?: UserRemoval } = {};
  try {
    return await context.db.transaction(async (tx) => {
      found.removal = await remove(tx, input.user, new Date(context.clock.now()));
      if (input.dryRun) tx.rollback();
      const { user: _, ...before } = found.removal;
      await recordAudit(tx, { ...actor(context), action: 'user.remove', subject: input.user, before });
      await announce(tx, 'access', input.user);
      return found.removal;
    });
  } catch (error) {
    if (found.removal && error instanceof TransactionRollbackError) return found.removal;
    throw error;
  }
}

async function remove(tx: Transaction, name: UserId, now: Date): Promise<UserRemoval> {
  const keepOne = await guardAdministrators(tx);
  const [row] = await tx.select().from(user).where(eq(user.username, name)).for('update');
  if (!row || row.realmId === 'system') {
    throw userMissing(name);
  }
  const sessionCount = await tx.$count(session, and(eq(session.userId, row.id), gt(session.expiresAt, now)));
  const tokens = await tx
    .select({ id: apiToken.id })
    .from(apiToken)
    .where(eq(apiToken.userId, row.id))
    .orderBy(asc(apiToken.id));
  const ofTokens = `${name.replace(/[\\%_]/g, '\\$&')}!%`;
  const grants = await tx
    .delete(acl)
    .where(or(eq(acl.principal, name), like(acl.principal, ofTokens)))
    .returning({ principal: acl.principal, path: acl.path, role: acl.role });
  await tx.delete(user).where(eq(user.id, row.id));
  await keepOne();
  return { user: name, sessionCount, tokens: tokens.map(({ id }) => id), grants };
}

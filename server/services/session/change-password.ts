import { and, eq, ne } from 'drizzle-orm';
import type { ChangePasswordInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import { userOf } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { session, user } from '#drizzle/schema/auth.ts';
import { setPassword } from '#drizzle/users.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { isOwnPassword } from './prove-password.ts';

/** Sets one's own password; every other session of the user ends, and what is open in them. */
export async function changePassword(context: ServiceContext, input: ChangePasswordInput): Promise<void> {
  const caller = await requireSession(context);
  const username = userOf(caller.principal);
  const right = await isOwnPassword(context, input.current);
  if (!right) throw new BackupError('AUTH_FAILED', 'The current password is wrong.', { field: 'current' });
  const passwordHash = await hashPassword(input.next);
  await context.db.transaction(async (tx) => {
    const [row] = await tx.select({ id: user.id }).from(user).where(eq(user.username, username));
    if (!row) throw new BackupError('USER_NOT_FOUND', `There is no user ${username}.`);
    await setPassword(tx, row.id, passwordHash);
    await tx.delete(session).where(and(eq(session.userId, row.id), ne(session.id, caller.sessionId ?? '')));
    await recordAudit(tx, { ...actor(context), action: 'session.changePassword', subject: username });
    await announce(tx, 'access', username);
  });
}

import { and, eq, ne } from 'drizzle-orm';
import type { ChangePasswordInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import { userOf } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { hashPassword, NOBODY_HASH, verifyPassword } from '#drizzle/passwords.ts';
import { session, user } from '#drizzle/schema/auth.ts';
import { attemptSignIn } from '#drizzle/sign-in-throttle.ts';
import { passwordHashOf, setPassword } from '#drizzle/users.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';

/** Sets one's own password; every other session of the user ends, and what is open in them. */
export async function changePassword(context: ServiceContext, input: ChangePasswordInput): Promise<void> {
  const caller = await requireSession(context);
  if (caller.via !== 'session') {
    throw new BackupError('PRIVILEGE_MISSING', 'A password is changed in a session, not with a token.');
  }
  const username = userOf(caller.principal);
  const right = await attemptSignIn(context.db, username, context.source, async () => {
    const stored = (await passwordHashOf(context.db, username)) ?? NOBODY_HASH;
    return verifyPassword(input.current, stored);
  });
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

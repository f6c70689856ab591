import { eq } from 'drizzle-orm';
import type { ProvePasswordInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import { userOf } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { NOBODY_HASH, verifyPassword } from '#drizzle/passwords.ts';
import { session } from '#drizzle/schema/auth.ts';
import { attemptSignIn } from '#drizzle/sign-in-throttle.ts';
import { passwordHashOf } from '#drizzle/users.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';

/** Types the password of an open session again, so that it may do what cannot be taken back. */
export async function provePassword(context: ServiceContext, input: ProvePasswordInput): Promise<void> {
  await requireSession(context);
  const right = await isOwnPassword(context, input.password);
  const subject = actor(context).principal;
  if (!right) throw new BackupError('AUTH_FAILED', 'The password is wrong.', { field: 'password' });
  await recordAudit(context.db, { ...actor(context), action: 'session.provePassword', subject });
  await context.db
    .update(session)
    .set({ provenAt: new Date(context.clock.now()) })
    .where(eq(session.id, context.caller?.sessionId ?? ''));
}

/** Of the caller, who must be in a session. A wrong one counts as a failed sign-in. */
export async function isOwnPassword(context: ServiceContext, password: string): Promise<boolean> {
  const caller = await requireSession(context);
  if (caller.via !== 'session') {
    throw new BackupError('PRIVILEGE_MISSING', 'A password belongs to a session, not to a token.');
  }
  const username = userOf(caller.principal);
  return attemptSignIn(context.db, username, context.source, async () => {
    const stored = (await passwordHashOf(context.db, username)) ?? NOBODY_HASH;
    return verifyPassword(password, stored);
  });
}

import { eq, sql } from 'drizzle-orm';
import type { SignInInput } from '#domain/account.ts';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { parseUserId } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { NOBODY_HASH, verifyPassword } from '#drizzle/passwords.ts';
import { user } from '#drizzle/schema/auth.ts';
import { attemptSignIn } from '#drizzle/sign-in-throttle.ts';
import { passwordHashOf } from '#drizzle/users.ts';
import type { ServiceContext } from '../context.ts';

/**
 * Signs a user in. Returns the headers that set the session cookie. One message for every failure, and one
 * duration: an unknown name is checked against a hash that no password has.
 */
export async function signIn(
  context: ServiceContext,
  input: SignInInput,
  headers: Headers,
): Promise<Headers> {
  // public: this is the door itself
  const name = input.user.trim().includes('@') ? input.user.trim() : `${input.user.trim()}@ibs`;
  const parsed = parseUserId(name);
  // What cannot be a name is not counted under it: the database cannot keep every text.
  const counted = parsed.ok ? parsed.value : '';
  const right = await attemptSignIn(context.db, counted, context.source, async () => {
    const stored = parsed.ok ? await passwordHashOf(context.db, parsed.value) : null;
    return (await verifyPassword(input.password, stored ?? NOBODY_HASH)) && stored !== null;
  }).catch((error) => noteThrottled(context, counted || 'unknown', error));
  if (!right || !parsed.ok) {
    await recordAudit(context.db, {
      principal: counted || 'unknown',
      source: context.source,
      action: 'session.signIn',
      subject: counted || 'unknown',
      outcome: 'refused',
      code: 'AUTH_FAILED',
    });
    throw new BackupError('AUTH_FAILED', 'User name or password is wrong.');
  }
  const { headers: answer } = await context.runtime.auth.api.signInUsername({
    body: { username: parsed.value, password: input.password },
    headers,
    returnHeaders: true,
  });
  await context.db.update(user).set({ lastSignInAt: sql`now()` }).where(eq(user.username, parsed.value));
  await recordAudit(context.db, {
    principal: parsed.value,
    source: context.source,
    action: 'session.signIn',
    subject: parsed.value,
  });
  return answer;
}

async function noteThrottled(context: ServiceContext, subject: string, error: unknown): Promise<never> {
  if (isBackupError(error, 'AUTH_THROTTLED')) {
    const entry = { principal: subject, source: context.source, action: 'session.signIn', subject };
    await context.runtime.refusals.note({ ...entry, code: error.code });
  }
  throw error;
}

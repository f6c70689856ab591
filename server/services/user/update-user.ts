import { eq } from 'drizzle-orm';
import type { UpdateUserInput } from '#domain/account.ts';
import { onlyKeys } from '#domain/audit-change.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { hashPassword } from '#drizzle/passwords.ts';
import { session, user } from '#drizzle/schema/auth.ts';
import { setPassword } from '#drizzle/users.ts';
import { requireHeldAll } from '../../auth/no-more-than-held.ts';
import { requireKeeper } from '../../auth/require-keeper.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { guardAdministrators } from './last-administrator.ts';
import { userMissing } from './user-missing.ts';

/** Changes a user. Disabling or a new password ends all sessions of that user at once. */
export async function updateUser(context: ServiceContext, input: UpdateUserInput): Promise<void> {
  await requireSession(context);
  await requireKeeper(context, input.user, userMissing(input.user));
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
  const { enabled, comment, expiresAt } = input;
  await context.db.transaction(async (tx) => {
    const keepOne = await guardAdministrators(tx);
    const [row] = await tx.select().from(user).where(eq(user.username, input.user)).for('update');
    if (!row || row.realmId === 'system') throw userMissing(input.user);
    // Whoever lets somebody in, or knows the password, may do what that one may.
    if (passwordHash !== null || enabled === true || expiresAt !== undefined)
      await requireHeldAll(context, tx, input.user);
    const changes = {
      ...(enabled === undefined ? {} : { enabled }),
      ...(comment === undefined ? {} : { comment }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    if (Object.keys(changes).length > 0) await tx.update(user).set(changes).where(eq(user.id, row.id));
    if (passwordHash !== null) await setPassword(tx, row.id, passwordHash);
    if (enabled === false || passwordHash !== null)
      await tx.delete(session).where(eq(session.userId, row.id));
    await keepOne();
    const { enabled: wasEnabled, comment: oldComment, expiresAt: oldEnd } = row;
    await recordAudit(tx, {
      ...{ ...actor(context), action: 'user.update', subject: input.user },
      detail: { passwordChanged: passwordHash !== null },
      before: onlyKeys({ enabled: wasEnabled, comment: oldComment, expiresAt: oldEnd }, changes),
      after: changes,
    });
    await announce(tx, 'access', input.user);
  });
}

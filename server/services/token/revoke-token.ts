import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { type TokenId, userOf } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken } from '#drizzle/schema/auth.ts';
import { requirePrivilege, requireSession } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';

/** Takes a token away, with its grants; every process forgets it at once. */
export async function revokeToken(context: ServiceContext, input: { id: TokenId }): Promise<void> {
  const caller = await requireSession(context);
  if (userOf(input.id) !== caller.principal) await requirePrivilege(context, '/access', 'Permissions.Modify');
  await context.db.transaction(async (tx) => {
    const removed = await tx.delete(apiToken).where(eq(apiToken.id, input.id)).returning({ id: apiToken.id });
    if (removed.length === 0) throw new BackupError('TOKEN_NOT_FOUND', `There is no token ${input.id}.`);
    await tx.delete(acl).where(eq(acl.principal, input.id));
    await recordAudit(tx, { ...actor(context), action: 'token.revoke', subject: input.id });
    await announce(tx, 'access', input.id);
  });
}

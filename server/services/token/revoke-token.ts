import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { AclPath, RoleName } from '#domain/permissions.ts';
import { type TokenId, userOf } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken } from '#drizzle/schema/auth.ts';
import { requireKeeper } from '../../auth/require-keeper.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';

/** What goes with a token. */
export interface TokenRevocation {
  id: TokenId;
  lastUsedAt: Date | null;
  grants: { path: AclPath; role: RoleName }[];
}

/** Takes a token away, with its grants; every process forgets it at once. A dry run only looks. */
export async function revokeToken(
  context: ServiceContext,
  input: { id: TokenId; dryRun: boolean },
): Promise<TokenRevocation> {
  const caller = await requireSession(context);
  if (userOf(input.id) !== caller.principal)
    await requireKeeper(context, userOf(input.id), tokenMissing(input.id));
  return context.db.transaction(async (tx) => {
    const [row] = await tx.select().from(apiToken).where(eq(apiToken.id, input.id)).for('update');
    if (!row) throw tokenMissing(input.id);
    const ofToken = eq(acl.principal, input.id);
    const grants = await tx.select({ path: acl.path, role: acl.role }).from(acl).where(ofToken);
    const revocation = { id: input.id, lastUsedAt: row.lastUsedAt, grants };
    if (input.dryRun) return revocation;
    await tx.delete(apiToken).where(eq(apiToken.id, input.id));
    await tx.delete(acl).where(ofToken);
    const before = { comment: row.comment, expiresAt: row.expiresAt, grants };
    await recordAudit(tx, { ...actor(context), action: 'token.revoke', subject: input.id, before });
    await announce(tx, 'access', input.id);
    return revocation;
  });
}

function tokenMissing(id: TokenId): BackupError {
  return new BackupError('TOKEN_NOT_FOUND', `There is no token ${id}.`, {
    field: 'id',
    hint: 'List them: ironcore-backup token list',
  });
}

import { eq } from 'drizzle-orm';
import type { CreateTokenInput } from '#domain/account.ts';
import { BackupError } from '#domain/errors.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import { type TokenId, tokenIdOf, userOf } from '#domain/principal.ts';
import { must } from '#domain/result.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { isUniqueViolation } from '#drizzle/client.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken, user } from '#drizzle/schema/auth.ts';
import { hashSecret, newTokenSecret } from '#drizzle/tokens.ts';
import { requireHeldToGive } from '../../auth/no-more-than-held.ts';
import { requireKeeper } from '../../auth/require-keeper.ts';
import { privilegeBelowFilter, requireSession } from '../../auth/require-privilege.ts';
import { findPrivileges } from '../acl/find-grantee.ts';
import { actor, type ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { datastoreMissing, findDatastore } from '../find-datastore.ts';
import { requireNamespace } from '../find-namespace.ts';
import { userMissing } from '../user/user-missing.ts';

export interface NewToken {
  id: TokenId;
  /** Shown this once and kept nowhere. */
  secret: string;
}

/**
 * Makes an API token for oneself, or for others with Permissions.Modify. Nobody grants it more than is held there; what
 * counts in the end is what the token and its user both hold.
 */
export async function createToken(context: ServiceContext, input: CreateTokenInput): Promise<NewToken> {
  const caller = await requireSession(context);
  const owner = input.user ?? userOf(caller.principal);
  if (owner !== caller.principal) await requireKeeper(context, owner, userMissing(owner));
  if (input.expiresAt !== null && input.expiresAt.getTime() <= context.clock.now()) {
    throw new BackupError('INPUT_INVALID', 'The end of a token is in the future.', { field: 'expiresAt' });
  }
  for (const grant of input.grants) await requirePlace(context, grant);
  const id = must(tokenIdOf(owner, input.name));
  const secret = newTokenSecret();
  const grants = input.grants.map((grant) => ({
    path: (grant.datastore ? datastorePath(grant.datastore, grant.namespace) : '/') as AclPath,
    role: grant.role,
  }));
  try {
    await context.db.transaction(async (tx) => {
      const [row] = await tx.select().from(user).where(eq(user.username, owner));
      if (!row) throw userMissing(owner);
      await tx.insert(apiToken).values({
        id,
        userId: row.id,
        secretHash: hashSecret(secret),
        comment: input.comment,
        expiresAt: input.expiresAt,
        createdBy: caller.principal,
      });
      for (const grant of grants) {
        const privileges = await findPrivileges(tx, grant.role);
        await requireHeldToGive(context, { path: grant.path, privileges, propagate: true });
        await tx
          .insert(acl)
          .values({ ...grant, principal: id, createdBy: caller.principal })
          .onConflictDoNothing();
      }
      const after = { comment: input.comment, expiresAt: input.expiresAt, grants };
      await recordAudit(tx, { ...actor(context), action: 'token.create', subject: id, after });
      await announce(tx, 'access', id);
    });
  } catch (error) {
    if (!isUniqueViolation(error, 'api_token_pkey')) throw error;
    throw new BackupError('TOKEN_EXISTS', `There is a token ${id} already.`, {
      field: 'name',
      hint: 'Choose another name, or revoke that one first.',
    });
  }
  return { id, secret };
}

/**
 * A grant on what is not there is a slip of the pen. Whoever may see nothing of a datastore is told that it is not there,
 * or names could be guessed by making tokens.
 */
async function requirePlace(
  context: ServiceContext,
  { datastore, namespace }: CreateTokenInput['grants'][number],
): Promise<void> {
  if (datastore === undefined) return;
  const sees = await privilegeBelowFilter(context);
  const isSeen =
    sees(datastorePath(datastore, namespace), VISIBLE) || sees('/access' as AclPath, ['Permissions.Modify']);
  if (!isSeen) throw datastoreMissing(datastore);
  await requireNamespace(context.db, await findDatastore(context.db, datastore), namespace);
}

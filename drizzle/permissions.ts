import { eq, inArray, or, sql } from 'drizzle-orm';
import type { AclEntry, AclPath } from '#domain/permissions.ts';
import { isToken, type PrincipalId, userOf } from '#domain/principal.ts';
import { recordAudit } from './audit.ts';
import { announce } from './changes.ts';
import type { Executor, Transaction } from './client.ts';
import { acl } from './schema/acl.ts';

/** The entries that decide about a principal: its own and, for a token, those of its user. */
export async function entriesOf(db: Executor, principal: PrincipalId): Promise<AclEntry[]> {
  const principals = isToken(principal) ? [principal, userOf(principal)] : [principal];
  return db
    .select({ path: acl.path, principal: acl.principal, role: acl.role, propagate: acl.propagate })
    .from(acl)
    .where(inArray(acl.principal, principals));
}

/**
 * Takes away every grant on a place that is gone and on what was below it: whatever gets the same name later starts
 * without them. Returns how many.
 */
export async function removeGrantsBelow(tx: Transaction, path: AclPath, by: string): Promise<number> {
  const gone = await tx
    .delete(acl)
    .where(or(eq(acl.path, path), sql`starts_with(${acl.path}, ${`${path}/`})`))
    .returning({ path: acl.path, principal: acl.principal, role: acl.role });
  for (const { principal, ...before } of gone) {
    await recordAudit(tx, { principal: by, source: '', action: 'acl.revoke', subject: principal, before });
    await announce(tx, 'access', principal);
  }
  return gone.length;
}

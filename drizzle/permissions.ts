import { eq, inArray, or, sql } from 'drizzle-orm';
import type { AclEntry, AclPath } from '#domain/permissions.ts';
import { isToken, type PrincipalId, type UserId, userOf } from '#domain/principal.ts';
import { recordAudit } from './audit.ts';
import { announce } from './changes.ts';
import type { Executor, Transaction } from './client.ts';
import { acl, role, userGroupMember } from './schema/acl.ts';

/** The entries that decide about a principal: its own, those of its user groups and, for a token, those of its user. */
export async function entriesOf(db: Executor, principal: PrincipalId): Promise<AclEntry[]> {
  return entriesOfMany(db, [principal]);
}

/** The same of several at once. */
export async function entriesOfMany(db: Executor, principals: readonly PrincipalId[]): Promise<AclEntry[]> {
  const wanted = [...new Set(principals.flatMap((each) => (isToken(each) ? [each, userOf(each)] : [each])))];
  if (wanted.length === 0) return [];
  const entry = { path: acl.path, role: acl.role, propagate: acl.propagate, privileges: role.privileges };
  const [own, byGroup] = await Promise.all([
    db
      .select({ ...entry, principal: acl.principal })
      .from(acl)
      .leftJoin(role, sql`${role.name} = ${acl.role}`)
      .where(inArray(acl.principal, wanted)),
    db
      .select({ ...entry, principal: userGroupMember.username, group: userGroupMember.groupId })
      .from(userGroupMember)
      .innerJoin(acl, sql`${acl.principal} = ${userGroupMember.groupId}`)
      .leftJoin(role, sql`${role.name} = ${acl.role}`)
      .where(inArray(userGroupMember.username, wanted as UserId[])),
  ]);
  return [...own.map((row) => ({ ...row, group: null })), ...byGroup];
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

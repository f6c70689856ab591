import { eq, inArray, or, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { AclEntry, AclPath } from '#domain/permissions.ts';
import { type GroupId, isToken, type PrincipalId, type UserId, userOf } from '#domain/principal.ts';
import { recordAudit } from './audit.ts';
import { announce } from './changes.ts';
import type { Executor, Transaction } from './client.ts';
import { acl, role, userGroupMember } from './schema/acl.ts';
import { isWithinPath } from './within.ts';

/** The entries that decide about a principal: its own, those of its user groups and, for a token, those of its user. */
export async function entriesOf(db: Executor, principal: PrincipalId): Promise<AclEntry[]> {
  return entriesOfMany(db, [principal]);
}

/** The same of several at once. */
export async function entriesOfMany(db: Executor, principals: readonly PrincipalId[]): Promise<AclEntry[]> {
  const wanted = [...new Set(principals.flatMap((each) => (isToken(each) ? [each, userOf(each)] : [each])))];
  if (wanted.length === 0) return [];
  const entry = { path: acl.path, role: acl.role, propagate: acl.propagate, privileges: role.privileges };
  const { username, groupId } = userGroupMember;
  const own = db
    .select({ ...entry, principal: acl.principal, group: sql<GroupId | null>`null::text` })
    .from(acl)
    .leftJoin(role, sql`${role.name} = ${acl.role}`)
    .where(inArray(acl.principal, wanted));
  const byGroup = db
    .select({ ...entry, principal: sql<PrincipalId>`${username}`, group: sql<GroupId | null>`${groupId}` })
    .from(userGroupMember)
    .innerJoin(acl, sql`${acl.principal} = ${groupId}`)
    .leftJoin(role, sql`${role.name} = ${acl.role}`)
    .where(inArray(username, wanted as UserId[]));
  return unionAll(own, byGroup);
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

/**
 * The grants on a namespace that has moved, and on those below it, go with it; where one is there already, that stays.
 * Returns how many.
 */
export async function moveGrantsBelow(
  tx: Transaction,
  from: AclPath,
  to: AclPath,
  by: string,
): Promise<number> {
  const rows = await tx.select().from(acl).where(isWithinPath(acl.path, from));
  for (const { path, principal, role: name, propagate, createdBy } of rows) {
    const moved = `${to}${path.slice(from.length)}` as AclPath;
    const entry = { path: moved, principal, role: name, propagate, createdBy };
    await tx.insert(acl).values(entry).onConflictDoNothing();
    await recordAudit(tx, {
      ...{ principal: by, source: '', action: 'acl.move', subject: principal },
      ...{ before: { path, role: name }, after: { path: moved, role: name } },
    });
    await announce(tx, 'access', principal);
  }
  await tx.delete(acl).where(isWithinPath(acl.path, from));
  return rows.length;
}

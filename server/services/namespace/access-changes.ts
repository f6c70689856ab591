import { inArray } from 'drizzle-orm';
import {
  type AclEntry,
  type AclPath,
  nodesOf,
  PRIVILEGES,
  type Privilege,
  privilegesOn,
} from '#domain/permissions.ts';
import type { PrincipalId } from '#domain/principal.ts';
import type { Executor } from '#drizzle/client.ts';
import { entriesOfMany } from '#drizzle/permissions.ts';
import { acl, userGroup, userGroupMember } from '#drizzle/schema/acl.ts';

/** What a principal may do with something only before it moves, and only afterwards. */
export interface AccessChange {
  principal: PrincipalId;
  loses: Privilege[];
  gains: Privilege[];
}

/** Of everybody for whom a move changes anything; `follow` says where an entry is afterwards. */
export async function accessChanges(
  db: Executor,
  from: AclPath,
  to: AclPath,
  follow: (path: AclPath) => AclPath = (path) => path,
): Promise<AccessChange[]> {
  const principals = await principalsOn(db, [...new Set([...nodesOf(from), ...nodesOf(to)])]);
  const entries = await entriesOfMany(db, principals);
  const moved = entries.map((entry): AclEntry => ({ ...entry, path: follow(entry.path) }));
  return principals.flatMap((principal) => {
    const before = privilegesOn(entries, principal, from);
    const after = privilegesOn(moved, principal, to);
    const only = (these: ReadonlySet<Privilege>, those: ReadonlySet<Privilege>) =>
      PRIVILEGES.filter((one) => one.startsWith('Datastore.') && these.has(one) && !those.has(one));
    const change = { principal, loses: only(before, after), gains: only(after, before) };
    return change.loses.length + change.gains.length > 0 ? [change] : [];
  });
}

/** Who has an entry on one of the places, also as a member of a user group; by name. */
async function principalsOn(db: Executor, paths: readonly AclPath[]): Promise<PrincipalId[]> {
  const rows = await db
    .selectDistinct({ id: acl.principal })
    .from(acl)
    .where(inArray(acl.path, [...paths]));
  const named = rows.map(({ id }): string => id);
  const groups = (await db.select({ id: userGroup.id }).from(userGroup)).map(({ id }): string => id);
  const members = await db
    .selectDistinct({ id: userGroupMember.username, group: userGroupMember.groupId })
    .from(userGroupMember);
  const through = members.filter(({ group }) => named.includes(group)).map(({ id }): string => id);
  const all = new Set([...named.filter((id) => !groups.includes(id)), ...through]);
  return [...all].sort() as PrincipalId[];
}

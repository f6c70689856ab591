import { asc, eq, TransactionRollbackError } from 'drizzle-orm';
import type { AclPath, RoleName } from '#domain/permissions.ts';
import type { GroupId, PrincipalId, UserId } from '#domain/principal.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import type { Transaction } from '#drizzle/client.ts';
import { acl, userGroup, userGroupMember } from '#drizzle/schema/acl.ts';
import { guardGains } from '../../auth/no-more-than-held.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { guardAdministrators } from '../user/last-administrator.ts';
import { lockUserGroup } from './update-user-group.ts';

/** What goes with a group; its members stay. */
export interface UserGroupRemoval {
  group: GroupId;
  members: UserId[];
  grants: { path: AclPath; role: RoleName }[];
}

/** Removes a group with what is granted to it. A dry run does all of it and takes it back. */
export async function removeUserGroup(
  context: ServiceContext,
  input: { group: GroupId; dryRun: boolean },
): Promise<UserGroupRemoval> {
  await requirePrivilege(context, '/access', 'Permissions.Modify');
  const found: { removal?: UserGroupRemoval } = {};
  try {
    return await context.db.transaction(async (tx) => {
      const removal = await remove(context, tx, input.group);
      found.removal = removal;
      if (input.dryRun) tx.rollback();
      const { group, ...before } = removal;
      await recordAudit(tx, { ...actor(context), action: 'userGroup.remove', subject: group, before });
      for (const subject of [group, ...removal.members]) await announce(tx, 'access', subject);
      return removal;
    });
  } catch (error) {
    if (found.removal && error instanceof TransactionRollbackError) return found.removal;
    throw error;
  }
}

async function remove(context: ServiceContext, tx: Transaction, group: GroupId): Promise<UserGroupRemoval> {
  const keepOne = await guardAdministrators(tx);
  await lockUserGroup(tx, group);
  const rows = await tx
    .select({ username: userGroupMember.username })
    .from(userGroupMember)
    .where(eq(userGroupMember.groupId, group))
    .orderBy(asc(userGroupMember.username));
  const members = rows.map(({ username }) => username);
  const noGains = await guardGains(context, tx, members);
  const grants = await tx
    .delete(acl)
    .where(eq(acl.principal, group as string as PrincipalId))
    .returning({ path: acl.path, role: acl.role });
  await tx.delete(userGroup).where(eq(userGroup.id, group));
  await noGains();
  await keepOne();
  return { group, members, grants };
}

import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { realmOf, type UserId } from '#domain/principal.ts';
import type { CreateUserGroupInput } from '#domain/user-group.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { userGroup, userGroupMember } from '#drizzle/schema/acl.ts';
import { user } from '#drizzle/schema/auth.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { findRealm } from '../acl/find-grantee.ts';
import { actor, type ServiceContext } from '../context.ts';
import { requireUsers } from './members.ts';

/** Makes a group of users, in any realm that there is. A new group holds nothing, so its first members gain nothing. */
export async function createUserGroup(context: ServiceContext, input: CreateUserGroupInput): Promise<void> {
  const caller = await requirePrivilege(context, '/access', 'Permissions.Modify');
  const { group: id, comment } = input;
  const members = [...new Set(input.members)];
  // A group is granted to by its name alone, as a user is.
  const realmId = realmOf(id as string as UserId);
  await context.db.transaction(async (tx) => {
    await findRealm(tx, realmId, 'group');
    if ((await tx.$count(user, eq(user.username, id))) > 0) {
      throw new BackupError('USER_EXISTS', `There is a user ${id}.`, {
        field: 'group',
        hint: 'Give the group another name: grants tell users and groups apart by it.',
      });
    }
    await requireUsers(tx, members, 'members');
    const made = await tx
      .insert(userGroup)
      .values({ id, realmId, comment, createdBy: caller.principal })
      .onConflictDoNothing()
      .returning({ id: userGroup.id });
    if (made.length === 0) {
      throw new BackupError('USER_GROUP_EXISTS', `There is a user group ${id} already.`, { field: 'group' });
    }
    const rows = members.map((username) => ({ groupId: id, username }));
    if (rows.length > 0) await tx.insert(userGroupMember).values(rows);
    const about = { ...actor(context), action: 'userGroup.create', subject: id };
    await recordAudit(tx, { ...about, after: { comment, members } });
    await announce(tx, 'access', id);
  });
}

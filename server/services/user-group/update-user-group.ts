import { and, eq, inArray } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { GroupId } from '#domain/principal.ts';
import type { UpdateUserGroupInput } from '#domain/user-group.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import type { Transaction } from '#drizzle/client.ts';
import { userGroup, userGroupMember } from '#drizzle/schema/acl.ts';
import { guardGains } from '../../auth/no-more-than-held.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { guardAdministrators } from '../user/last-administrator.ts';
import { requireUsers } from './members.ts';

/** Changes the comment and the members of a group; what is granted to it counts for them at once. */
export async function updateUserGroup(context: ServiceContext, input: UpdateUserGroupInput): Promise<void> {
  await requirePrivilege(context, '/access', 'Permissions.Modify');
  const { group: id, comment, add, remove } = input;
  await context.db.transaction(async (tx) => {
    const keepOne = await guardAdministrators(tx);
    const row = await lockUserGroup(tx, id);
    await requireUsers(tx, add, 'add');
    const noGains = await guardGains(context, tx, [...add, ...remove]);
    if (comment !== undefined) await tx.update(userGroup).set({ comment }).where(eq(userGroup.id, id));
    const added = add.map((username) => ({ groupId: id, username }));
    if (added.length > 0) await tx.insert(userGroupMember).values(added).onConflictDoNothing();
    const gone = and(eq(userGroupMember.groupId, id), inArray(userGroupMember.username, remove));
    if (remove.length > 0) await tx.delete(userGroupMember).where(gone);
    await noGains();
    await keepOne();
    const before = comment === undefined ? {} : { comment: row.comment };
    const after = { ...(comment === undefined ? {} : { comment }), added: add, removed: remove };
    await recordAudit(tx, { ...actor(context), action: 'userGroup.update', subject: id, before, after });
    for (const subject of [id, ...add, ...remove]) await announce(tx, 'access', subject);
  });
}

/** USER_GROUP_NOT_FOUND when there is none. */
export async function lockUserGroup(tx: Transaction, id: GroupId) {
  const [row] = await tx.select().from(userGroup).where(eq(userGroup.id, id)).for('update');
  if (row) return row;
  throw new BackupError('USER_GROUP_NOT_FOUND', `There is no user group ${id}.`, {
    field: 'group',
    hint: 'List them: ironcore-backup user-group list',
  });
}

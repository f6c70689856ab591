import { asc, sql } from 'drizzle-orm';
import type { AclPath, RoleName } from '#domain/permissions.ts';
import type { GroupId, UserId } from '#domain/principal.ts';
import { acl, userGroup, userGroupMember } from '#drizzle/schema/acl.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface UserGroupView {
  group: GroupId;
  comment: string;
  createdAt: Date;
  createdBy: string;
  members: UserId[];
  grants: { path: AclPath; role: RoleName }[];
}

/** Groups of users with their members and what is granted to them. */
export async function listUserGroups(context: ServiceContext): Promise<UserGroupView[]> {
  await requirePrivilege(context, '/access', 'Permissions.Modify', 'Sys.Audit');
  const { db } = context;
  const groups = await db.select().from(userGroup).orderBy(asc(userGroup.id));
  const members = await db.select().from(userGroupMember).orderBy(asc(userGroupMember.username));
  const grants = await db
    .select({ path: acl.path, role: acl.role, group: userGroup.id })
    .from(acl)
    .innerJoin(userGroup, sql`${userGroup.id} = ${acl.principal}`)
    .orderBy(asc(acl.path));
  return groups.map(({ id, comment, createdAt, createdBy }) => ({
    ...{ group: id, comment, createdAt, createdBy },
    members: members.filter(({ groupId }) => groupId === id).map(({ username }) => username),
    grants: grants.filter(({ group }) => group === id).map(({ path, role }) => ({ path, role })),
  }));
}

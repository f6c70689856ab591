import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { isBuiltIn, type Privilege, privilegesOfRole, type RoleName } from '#domain/permissions.ts';
import { type GroupId, isToken, type PrincipalId, realmOf, type UserId } from '#domain/principal.ts';
import type { Executor, Transaction } from '#drizzle/client.ts';
import { role, userGroup, userGroupMember } from '#drizzle/schema/acl.ts';
import { apiToken, realm, user } from '#drizzle/schema/auth.ts';

/** Whom and what a grant is made of, as they are in the records. */

export type GranteeKind = 'user' | 'token' | 'group';

/** TOKEN_NOT_FOUND, REALM_NOT_FOUND or USER_NOT_FOUND when there is nobody of that name. */
export async function findGrantee(db: Executor, name: PrincipalId): Promise<GranteeKind> {
  if (isToken(name)) {
    const found = await db.$count(apiToken, eq(apiToken.id, name));
    if (found > 0) return 'token';
    throw new BackupError('TOKEN_NOT_FOUND', `There is no token ${name}.`, { field: 'principal' });
  }
  if ((await db.$count(user, eq(user.username, name))) > 0) return 'user';
  if ((await db.$count(userGroup, eq(userGroup.id, name as string as GroupId))) > 0) return 'group';
  await findRealm(db, realmOf(name), 'principal');
  throw new BackupError('USER_NOT_FOUND', `There is no user and no user group ${name}.`, {
    field: 'principal',
    hint: `Make the group first: ironcore-backup user-group create ${name}`,
  });
}

/** REALM_NOT_FOUND also for the realm of the system itself: nobody is added to that one. */
export async function findRealm(db: Executor, id: string, field: string) {
  const [found] = await db.select().from(realm).where(eq(realm.id, id));
  if (found && found.kind !== 'service') return found;
  throw new BackupError('REALM_NOT_FOUND', `There is no realm ${id}.`, {
    field,
    hint: 'List them: ironcore-backup realm list',
  });
}

/** Whom a grant to that name concerns. */
export async function principalsBehind(db: Executor, name: PrincipalId): Promise<PrincipalId[]> {
  const members = await db
    .select({ username: userGroupMember.username })
    .from(userGroupMember)
    .where(eq(userGroupMember.groupId, name as string as GroupId));
  return [name, ...members.map(({ username }) => username as UserId)];
}

/** What a role holds; one that was made here stays until the transaction ends. ROLE_NOT_FOUND when there is none. */
export async function findPrivileges(tx: Transaction, name: RoleName): Promise<readonly Privilege[]> {
  if (isBuiltIn(name)) return privilegesOfRole(name);
  const [found] = await tx.select().from(role).where(eq(role.name, name)).for('share');
  if (found) return found.privileges;
  throw roleMissing(name);
}

export function roleMissing(name: string): BackupError {
  return new BackupError('ROLE_NOT_FOUND', `There is no role ${name}.`, {
    field: 'role',
    hint: 'List them: ironcore-backup role list',
  });
}

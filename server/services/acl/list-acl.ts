import { asc, inArray, isNotNull, sql } from 'drizzle-orm';
import { type AclPath, nodesOf, type Privilege } from '#domain/permissions.ts';
import { isToken } from '#domain/principal.ts';
import { acl, role, userGroup } from '#drizzle/schema/acl.ts';
import { privilegeFilter, requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import type { GranteeKind } from './find-grantee.ts';

export interface AclView
  extends Pick<
    typeof acl.$inferSelect,
    'path' | 'principal' | 'role' | 'propagate' | 'createdAt' | 'createdBy'
  > {
  kind: GranteeKind;
  /** Of a role that was made here. */
  privileges: Privilege[] | null;
}

/**
 * Who holds which role where: everywhere, or what counts on a path: granted there, and above it as far as it propagates.
 * Whoever may change grants on a path sees those of that path.
 */
export async function listAcl(
  context: ServiceContext,
  { path: place }: { path?: AclPath | undefined } = {},
): Promise<AclView[]> {
  await requirePrivilege(context, await placeOf(context, place), 'Permissions.Modify', 'Sys.Audit');
  const { path, principal, propagate, createdAt, createdBy } = acl;
  const rows = await context.db
    .select({
      ...{ path, principal, propagate, createdAt, createdBy },
      role: acl.role,
      privileges: role.privileges,
      isGroup: sql<boolean>`${isNotNull(userGroup.id)}`,
    })
    .from(acl)
    .leftJoin(role, sql`${role.name} = ${acl.role}`)
    .leftJoin(userGroup, sql`${userGroup.id} = ${acl.principal}`)
    .where(place === undefined ? undefined : inArray(path, nodesOf(place)))
    .orderBy(asc(path), asc(principal), asc(acl.role));
  return rows
    .filter((row) => place === undefined || row.propagate || row.path === place)
    .map(({ isGroup, ...row }) => ({
      ...row,
      kind: isGroup ? 'group' : isToken(row.principal) ? 'token' : 'user',
    }));
}

async function placeOf(context: ServiceContext, place: AclPath | undefined): Promise<AclPath> {
  const holds = await privilegeFilter(context);
  return place !== undefined && holds(place, 'Permissions.Modify') ? place : '/access';
}

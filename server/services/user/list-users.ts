import { asc, eq, ne, sql } from 'drizzle-orm';
import type { AclPath, RoleName } from '#domain/permissions.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken, user } from '#drizzle/schema/auth.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface UserView {
  user: string;
  realm: string;
  comment: string;
  enabled: boolean;
  expiresAt: Date | null;
  lastSignInAt: Date | null;
  createdAt: Date;
  tokenCount: number;
  grants: { path: AclPath; role: RoleName }[];
}

/** Everyone who can sign in; the system's own principals are left out. */
export async function listUsers(context: ServiceContext): Promise<UserView[]> {
  await requirePrivilege(context, '/access', 'Permissions.Modify', 'Sys.Audit');
  const rows = await context.db
    .select({ row: user, tokenCount: sql<number>`count(${apiToken.id})::int` })
    .from(user)
    .leftJoin(apiToken, eq(apiToken.userId, user.id))
    .where(ne(user.realmId, 'system'))
    .groupBy(user.id)
    .orderBy(asc(user.username));
  const grants = await context.db
    .select({ path: acl.path, role: acl.role, principal: acl.principal })
    .from(acl);
  return rows.map(({ row, tokenCount }) => ({
    user: row.username,
    realm: row.realmId,
    comment: row.comment,
    enabled: row.enabled,
    expiresAt: row.expiresAt,
    lastSignInAt: row.lastSignInAt,
    createdAt: row.createdAt,
    tokenCount,
    grants: grants
      .filter((entry) => entry.principal === row.username)
      .map(({ path, role }) => ({ path, role })),
  }));
}

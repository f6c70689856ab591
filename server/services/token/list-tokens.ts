import { asc, eq, ne } from 'drizzle-orm';
import type { AclPath, RoleName } from '#domain/permissions.ts';
import { userOf } from '#domain/principal.ts';
import { acl } from '#drizzle/schema/acl.ts';
import { apiToken, user } from '#drizzle/schema/auth.ts';
import { privilegeFilter, requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface TokenView {
  id: string;
  user: string;
  comment: string;
  enabled: boolean;
  expiresAt: Date | null;
  createdAt: Date;
  createdBy: string;
  lastUsedAt: Date | null;
  lastUsedFrom: string | null;
  grants: { path: AclPath; role: RoleName }[];
}

/** The token that the server itself makes and renews for the command line of its host; nobody manages it. */
const LOCAL_CLI_TOKEN = 'local@system!cli';

/** One's own tokens; all of them for those who may manage access. */
export async function listTokens(context: ServiceContext): Promise<TokenView[]> {
  const caller = await requireSession(context);
  const holds = await privilegeFilter(context);
  const seesAll = holds('/access', 'Permissions.Modify') || holds('/access', 'Sys.Audit');
  const rows = await context.db
    .select({ row: apiToken, username: user.username })
    .from(apiToken)
    .innerJoin(user, eq(user.id, apiToken.userId))
    .where(seesAll ? ne(apiToken.id, LOCAL_CLI_TOKEN) : eq(user.username, userOf(caller.principal)))
    .orderBy(asc(apiToken.id));
  const grants = await context.db
    .select({ path: acl.path, role: acl.role, principal: acl.principal })
    .from(acl);
  return rows.map(({ row, username }) => ({
    id: row.id,
    user: username,
    comment: row.comment,
    enabled: row.enabled,
    expiresAt: row.expiresAt,
    createdAt: row.createdAt,
    createdBy: row.createdBy,
    lastUsedAt: row.lastUsedAt,
    lastUsedFrom: row.lastUsedFrom,
    grants: grants.filter((entry) => entry.principal === row.id).map(({ path, role }) => ({ path, role })),
  }));
}

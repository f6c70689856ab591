import { asc, eq, ne, sql } from 'drizzle-orm';
import { userGroup } from '#drizzle/schema/acl.ts';
import { realm, user } from '#drizzle/schema/auth.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export interface RealmView {
  realm: string;
  /** `internal`: with passwords on this server. */
  kind: 'internal' | 'external' | 'service';
  comment: string;
  userCount: number;
  groupCount: number;
}

/** Where users and groups come from; the realm of the system itself is left out. */
export async function listRealms(context: ServiceContext): Promise<RealmView[]> {
  await requirePrivilege(context, '/access', 'Permissions.Modify', 'Sys.Audit');
  return context.db
    .select({
      ...{ realm: realm.id, kind: realm.kind, comment: realm.comment },
      userCount: sql<number>`(select count(*)::int from ${user} where ${eq(user.realmId, realm.id)})`,
      groupCount: sql<number>`(select count(*)::int from ${userGroup} where ${eq(userGroup.realmId, realm.id)})`,
    })
    .from(realm)
    .where(ne(realm.kind, 'service'))
    .orderBy(asc(realm.id));
}

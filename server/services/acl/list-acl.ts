import { asc } from 'drizzle-orm';
import { acl } from '#drizzle/schema/acl.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';

export type AclView = Pick<
  typeof acl.$inferSelect,
  'path' | 'principal' | 'role' | 'propagate' | 'createdAt' | 'createdBy'
>;

export async function listAcl(context: ServiceContext): Promise<AclView[]> {
  await requirePrivilege(context, '/access', 'Permissions.Modify', 'Sys.Audit');
  const { path, principal, role, propagate, createdAt, createdBy } = acl;
  return context.db
    .select({ path, principal, role, propagate, createdAt, createdBy })
    .from(acl)
    .orderBy(asc(acl.path), asc(acl.principal));
}

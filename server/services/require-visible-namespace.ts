import type { DatastoreName, NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { privilegeFilter, requirePrivilege, requirePrivilegeBelow } from '../auth/require-privilege.ts';
import type { ServiceContext } from './context.ts';
import { VISIBLE } from './datastore/list-datastores.ts';
import { type DatastoreRow, findDatastore } from './find-datastore.ts';
import { hasNamespace, namespaceMissing } from './find-namespace.ts';

/**
 * The datastore of a namespace of which the caller may see anything. For whoever may not, it does not exist:
 * NAMESPACE_NOT_FOUND either way, in the same words.
 */
export async function requireVisibleNamespace(
  context: ServiceContext,
  { datastore, namespace }: { datastore: DatastoreName; namespace: NamespacePath },
  field?: string,
): Promise<DatastoreRow> {
  const path = datastorePath(datastore, namespace);
  // The root is known to be there.
  if (namespace === '') await requirePrivilege(context, path, ...VISIBLE);
  else await requirePrivilegeBelow(context, datastorePath(datastore), ...VISIBLE);
  const row = await findDatastore(context.db, datastore);
  const holds = await privilegeFilter(context);
  const isVisible = VISIBLE.some((privilege) => holds(path, privilege));
  if (isVisible && (await hasNamespace(context.db, row.id, namespace))) return row;
  throw namespaceMissing(row.name, namespace, field);
}

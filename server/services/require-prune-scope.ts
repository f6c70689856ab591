import type { DatastoreName } from '#domain/ids.ts';
import type { GroupScope } from '#domain/scope.ts';
import type { ServiceContext } from './context.ts';
import { type DatastoreRow, findDatastore } from './find-datastore.ts';
import { findGroup, groupMissing } from './find-group.ts';
import { requireNamespace } from './find-namespace.ts';
import { requireContent, requireOwner } from './require-content.ts';

/**
 * The datastore of what is to be pruned; the caller's right on any part of it was checked. *Errors*:
 * DATASTORE_NOT_FOUND, NAMESPACE_NOT_FOUND, and of a single group GROUP_NOT_FOUND, PRIVILEGE_MISSING, OWNER_MISMATCH.
 */
export async function requirePruneScope(
  context: ServiceContext,
  scope: GroupScope & { name: DatastoreName },
): Promise<DatastoreRow> {
  const { name, namespace, group } = scope;
  const row = await findDatastore(context.db, name);
  await requireNamespace(context.db, row, namespace);
  if (group === null) return row;
  const place = { datastore: name, namespace };
  const right = await requireContent(context, place, ['Datastore.Modify'], 'Datastore.Prune');
  const found = await findGroup(context.db, row, { namespace, ...group });
  requireOwner(right, found.owner, groupMissing(name, { namespace, ...group }));
  return row;
}

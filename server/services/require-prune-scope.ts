import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { type DatastoreName, formatGroupPath } from '#domain/ids.ts';
import type { PruneScope } from '#domain/prune.ts';
import { backupGroup } from '#drizzle/schema/snapshot.ts';
import type { ServiceContext } from './context.ts';
import { type DatastoreRow, findDatastore } from './find-datastore.ts';
import { requireNamespace } from './find-namespace.ts';
import { requireContent, requireOwner } from './require-content.ts';

/**
 * The datastore of what is to be pruned; the caller's right on any part of it was checked. *Errors*:
 * DATASTORE_NOT_FOUND, NAMESPACE_NOT_FOUND, and of a single group GROUP_NOT_FOUND, PRIVILEGE_MISSING, OWNER_MISMATCH.
 */
export async function requirePruneScope(
  context: ServiceContext,
  scope: PruneScope & { name: DatastoreName },
): Promise<DatastoreRow> {
  const { name, namespace, group } = scope;
  const row = await findDatastore(context.db, name);
  await requireNamespace(context.db, row, namespace);
  if (group === null) return row;
  const place = { datastore: name, namespace };
  const right = await requireContent(context, place, ['Datastore.Modify'], 'Datastore.Prune');
  const [found] = await context.db
    .select({ owner: backupGroup.owner })
    .from(backupGroup)
    .where(
      and(
        eq(backupGroup.datastoreId, row.id),
        eq(backupGroup.namespace, namespace),
        eq(backupGroup.type, group.type),
        eq(backupGroup.backupId, group.id),
      ),
    );
  if (!found) {
    const path = formatGroupPath({ namespace, ...group });
    throw new BackupError('GROUP_NOT_FOUND', `There is no backup group ${name}:${path}.`, {
      field: 'group',
      hint: `List them: ironcore-backup group list ${name}`,
    });
  }
  requireOwner(right, found.owner);
  return row;
}

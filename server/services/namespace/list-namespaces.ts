import { and, eq, sql } from 'drizzle-orm';
import type { DatastoreName, NamespacePath } from '#domain/ids.ts';
import { compareNamespaces } from '#domain/natural-order.ts';
import { datastorePath } from '#domain/permissions.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { findDatastore } from '../find-datastore.ts';

export interface NamespaceView {
  /** Empty for the root. */
  path: NamespacePath;
  groupCount: number;
  snapshotCount: number;
  logicalBytes: number;
  lastBackupAt: Date | null;
  /** On the disk: what only this namespace needs, and all that it needs; null where no garbage collection has looked since. */
  exclusiveBytes: number | null;
  usedBytes: number | null;
}

/** The namespaces that the caller may see anything of, parents before children; the counts are their own. */
export async function listNamespaces(
  context: ServiceContext,
  input: { datastore: DatastoreName },
): Promise<NamespaceView[]> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const row = await findDatastore(context.db, input.datastore);
  const holds = await privilegeFilter(context);
  const rows = await context.db
    .select({
      path: namespace.path,
      groupCount: sql<number>`(select count(*)::int from ${backupGroup}
        where ${backupGroup.datastoreId} = ${namespace.datastoreId} and ${backupGroup.namespace} = ${namespace.path})`,
      snapshotCount: sql<number>`count(${snapshot.time})::int`,
      logicalBytes: sql<number>`coalesce(sum(${snapshot.sizeBytes}), 0)::float8`,
      exclusiveBytes: namespace.exclusiveBytes,
      usedBytes: namespace.usedBytes,
      lastBackupAt: sql<string | null>`max(${snapshot.time})`,
    })
    .from(namespace)
    .leftJoin(
      snapshot,
      and(eq(snapshot.datastoreId, namespace.datastoreId), eq(snapshot.namespace, namespace.path)),
    )
    .where(eq(namespace.datastoreId, row.id))
    .groupBy(namespace.datastoreId, namespace.path);
  return rows
    .sort((a, b) => compareNamespaces(a.path, b.path))
    .filter((view) =>
      VISIBLE.some((privilege) => holds(datastorePath(input.datastore, view.path), privilege)),
    )
    .map((view) => ({
      ...view,
      // Nothing needs nothing, whether or not anybody has looked.
      ...(view.snapshotCount === 0 ? { exclusiveBytes: 0, usedBytes: 0 } : {}),
      lastBackupAt: view.lastBackupAt === null ? null : new Date(view.lastBackupAt),
    }));
}

import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { formatSnapshot, type GroupRef, type NamespacePath, type SnapshotRef } from '#domain/ids.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { noNamespace } from '#engine/hierarchy/namespaces.ts';
import { groupIs } from '../../catalog/write-catalog.ts';
import type { GatewayContext } from '../gateway-context.ts';

export async function findSnapshotRow(context: GatewayContext, datastoreId: string, ref: SnapshotRef) {
  const [row] = await context.worker.db
    .select()
    .from(snapshot)
    .where(
      and(
        eq(snapshot.datastoreId, datastoreId),
        eq(snapshot.namespace, ref.namespace),
        eq(snapshot.type, ref.type),
        eq(snapshot.backupId, ref.id),
        eq(snapshot.time, new Date(ref.time * 1000)),
      ),
    );
  if (row) return row;
  await requireNamespace(context, datastoreId, ref.namespace);
  throw new BackupError('SNAPSHOT_NOT_FOUND', `snapshot ${formatSnapshot(ref)} does not exist.`);
}

/** Asked only for callers who hold something there: to others it makes no difference whether it exists. */
export async function requireNamespace(
  context: GatewayContext,
  datastoreId: string,
  path: NamespacePath,
): Promise<void> {
  if (path === '') return;
  const found = await context.worker.db
    .select({ path: namespace.path })
    .from(namespace)
    .where(and(eq(namespace.datastoreId, datastoreId), eq(namespace.path, path)));
  if (found.length === 0) throw noNamespace(path);
}

export async function ownerOf(
  context: GatewayContext,
  datastoreId: string,
  ref: GroupRef,
): Promise<string | null> {
  const [row] = await context.worker.db
    .select({ owner: backupGroup.owner })
    .from(backupGroup)
    .where(groupIs(datastoreId, ref));
  return row?.owner ?? null;
}

import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { formatSnapshot, type GroupRef, type SnapshotRef } from '#domain/ids.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
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
  throw new BackupError('SNAPSHOT_NOT_FOUND', `snapshot ${formatSnapshot(ref)} does not exist.`);
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

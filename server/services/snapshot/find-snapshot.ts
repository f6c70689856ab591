import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import type { SnapshotInput } from '#domain/snapshot.ts';
import type { Executor } from '#drizzle/client.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { type DatastoreRow, findDatastore } from '../find-datastore.ts';
import type { SnapshotJoin } from './snapshot-view.ts';

export interface FoundSnapshot extends SnapshotJoin {
  datastore: DatastoreRow;
}

/** SNAPSHOT_NOT_FOUND when the catalog has no such snapshot. */
export async function findSnapshot(db: Executor, input: SnapshotInput): Promise<FoundSnapshot> {
  const row = await findDatastore(db, input.datastore);
  const [found] = await db
    .select({ snapshot, owner: backupGroup.owner })
    .from(snapshot)
    .leftJoin(
      backupGroup,
      and(
        eq(backupGroup.datastoreId, snapshot.datastoreId),
        eq(backupGroup.namespace, snapshot.namespace),
        eq(backupGroup.type, snapshot.type),
        eq(backupGroup.backupId, snapshot.backupId),
      ),
    )
    .where(
      and(
        eq(snapshot.datastoreId, row.id),
        eq(snapshot.namespace, input.namespace),
        eq(snapshot.type, input.type),
        eq(snapshot.backupId, input.id),
        eq(snapshot.time, new Date(input.time * 1000)),
      ),
    );
  if (found) return { ...found, datastore: row };
  throw snapshotMissing(input);
}

export function snapshotMissing({ datastore, namespace, type, id, time }: SnapshotInput): BackupError {
  const ref: SnapshotRef = { namespace, type, id, time };
  return new BackupError(
    'SNAPSHOT_NOT_FOUND',
    `There is no snapshot ${datastore}:${formatSnapshotPath(ref)}.`,
  );
}

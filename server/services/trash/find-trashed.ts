import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { formatTrashItem, type TrashItem } from '#domain/trash.ts';
import type { Executor } from '#drizzle/client.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import type { DatastoreRow } from '../find-datastore.ts';
import type { TrashRow } from './trash-view.ts';

/** SNAPSHOT_NOT_FOUND when the trash has no such item on record. */
export async function findTrashed(db: Executor, datastore: DatastoreRow, item: TrashItem): Promise<TrashRow> {
  const [found] = await db
    .select()
    .from(trashedSnapshot)
    .where(
      and(
        eq(trashedSnapshot.datastoreId, datastore.id),
        eq(trashedSnapshot.namespace, item.namespace),
        eq(trashedSnapshot.type, item.type),
        eq(trashedSnapshot.backupId, item.id),
        eq(trashedSnapshot.time, new Date(item.time * 1000)),
        eq(trashedSnapshot.trashedAt, new Date(item.trashedTime * 1000)),
      ),
    );
  if (found) return found;
  throw trashedMissing(datastore.name, item);
}

export function trashedMissing(datastore: string, item: TrashItem): BackupError {
  return new BackupError(
    'SNAPSHOT_NOT_FOUND',
    `The trash of ${datastore} has no snapshot ${formatTrashItem(item)}.`,
    { field: 'items', hint: `List what it has: ironcore-backup trash list ${datastore}` },
  );
}

/** What the audit log and the subject of a task name of them. */
export function subjectOf(datastore: DatastoreRow, items: readonly TrashItem[]): string {
  const [first] = items;
  if (first && items.length === 1) return `${datastore.name}:${formatTrashItem(first)}`;
  return `${datastore.name}: ${items.length} snapshots of the trash`;
}

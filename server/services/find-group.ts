import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { formatGroupPath, type GroupRef } from '#domain/ids.ts';
import type { Executor } from '#drizzle/client.ts';
import { backupGroup } from '#drizzle/schema/snapshot.ts';
import type { DatastoreRow } from './find-datastore.ts';

/** The row of a group; GROUP_NOT_FOUND when there is none. */
export async function findGroup(db: Executor, datastore: DatastoreRow, group: GroupRef) {
  const [found] = await db
    .select()
    .from(backupGroup)
    .where(
      and(
        eq(backupGroup.datastoreId, datastore.id),
        eq(backupGroup.namespace, group.namespace),
        eq(backupGroup.type, group.type),
        eq(backupGroup.backupId, group.id),
      ),
    );
  if (found) return found;
  throw groupMissing(datastore.name, group);
}

export function groupMissing(datastore: string, group: GroupRef): BackupError {
  const path = `${datastore}:${formatGroupPath(group)}`;
  return new BackupError('GROUP_NOT_FOUND', `There is no backup group ${path}.`, {
    field: 'group',
    hint: `List them: ironcore-backup group list ${datastore}`,
  });
}

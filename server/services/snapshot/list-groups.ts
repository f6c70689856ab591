import { and, asc, eq, sql } from 'drizzle-orm';
import {
  type BackupId,
  type BackupType,
  compareGroups,
  type DatastoreName,
  type NamespacePath,
} from '#domain/ids.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { requireNamespace } from '../find-namespace.ts';
import { mayTouch, requireContent } from '../require-content.ts';

export interface GroupView {
  namespace: NamespacePath;
  type: BackupType;
  id: BackupId;
  owner: string | null;
  notes: string;
  snapshotCount: number;
  unfinishedCount: number;
  protectedCount: number;
  failedCount: number;
  lastBackupAt: Date | null;
  /** Of the newest finished snapshot; null when there is none. */
  lastSizeBytes: number | null;
  logicalBytes: number;
}

/** The groups of one namespace, in the order of every listing; NAMESPACE_NOT_FOUND when it does not exist. */
export async function listGroups(
  context: ServiceContext,
  input: { datastore: DatastoreName; namespace: NamespacePath },
): Promise<GroupView[]> {
  const right = await requireContent(
    context,
    input,
    ['Datastore.Audit', 'Datastore.Read'],
    'Datastore.Backup',
  );
  const row = await findDatastore(context.db, input.datastore);
  await requireNamespace(context.db, row, input.namespace);
  const finished = sql`${snapshot.finished}`;
  const groups = await context.db
    .select({
      namespace: backupGroup.namespace,
      type: backupGroup.type,
      id: backupGroup.backupId,
      owner: backupGroup.owner,
      notes: backupGroup.notes,
      snapshotCount: sql<number>`count(*) filter (where ${finished})::int`,
      unfinishedCount: sql<number>`count(*) filter (where not ${finished})::int`,
      protectedCount: sql<number>`count(*) filter (where ${snapshot.protected})::int`,
      failedCount: sql<number>`count(*) filter (where ${snapshot.verifyState} = 'failed' or ${snapshot.damage} is not null or ${snapshot.chunkDamage} is not null)::int`,
      lastBackupAt: sql<string | null>`max(${snapshot.time}) filter (where ${finished})`,
      lastSizeBytes: sql<number | null>`(array_agg(${snapshot.sizeBytes} order by ${snapshot.time} desc)
        filter (where ${finished}))[1]::float8`,
      logicalBytes: sql<number>`coalesce(sum(${snapshot.sizeBytes}), 0)::float8`,
    })
    .from(backupGroup)
    .leftJoin(
      snapshot,
      and(
        eq(snapshot.datastoreId, backupGroup.datastoreId),
        eq(snapshot.namespace, backupGroup.namespace),
        eq(snapshot.type, backupGroup.type),
        eq(snapshot.backupId, backupGroup.backupId),
      ),
    )
    .where(and(eq(backupGroup.datastoreId, row.id), eq(backupGroup.namespace, input.namespace)))
    .groupBy(backupGroup.datastoreId, backupGroup.namespace, backupGroup.type, backupGroup.backupId)
    .orderBy(asc(backupGroup.type), asc(backupGroup.backupId));
  return groups
    .filter((group) => mayTouch(right, group.owner))
    .map((group) => ({
      ...group,
      lastBackupAt: group.lastBackupAt === null ? null : new Date(group.lastBackupAt),
    }))
    .sort(compareGroups);
}

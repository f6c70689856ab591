import { and, asc, eq, or, type SQL, sql } from 'drizzle-orm';
import {
  type BackupId,
  type BackupType,
  type DatastoreName,
  formatGroupPath,
  type NamespacePath,
} from '#domain/ids.ts';
import { compareGroupNames } from '#domain/natural-order.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { requireNamespace } from '../find-namespace.ts';
import { mayTouch, requireContent } from '../require-content.ts';
import { runningBackups } from './running-backups.ts';

export interface GroupView {
  namespace: NamespacePath;
  type: BackupType;
  id: BackupId;
  owner: string | null;
  notes: string;
  snapshotCount: number;
  /** Neither finished nor running: their backups were cut off. */
  unfinishedCount: number;
  runningCount: number;
  protectedCount: number;
  failedCount: number;
  lastBackupAt: Date | null;
  /** Of the newest finished snapshot; null when there is none. */
  lastSizeBytes: number | null;
  logicalBytes: number;
  /** On the disk: what only this group needs, and all that it needs; null where no garbage collection has looked since. */
  exclusiveBytes: number | null;
  usedBytes: number | null;
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
      exclusiveBytes: backupGroup.exclusiveBytes,
      usedBytes: backupGroup.usedBytes,
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
    .where(
      and(
        eq(backupGroup.datastoreId, row.id),
        eq(backupGroup.namespace, input.namespace),
        right.ownOnly ? ownedBy(right.caller) : undefined,
      ),
    )
    .groupBy(backupGroup.datastoreId, backupGroup.namespace, backupGroup.type, backupGroup.backupId)
    .orderBy(asc(backupGroup.type), asc(backupGroup.backupId));
  const running = groups.some((group) => group.unfinishedCount > 0) ? await runningBackups(context.db) : [];
  return groups
    .filter((group) => mayTouch(right, group.owner))
    .map((group) => ({
      ...group,
      ...openCounts(group, `${input.datastore}:${formatGroupPath(group)}/`, running),
      lastBackupAt: group.lastBackupAt === null ? null : new Date(group.lastBackupAt),
    }))
    .sort(compareGroupNames);
}

/** As `owns` says: one's own, and those of one's tokens. Others are not even counted. */
function ownedBy(caller: PrincipalId): SQL | undefined {
  const { owner } = backupGroup;
  return or(eq(owner, caller), sql`starts_with(${owner}, ${`${caller}!`})`);
}

/** The snapshots without a manifest, apart by whether somebody still writes them. */
function openCounts(group: { unfinishedCount: number }, prefix: string, running: readonly string[]) {
  const started = running.filter((subject) => subject.startsWith(prefix)).length;
  const runningCount = Math.min(started, group.unfinishedCount);
  return { runningCount, unfinishedCount: group.unfinishedCount - runningCount };
}

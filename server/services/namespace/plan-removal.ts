import { and, eq } from 'drizzle-orm';
import {
  type BackupId,
  type BackupType,
  compareGroups,
  formatGroupPath,
  type NamespacePath,
} from '#domain/ids.ts';
import { isWithin, type NamespacePlanInput } from '#domain/namespace.ts';
import { contentDigest, type HeldSnapshot } from '#domain/namespace-content.ts';
import { compareNamespaces } from '#domain/natural-order.ts';
import { datastorePath } from '#domain/permissions.ts';
import { restorableUntil } from '#domain/trash.ts';
import type { Executor } from '#drizzle/client.ts';
import { namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { isWithinPath } from '#drizzle/within.ts';
import { privilegeFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import type { DatastoreRow } from '../find-datastore.ts';
import { runningBackups } from '../snapshot/running-backups.ts';
import {
  grantsBelow,
  jobsFor,
  type NamespaceGrant,
  type NamespaceJob,
  seesGrants,
} from './namespace-hangs.ts';
import { requireRemovable } from './require-removable.ts';

export interface NamespaceRemovalPlan {
  /** Of what is in it now; the removal takes it to go on with this and nothing else. */
  digest: string;
  /** Itself first, parents before children. */
  namespaces: NamespacePath[];
  groups: PlannedGroup[];
  /** Of all groups; what is unfinished goes for good, the rest to the trash where the datastore has one. */
  snapshotCount: number;
  unfinishedCount: number;
  protectedCount: number;
  logicalBytes: number;
  /** What a garbage collection will free at least, once the trash has let go of it; null when nobody has looked who uses the space. */
  freesBytes: number | null;
  spaceUseAt: Date | null;
  /** When what goes now may leave the trash at the earliest; null where it goes for good at once. */
  restorableUntil: Date | null;
  /** What lies in the trash from it already, and stays there. */
  trashedCount: number;
  /** Entries on it and below, which go with it; null for whoever may not see them. */
  grants: NamespaceGrant[] | null;
  grantCount: number;
  /** Jobs that begin in it: those with a name go, and the others run by hand only from then on. */
  jobs: NamespaceJob[];
  /** Backups into it that run now; while they do it stays. */
  running: string[];
}

export interface PlannedGroup {
  namespace: NamespacePath;
  type: BackupType;
  id: BackupId;
  snapshotCount: number;
  protectedCount: number;
  logicalBytes: number;
  lastBackupAt: Date | null;
}

/** What would go with a namespace. Nothing is changed. */
export async function planNamespaceRemoval(
  context: ServiceContext,
  input: NamespacePlanInput,
): Promise<NamespaceRemovalPlan> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const { db, clock } = context;
  const row = await requireRemovable(context, input);
  const top = input.namespace;
  const namespaces = await readNamespaces(db, row, top);
  const snapshots = await readSnapshots(db, row, top);
  const grants = await grantsBelow(db, row.name, top);
  const prefix = `${row.name}:${top}/`;
  return {
    ...{ digest: await contentDigest({ namespaces: namespaces.map(({ path }) => path), snapshots }) },
    ...{ namespaces: namespaces.map(({ path }) => path), groups: groupsOf(snapshots) },
    snapshotCount: snapshots.length,
    unfinishedCount: snapshots.filter(({ finished }) => !finished).length,
    protectedCount: snapshots.filter((one) => one.protected).length,
    logicalBytes: snapshots.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0),
    ...{ freesBytes: freedBy(row, namespaces, snapshots), spaceUseAt: row.spaceUseAt },
    restorableUntil: row.trashDays > 0 ? restorableUntil(row.trashDays, clock.now()) : null,
    trashedCount: await countTrashed(db, row, top),
    ...{
      grants: seesGrants(await privilegeFilter(context), datastorePath(row.name, top)) ? grants : null,
      grantCount: grants.length,
    },
    jobs: await jobsFor(db, row, (scope) => scope.namespace !== '' && isWithin(scope.namespace, top)),
    running: (await runningBackups(db)).filter((subject) => subject.startsWith(prefix)),
  };
}

interface NamespaceRow {
  path: NamespacePath;
  exclusiveBytes: number | null;
}

type SnapshotRow = HeldSnapshot & { sizeBytes: number | null };

async function readNamespaces(
  db: Executor,
  { id }: DatastoreRow,
  top: NamespacePath,
): Promise<NamespaceRow[]> {
  const { path, exclusiveBytes, datastoreId } = namespace;
  const rows = await db
    .select({ path, exclusiveBytes })
    .from(namespace)
    .where(and(eq(datastoreId, id), isWithinPath(path, top)));
  return rows.sort((a, b) => compareNamespaces(a.path, b.path));
}

async function readSnapshots(db: Executor, { id }: DatastoreRow, top: NamespacePath): Promise<SnapshotRow[]> {
  const { finished, sizeBytes } = snapshot;
  const rows = await db
    .select({
      ...{ namespace: snapshot.namespace, type: snapshot.type, id: snapshot.backupId, time: snapshot.time },
      ...{ finished, sizeBytes, protected: snapshot.protected },
    })
    .from(snapshot)
    .where(and(eq(snapshot.datastoreId, id), isWithinPath(snapshot.namespace, top)));
  return rows.map(({ time, finished, sizeBytes, protected: isProtected, ...group }) => ({
    ref: { ...group, time: time.getTime() / 1000 },
    ...{ finished, sizeBytes, protected: isProtected },
  }));
}

function countTrashed(db: Executor, { id }: DatastoreRow, top: NamespacePath): Promise<number> {
  const isIt = and(eq(trashedSnapshot.datastoreId, id), isWithinPath(trashedSnapshot.namespace, top));
  return db.$count(trashedSnapshot, isIt);
}

/** What nothing outside of each of them needs; what only several of them share comes on top. */
function freedBy(
  { spaceUseAt }: DatastoreRow,
  namespaces: readonly NamespaceRow[],
  snapshots: readonly SnapshotRow[],
): number | null {
  if (snapshots.length === 0) return 0;
  const holding = new Set(snapshots.map(({ ref }) => ref.namespace));
  const sums = namespaces.filter(({ path }) => holding.has(path)).map((one) => one.exclusiveBytes);
  if (spaceUseAt === null || sums.includes(null)) return null;
  return sums.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
}

function groupsOf(snapshots: readonly SnapshotRow[]): PlannedGroup[] {
  const groups = [...Map.groupBy(snapshots, ({ ref }) => formatGroupPath(ref)).values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const { time: _, ...group } = first.ref;
    const finished = all.filter((one) => one.finished).map(({ ref }) => ref.time);
    return [
      {
        ...group,
        snapshotCount: all.length,
        protectedCount: all.filter((one) => one.protected).length,
        logicalBytes: all.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0),
        lastBackupAt: finished.length > 0 ? new Date(Math.max(...finished) * 1000) : null,
      },
    ];
  });
  return groups.sort((a, b) => compareNamespaces(a.namespace, b.namespace) || compareGroups(a, b));
}

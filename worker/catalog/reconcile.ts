import { and, eq, notInArray } from 'drizzle-orm';
import { formatGroupPath, formatSnapshotPath, type NamespacePath, type SnapshotRef } from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listGroups } from '#engine/hierarchy/groups.ts';
import { listNamespaces } from '#engine/hierarchy/namespaces.ts';
import { removeLeftovers } from '#engine/hierarchy/remove-snapshot.ts';
import { listSnapshots, readSnapshotInfo } from '#engine/hierarchy/snapshots.ts';
import { deleteSnapshot, groupIs, putNamespace, putSnapshot, refreshGroup } from './write-catalog.ts';

/** Where rows and datastore say different things, the datastore is right. */
export interface ReconcileReport {
  namespaces: number;
  groups: number;
  snapshots: number;
  added: string[];
  removed: string[];
  /** Removals that a crash had interrupted and that were finished now. */
  leftovers: number;
}

export interface ReconcileOptions {
  /** Read every manifest again, instead of only those that have no row. */
  full: boolean;
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
}

const NOTHING_TO_REPORT: ReconcileOptions = {
  full: false,
  signal: new AbortController().signal,
  report: () => {},
};

export async function reconcileCatalog(
  db: Database,
  store: Datastore,
  datastoreId: string,
  options: ReconcileOptions = NOTHING_TO_REPORT,
): Promise<ReconcileReport> {
  const report: ReconcileReport = {
    namespaces: 0,
    groups: 0,
    snapshots: 0,
    added: [],
    removed: [],
    leftovers: 0,
  };
  const rows = await readRows(db, datastoreId);
  const namespaces = await listNamespaces(store.backend);
  const groups = new Set<string>();
  for (const path of namespaces) {
    await putNamespace(db, datastoreId, path);
    report.namespaces += 1;
    for (const group of await reconcileNamespace(db, store, datastoreId, path, rows, report, options)) {
      groups.add(group);
    }
  }
  for (const [name, ref] of rows) {
    await deleteSnapshot(db, datastoreId, ref);
    report.removed.push(name);
  }
  await forgetPlaces(db, datastoreId, namespaces, groups);
  if (report.added.length + report.removed.length > 0)
    await announce(db, 'content', datastoreId, datastoreId);
  return report;
}

/** Rows by reference. What is found in the datastore is taken out; what is left at the end is gone there. */
async function readRows(db: Database, datastoreId: string): Promise<Map<string, SnapshotRef>> {
  const rows = await db
    .select({
      namespace: snapshot.namespace,
      type: snapshot.type,
      id: snapshot.backupId,
      time: snapshot.time,
      finished: snapshot.finished,
    })
    .from(snapshot)
    .where(eq(snapshot.datastoreId, datastoreId));
  return new Map(
    rows.map((row) => {
      const ref = { namespace: row.namespace, type: row.type, id: row.id, time: row.time.getTime() / 1000 };
      // An unfinished one may have been finished or damaged since: it is read again.
      return [`${formatSnapshotPath(ref)}${row.finished ? '' : ' unfinished'}`, ref];
    }),
  );
}

async function reconcileNamespace(
  db: Database,
  store: Datastore,
  datastoreId: string,
  path: NamespacePath,
  rows: Map<string, SnapshotRef>,
  report: ReconcileReport,
  options: ReconcileOptions,
): Promise<string[]> {
  const found: string[] = [];
  for (const group of await listGroups(store.backend, path)) {
    options.signal.throwIfAborted();
    report.groups += 1;
    report.leftovers += await removeLeftovers(store, group);
    let changed = options.full;
    const snapshots = await listSnapshots(store.backend, group);
    if (snapshots.length > 0) found.push(formatGroupPath(group));
    for (const ref of snapshots) {
      report.snapshots += 1;
      const name = formatSnapshotPath(ref);
      const known = rows.delete(name);
      rows.delete(`${name} unfinished`);
      if (known && !options.full) continue;
      const info = await readSnapshotInfo(store.backend, ref);
      if (info === null) continue;
      await putSnapshot(db, datastoreId, info);
      changed = true;
      if (!known) report.added.push(name);
    }
    if (changed || !(await hasGroupRow(db, datastoreId, group)))
      await refreshGroup(db, store, datastoreId, group);
    options.report({ phase: 'Groups', done: report.groups, unit: 'groups' });
  }
  return found;
}

async function hasGroupRow(
  db: Database,
  datastoreId: string,
  group: Omit<SnapshotRef, 'time'>,
): Promise<boolean> {
  const rows = await db
    .select({ id: backupGroup.backupId })
    .from(backupGroup)
    .where(groupIs(datastoreId, group));
  return rows.length > 0;
}

/** Takes rows of namespaces and groups away that the datastore does not have any more. */
async function forgetPlaces(
  db: Database,
  datastoreId: string,
  namespaces: NamespacePath[],
  groups: ReadonlySet<string>,
): Promise<void> {
  await db
    .delete(namespace)
    .where(and(eq(namespace.datastoreId, datastoreId), notInArray(namespace.path, namespaces)));
  for (const row of await db.select().from(backupGroup).where(eq(backupGroup.datastoreId, datastoreId))) {
    const ref = { namespace: row.namespace, type: row.type, id: row.backupId };
    if (!groups.has(formatGroupPath(ref))) await db.delete(backupGroup).where(groupIs(datastoreId, ref));
  }
}

import { and, eq, type SQL, sql } from 'drizzle-orm';
import {
  formatGroupPath,
  formatSnapshotPath,
  type GroupRef,
  type NamespacePath,
  type SnapshotRef,
} from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import type { Datastore } from '#engine/datastore.ts';
import { finishMoves } from '#engine/hierarchy/finish-moves.ts';
import { listGroups } from '#engine/hierarchy/groups.ts';
import { listNamespaces, namespaceExists } from '#engine/hierarchy/namespaces.ts';
import { removeLeftovers } from '#engine/hierarchy/remove-snapshot.ts';
import { listSnapshots, readSnapshotInfo } from '#engine/hierarchy/snapshots.ts';
import { tidyTrash } from '#engine/trash/remove-trashed.ts';
import { finishRemovals } from '#engine/trash/removed-namespaces.ts';
import { moveHooks } from './move-hooks.ts';
import { reconcileTrash } from './trash-rows.ts';
import { groupIs, putNamespace, putSnapshot, refreshGroup, snapshotIs } from './write-catalog.ts';

/** Where rows and datastore say different things, the datastore is right. */
export interface ReconcileReport {
  namespaces: number;
  groups: number;
  snapshots: number;
  /** Snapshots in the trash. */
  trashed: number;
  added: string[];
  removed: string[];
  /** Removals and moves that a crash had interrupted and that were finished now. */
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
    trashed: 0,
    added: [],
    removed: [],
    leftovers: 0,
  };
  const mayRemove = store.unclaimed === null && (await mayBeWritten(db, datastoreId));
  if (mayRemove) report.leftovers += await finishMovesOf(db, store, datastoreId, options.signal);
  const rows = await readRows(db, datastoreId);
  const work: Reconciliation = { db, store, datastoreId, rows, report, options, mayRemove };
  const namespaces = await listNamespaces(store.backend);
  for (const path of namespaces) {
    await putNamespace(db, datastoreId, path);
    rows.namespaces.delete(path);
    report.namespaces += 1;
    await reconcileNamespace(work, path);
  }
  await forgetRows(work);
  if (work.mayRemove) {
    report.leftovers += await finishRemovals(store, options.signal);
    report.leftovers += await tidyTrash(store, options.signal);
  }
  report.trashed = await reconcileTrash(db, store, datastoreId, options);
  if (report.added.length + report.removed.length > 0)
    await announce(db, 'content', datastoreId, datastoreId);
  return report;
}

/** First of all, so that what moved keeps what only the lists know of it. */
async function finishMovesOf(
  db: Database,
  store: Datastore,
  id: string,
  signal: AbortSignal,
): Promise<number> {
  const [place] = await db
    .select({ id: datastore.id, name: datastore.name })
    .from(datastore)
    .where(eq(datastore.id, id));
  return place ? finishMoves(store, (move) => moveHooks(db, place, store, move), signal) : 0;
}

interface Reconciliation {
  db: Database;
  store: Datastore;
  datastoreId: string;
  rows: CatalogRows;
  /** Removals that were interrupted may be finished. */
  mayRemove: boolean;
  report: ReconcileReport;
  options: ReconcileOptions;
}

/** The rows at the start. What is found in the datastore is taken out; what is left at the end is gone there. */
interface CatalogRows {
  namespaces: Map<string, Row<NamespacePath>>;
  groups: Map<string, Row<GroupRef>>;
  snapshots: Map<string, Row<SnapshotRef>>;
}

interface Row<Ref> {
  ref: Ref;
  /** Another one after each change of the row; also when it was deleted and made anew. */
  version: string;
}

/** PostgreSQL itself numbers who wrote a row last. */
const versionOf = (table: typeof namespace | typeof backupGroup | typeof snapshot): SQL<string> =>
  sql<string>`${table}.xmin::text`;

async function readRows(db: Database, datastoreId: string): Promise<CatalogRows> {
  const namespaces = await db
    .select({ ref: namespace.path, version: versionOf(namespace) })
    .from(namespace)
    .where(eq(namespace.datastoreId, datastoreId));
  const groups = await db
    .select({ ref: groupColumns(backupGroup), version: versionOf(backupGroup) })
    .from(backupGroup)
    .where(eq(backupGroup.datastoreId, datastoreId));
  return {
    namespaces: new Map(namespaces.map((row) => [row.ref, row])),
    groups: new Map(groups.map((row) => [formatGroupPath(row.ref), row])),
    snapshots: await readSnapshotRows(db, datastoreId),
  };
}

async function readSnapshotRows(db: Database, datastoreId: string): Promise<CatalogRows['snapshots']> {
  const rows = await db
    .select({
      group: groupColumns(snapshot),
      time: snapshot.time,
      finished: snapshot.finished,
      version: versionOf(snapshot),
    })
    .from(snapshot)
    .where(eq(snapshot.datastoreId, datastoreId));
  return new Map(
    rows.map(({ group, time, finished, version }) => {
      const ref = { ...group, time: time.getTime() / 1000 };
      // An unfinished one may have been finished or damaged since: it is read again.
      return [`${formatSnapshotPath(ref)}${finished ? '' : ' unfinished'}`, { ref, version }];
    }),
  );
}

function groupColumns(table: typeof backupGroup | typeof snapshot) {
  return { namespace: table.namespace, type: table.type, id: table.backupId };
}

/** As the last probe and the administrator say: at the opening, the status is not known yet. */
async function mayBeWritten(db: Database, datastoreId: string): Promise<boolean> {
  const [row] = await db.select().from(datastore).where(eq(datastore.id, datastoreId));
  if (row?.phase !== 'ready' || row.maintenance !== null || row.suspect !== null) return false;
  return row.probeSteps?.every((step) => step.outcome !== 'failed') ?? false;
}

async function reconcileNamespace(work: Reconciliation, path: NamespacePath): Promise<void> {
  const { db, store, datastoreId, rows, report, options } = work;
  for (const group of await listGroups(store.backend, path)) {
    options.signal.throwIfAborted();
    report.groups += 1;
    if (work.mayRemove) report.leftovers += await removeLeftovers(store, group);
    let changed = options.full;
    const snapshots = await listSnapshots(store.backend, group);
    if (snapshots.length > 0) rows.groups.delete(formatGroupPath(group));
    for (const ref of snapshots) {
      report.snapshots += 1;
      const name = formatSnapshotPath(ref);
      const known = rows.snapshots.delete(name);
      rows.snapshots.delete(`${name} unfinished`);
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

/**
 * Takes rows away of what the datastore does not have any more. Backups and removals go on meanwhile: a row that somebody
 * has written since, and a place that has come back, are not of the past.
 */
async function forgetRows({ db, store, datastoreId, rows, report }: Reconciliation): Promise<void> {
  for (const [name, { ref, version }] of rows.snapshots) {
    const isRow = and(snapshotIs(datastoreId, ref), eq(versionOf(snapshot), version));
    const { rowCount } = await db.delete(snapshot).where(isRow);
    if (rowCount) report.removed.push(name);
  }
  for (const { ref, version } of rows.groups.values()) {
    if ((await listSnapshots(store.backend, ref)).length > 0) continue;
    await db.delete(backupGroup).where(and(groupIs(datastoreId, ref), eq(versionOf(backupGroup), version)));
  }
  for (const { ref, version } of rows.namespaces.values()) {
    if (await namespaceExists(store.backend, ref)) continue;
    const isRow = and(eq(namespace.datastoreId, datastoreId), eq(namespace.path, ref));
    await db.delete(namespace).where(and(isRow, eq(versionOf(namespace), version)));
  }
}

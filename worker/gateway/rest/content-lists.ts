import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
import { compareGroups, type NamespacePath, namespaceComponents } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import type { SnapshotFile } from '#domain/snapshot.ts';
import type { Database } from '#drizzle/client.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { requireHeldBelow } from '../authenticate.ts';
import { findOwned } from '../open-request.ts';
import { CONTENT_PRIVILEGES, type ContentRight, requireContent, requireCovered } from './content-rights.ts';
import { type RestCall, StreamedList } from './rest-call.ts';
import { findSnapshotRow, ownerOf, requireNamespace } from './snapshot-rows.ts';

/** Lists of what a datastore holds, from the catalog rows: quick also with a hundred thousand snapshots. */

export async function listNamespaces(call: RestCall): Promise<{ ns: string }[]> {
  const parent = call.parameters.namespace('parent');
  const maxDepth = call.parameters.optionalInteger('max-depth', 0, 7) ?? 7;
  requireHeldBelow(call.caller, datastorePath(call.store, parent), ...CONTENT_PRIVILEGES);
  const owned = await findOwned(call.context, call.store);
  await requireNamespace(call.context, owned.id, parent);
  const rows = await call.context.worker.db
    .select({ path: namespace.path })
    .from(namespace)
    .where(eq(namespace.datastoreId, owned.id))
    .orderBy(asc(namespace.path));
  const depth = namespaceComponents(parent).length;
  return rows
    .filter(({ path }) => parent === '' || path === parent || path.startsWith(`${parent}/`))
    .filter(({ path }) => namespaceComponents(path).length - depth <= maxDepth)
    .filter(({ path }) => isVisible(call, path))
    .map(({ path }) => ({ ns: path }));
}

function isVisible({ caller, store }: RestCall, path: NamespacePath): boolean {
  const place = datastorePath(store, path);
  return caller.holds(place, ...CONTENT_PRIVILEGES);
}

/** Counted by the database: a namespace may hold a hundred thousand snapshots. */
export async function listGroups(call: RestCall) {
  const ns = call.parameters.namespace();
  const right = requireContent(call, ns, ['Datastore.Audit'], 'Datastore.Backup');
  const owned = await findOwned(call.context, call.store);
  await requireNamespace(call.context, owned.id, ns);
  const newest = sql`order by ${snapshot.finished} desc, ${snapshot.time} desc`;
  const rows = await call.context.worker.db
    .select({
      type: backupGroup.type,
      id: backupGroup.backupId,
      owner: backupGroup.owner,
      notes: backupGroup.notes,
      count: sql<number>`count(${snapshot.time})::int`,
      lastBackup: sql<number | null>`(array_agg(extract(epoch from ${snapshot.time}) ${newest}))[1]::float8`,
      files: sql<SnapshotFile[] | null>`(array_agg(${snapshot.files} ${newest}))[1]`,
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
    .where(and(eq(backupGroup.datastoreId, owned.id), eq(backupGroup.namespace, ns)))
    .groupBy(backupGroup.datastoreId, backupGroup.namespace, backupGroup.type, backupGroup.backupId);
  return rows
    .filter((row) => right.covers(row.owner))
    .sort((a, b) => compareGroups({ ...a, namespace: ns }, { ...b, namespace: ns }))
    .map((row) => ({
      'backup-type': row.type,
      'backup-id': row.id,
      'last-backup': row.lastBackup ?? 0,
      'backup-count': row.count,
      files: (row.files ?? []).map((file) => file.name),
      ...(row.owner === null ? {} : { owner: row.owner }),
      ...(row.notes === '' ? {} : { comment: firstLine(row.notes) }),
    }));
}

/** Rows that are read at once: few enough that running backups do not wait while they are made into text. */
const PAGE_ROWS = 1000;

export async function listSnapshots(call: RestCall): Promise<StreamedList> {
  const { parameters } = call;
  const ns = parameters.namespace();
  const right = requireContent(call, ns, ['Datastore.Audit'], 'Datastore.Backup');
  const owned = await findOwned(call.context, call.store);
  await requireNamespace(call.context, owned.id, ns);
  const type = parameters.optionalBackupType();
  const id = parameters.optionalBackupId();
  const wanted = and(
    eq(snapshot.datastoreId, owned.id),
    eq(snapshot.namespace, ns),
    type === undefined ? undefined : eq(snapshot.type, type),
    id === undefined ? undefined : eq(snapshot.backupId, id),
  );
  const { db } = call.context.worker;
  const owners = await ownersIn(db, owned.id, ns);
  return new StreamedList(snapshotPages(db, wanted, owners, right));
}

/** Owner of each group of a namespace, by `type/id`. */
async function ownersIn(db: Database, datastoreId: string, ns: NamespacePath) {
  const rows = await db
    .select({ type: backupGroup.type, id: backupGroup.backupId, owner: backupGroup.owner })
    .from(backupGroup)
    .where(and(eq(backupGroup.datastoreId, datastoreId), eq(backupGroup.namespace, ns)));
  return new Map(rows.map(({ type, id, owner }) => [`${type}/${id}`, owner]));
}

async function* snapshotPages(
  db: Database,
  wanted: SQL | undefined,
  owners: ReadonlyMap<string, string | null>,
  right: ContentRight,
): AsyncGenerator<unknown[]> {
  let last: SnapshotRow | undefined;
  do {
    const page = await readPage(db, wanted, last);
    yield page.flatMap((row) => {
      const owner = owners.get(`${row.type}/${row.id}`) ?? null;
      return right.covers(owner) ? [snapshotItem(row, owner)] : [];
    });
    last = page.length < PAGE_ROWS ? undefined : page.at(-1);
  } while (last);
}

type SnapshotRow = Awaited<ReturnType<typeof readPage>>[number];

/** In the order of the primary key, so that no page costs more than its own rows. */
function readPage(
  db: Database,
  wanted: SQL | undefined,
  after: { type: string; id: string; time: number } | undefined,
) {
  const { type, backupId, time } = snapshot;
  const behind =
    after && sql`(${type}, ${backupId}, ${time}) > (${after.type}, ${after.id}, to_timestamp(${after.time}))`;
  return db
    .select({
      type,
      id: backupId,
      time: sql<number>`extract(epoch from ${time})::float8`,
      finished: snapshot.finished,
      files: snapshot.files,
      sizeBytes: snapshot.sizeBytes,
      protected: snapshot.protected,
      notes: snapshot.notes,
      verifyState: snapshot.verifyState,
      keyFingerprint: snapshot.keyFingerprint,
    })
    .from(snapshot)
    .where(and(wanted, behind))
    .orderBy(asc(type), asc(backupId), asc(time))
    .limit(PAGE_ROWS);
}

function snapshotItem(row: SnapshotRow, owner: string | null) {
  return {
    'backup-type': row.type,
    'backup-id': row.id,
    'backup-time': row.time,
    files: row.files.map(fileItem),
    protected: row.protected,
    ...(row.notes === '' ? {} : { comment: firstLine(row.notes) }),
    ...(row.verifyState === null ? {} : { verification: { state: row.verifyState, upid: NO_UPID } }),
    ...(row.keyFingerprint === null ? {} : { fingerprint: row.keyFingerprint }),
    // Without a size a snapshot counts as being in progress.
    ...(row.finished && row.sizeBytes !== null ? { size: row.sizeBytes } : {}),
    ...(owner === null ? {} : { owner }),
  };
}

/** Our tasks have no such name; clients only show it. */
const NO_UPID = 'UPID:localhost:00000000:00000000:00000000:00000000:verify::system@system:';

function fileItem(file: { name: string; sizeBytes?: number; cryptMode?: string }) {
  return {
    filename: file.name,
    ...(file.cryptMode === undefined ? {} : { 'crypt-mode': file.cryptMode }),
    ...(file.sizeBytes === undefined ? {} : { size: file.sizeBytes }),
  };
}

export async function listFiles(call: RestCall) {
  const ref = call.parameters.snapshot();
  const right = requireContent(
    call,
    ref.namespace,
    ['Datastore.Audit', 'Datastore.Read'],
    'Datastore.Backup',
  );
  const owned = await findOwned(call.context, call.store);
  requireCovered(right, call, await ownerOf(call.context, owned.id, ref));
  const row = await findSnapshotRow(call.context, owned.id, ref);
  return row.files.map(fileItem);
}

export function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

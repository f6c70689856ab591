import { and, eq, sql } from 'drizzle-orm';
import type { GroupRef, SnapshotRef } from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import { formatTrashItem, type TrashItem, type TrashReason } from '#domain/trash.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database, Executor } from '#drizzle/client.ts';
import type { datastore } from '#drizzle/schema/datastore.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import type { Datastore } from '#engine/datastore.ts';
import { trashedGroup, trashedGroups } from '#engine/trash/list-trash.ts';
import { isTrashed, readTrashed, type TrashedInfo, type TrashNote } from '#engine/trash/trash-note.ts';

/** Copies what the trash of a datastore holds into rows. The datastore is right where they differ. */

/** What a removal notes for the trash; null where the datastore has none, and everything goes for good. */
export function trashNoteOf(
  { trashDays }: Pick<typeof datastore.$inferSelect, 'trashDays'>,
  by: string,
  reason: TrashReason,
): TrashNote | null {
  return trashDays > 0 ? { by, reason } : null;
}

/** Of a snapshot that was removed; null where it went for good. */
export async function recordTrashed(
  db: Executor,
  store: Datastore,
  datastoreId: string,
  item: TrashItem | null,
): Promise<void> {
  const info = item && (await readTrashed(store.backend, item));
  if (info) await putTrashed(db, datastoreId, info);
}

/** What lies there of one group or snapshot: for who does not know how far an attempt has come that failed. */
export async function recordTrashOf(
  db: Executor,
  store: Datastore,
  datastoreId: string,
  of: GroupRef | SnapshotRef,
): Promise<TrashItem[]> {
  const { items } = await trashedGroup(store.backend, of);
  const asked = items.filter(({ time }) => !('time' in of) || of.time === time);
  for (const item of asked) await recordTrashed(db, store, datastoreId, item);
  return asked;
}

export async function deleteTrashed(db: Executor, datastoreId: string, item: TrashItem): Promise<void> {
  await db.delete(trashedSnapshot).where(trashedIs(datastoreId, item));
}

export function trashedIs(datastoreId: string, item: TrashItem) {
  return and(
    eq(trashedSnapshot.datastoreId, datastoreId),
    eq(trashedSnapshot.namespace, item.namespace),
    eq(trashedSnapshot.type, item.type),
    eq(trashedSnapshot.backupId, item.id),
    eq(trashedSnapshot.time, new Date(item.time * 1000)),
    eq(trashedSnapshot.trashedAt, new Date(item.trashedTime * 1000)),
  );
}

async function putTrashed(db: Executor, datastoreId: string, info: TrashedInfo): Promise<void> {
  const { item, by, reason, owner, sizeBytes } = info;
  const key = {
    datastoreId,
    ...{ namespace: item.namespace, type: item.type, backupId: item.id },
    time: new Date(item.time * 1000),
    trashedAt: new Date(item.trashedTime * 1000),
  };
  const values = { trashedBy: storableBy(by), reason, owner, sizeBytes };
  await db
    .insert(trashedSnapshot)
    .values({ ...key, ...values })
    .onConflictDoUpdate({ target: TRASH_KEY, set: values });
}

/** A note is a file that anybody may have written: the database keeps no NUL. */
export function storableBy(by: string): string {
  return by.replaceAll('\0', '\ufffd').toWellFormed();
}

const TRASH_KEY = [
  trashedSnapshot.datastoreId,
  trashedSnapshot.namespace,
  trashedSnapshot.type,
  trashedSnapshot.backupId,
  trashedSnapshot.time,
  trashedSnapshot.trashedAt,
];

export interface TrashReconciliation {
  /** Read every note and manifest again, instead of only those that have no row. */
  full: boolean;
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
}

/**
 * Makes the rows as the trash is; the number of snapshots in it. Removals and restores go on meanwhile: a row that was
 * written since the start is not of the past.
 */
export async function reconcileTrash(
  db: Database,
  store: Datastore,
  datastoreId: string,
  { full, signal, report }: TrashReconciliation,
): Promise<number> {
  const rows = await readRows(db, datastoreId);
  let [found, isChanged] = [0, false];
  for await (const { items } of trashedGroups(store.backend)) {
    for (const item of items) {
      signal.throwIfAborted();
      const name = formatTrashItem(item);
      const isKnown = rows.has(name);
      const info = full || !isKnown ? await readTrashed(store.backend, item) : null;
      if (info === null && !(isKnown && (await isTrashed(store.backend, item)))) continue;
      found += 1;
      rows.delete(name);
      if (info) await putTrashed(db, datastoreId, info);
      isChanged ||= !isKnown;
      report({ phase: 'Trash', done: found, unit: 'snapshots' });
    }
  }
  for (const { item, version } of rows.values()) {
    if (await isTrashed(store.backend, item)) continue;
    await db.delete(trashedSnapshot).where(and(trashedIs(datastoreId, item), eq(VERSION, version)));
    isChanged = true;
  }
  if (isChanged) await announce(db, 'content', datastoreId, datastoreId);
  return found;
}

/** PostgreSQL itself numbers who wrote a row last. */
const VERSION = sql<string>`${trashedSnapshot}.xmin::text`;

async function readRows(
  db: Database,
  datastoreId: string,
): Promise<Map<string, { item: TrashItem; version: string }>> {
  const rows = await db
    .select({ row: trashedSnapshot, version: VERSION })
    .from(trashedSnapshot)
    .where(eq(trashedSnapshot.datastoreId, datastoreId));
  return new Map(
    rows.map(({ row, version }) => {
      const item = trashItemOf(row);
      return [formatTrashItem(item), { item, version }];
    }),
  );
}

export function trashItemOf(row: typeof trashedSnapshot.$inferSelect): TrashItem {
  const ref: SnapshotRef = {
    ...{ namespace: row.namespace, type: row.type, id: row.backupId },
    time: row.time.getTime() / 1000,
  };
  return { ...ref, trashedTime: row.trashedAt.getTime() / 1000 };
}

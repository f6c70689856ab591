import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type { GroupRef, NamespacePath } from '#domain/ids.ts';
import { jobNoun } from '#domain/job.ts';
import { movedPath } from '#domain/move.ts';
import { isWithin } from '#domain/namespace.ts';
import { datastorePath } from '#domain/permissions.ts';
import type { TrashItem } from '#domain/trash.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database, Transaction } from '#drizzle/client.ts';
import { isJob, lockJobs, settingsOf } from '#drizzle/jobs.ts';
import { moveGrantsBelow } from '#drizzle/permissions.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { isWithinPath } from '#drizzle/within.ts';
import type { Datastore } from '#engine/datastore.ts';
import type { GroupMove, NamespaceMove } from '#engine/hierarchy/move-journal.ts';
import { trashedIs } from './trash-rows.ts';
import { groupIs, putNamespace, refreshGroup } from './write-catalog.ts';

/** Lists that follow what has moved, in one transaction: nobody sees it twice, or nowhere. */

interface Place {
  id: string;
  name: string;
}

/** With all that is known of its snapshots; into a group that is there they come to those that it has. */
export function moveGroupRows(
  db: Database,
  { id }: Place,
  store: Datastore,
  { from, to }: Pick<GroupMove, 'from' | 'to'>,
): Promise<void> {
  const change = { namespace: to.namespace };
  return db.transaction(async (tx) => {
    await putNamespace(tx, id, to.namespace);
    const times = tx.select({ time: snapshot.time }).from(snapshot).where(inGroup(id, from));
    // What is there of the same time is what an interrupted attempt has written.
    await tx.delete(snapshot).where(and(inGroup(id, to), inArray(snapshot.time, times)));
    await tx.update(snapshot).set(change).where(inGroup(id, from));
    const isThere = (await tx.$count(backupGroup, groupIs(id, to))) > 0;
    if (isThere) await tx.delete(backupGroup).where(groupIs(id, from));
    else await tx.update(backupGroup).set(change).where(groupIs(id, from));
    await refreshGroup(tx, store, id, to);
    await announce(tx, 'content', id, id);
  });
}

function inGroup(id: string, { namespace: path, type, id: backupId }: GroupRef) {
  const { datastoreId } = snapshot;
  const isThere = and(eq(datastoreId, id), eq(snapshot.namespace, path));
  return and(isThere, eq(snapshot.type, type), eq(snapshot.backupId, backupId));
}

/** Of what lay in the trash under its old name. */
export function moveTrashRows(
  db: Database,
  { id }: Place,
  items: readonly TrashItem[],
  nameOf: (from: NamespacePath) => NamespacePath,
): Promise<void> {
  return db.transaction(async (tx) => {
    for (const item of items) {
      const to = { ...item, namespace: nameOf(item.namespace) };
      await tx.delete(trashedSnapshot).where(trashedIs(id, to));
      await tx.update(trashedSnapshot).set({ namespace: to.namespace }).where(trashedIs(id, item));
    }
    await announce(tx, 'content', id, id);
  });
}

/** What went along with a namespace. */
export interface Followed {
  grants: number;
  /** In words, as in "the prune of production has ended". */
  jobs: string[];
}

/** With what was granted on it and the jobs that begin in it. */
export function moveNamespaceRows(
  db: Database,
  place: Place,
  { from, to, by }: Omit<NamespaceMove, 'kind'>,
): Promise<Followed> {
  const { id, name } = place;
  return db.transaction(async (tx) => {
    const jobs = await moveJobs(tx, place, { from, to, by });
    const grants = await moveGrantsBelow(tx, datastorePath(name, from), datastorePath(name, to), by);
    const rename = (column: AnyPgColumn): SQL<NamespacePath> =>
      sql`${to}::text || substr(${column}, ${from.length + 1}::int)`;
    for (const table of [snapshot, backupGroup]) {
      const within = (top: NamespacePath) =>
        and(eq(table.datastoreId, id), isWithinPath(table.namespace, top));
      await tx.delete(table).where(within(to));
      await tx
        .update(table)
        .set({ namespace: rename(table.namespace) })
        .where(within(from));
    }
    const within = (top: NamespacePath) =>
      and(eq(namespace.datastoreId, id), isWithinPath(namespace.path, top));
    await tx.delete(namespace).where(within(to));
    await tx
      .update(namespace)
      .set({ path: rename(namespace.path) })
      .where(within(from));
    await putNamespace(tx, id, to);
    await announce(tx, 'content', id, id);
    return { grants, jobs };
  });
}

async function moveJobs(
  tx: Transaction,
  { id, name }: Place,
  { from, to, by }: Omit<NamespaceMove, 'kind'>,
): Promise<string[]> {
  await tx.select({ id: datastore.id }).from(datastore).where(eq(datastore.id, id)).for('update');
  const moved: string[] = [];
  for (const row of await lockJobs(tx, id)) {
    const { namespace: place } = row.options;
    if (place === undefined || !isWithin(place, from)) continue;
    const before = settingsOf(row);
    const options = { ...row.options, namespace: movedPath(place, from, to) };
    await tx.update(datastoreJob).set({ options }).where(isJob(id, row));
    await recordAudit(tx, {
      ...{ principal: by, source: '', subject: name, action: 'datastore.updateJob' },
      ...{ before: { jobs: [before] }, after: { jobs: [settingsOf({ ...row, options })] } },
    });
    moved.push(jobNoun(row));
  }
  if (moved.length === 0) return moved;
  const version = sql`${datastore.version} + 1`;
  await tx.update(datastore).set({ version }).where(eq(datastore.id, id));
  await announce(tx, 'datastore', id, id);
  return moved;
}

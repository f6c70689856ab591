import { and, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { formatGroupPath, formatSnapshotPath } from '#domain/ids.ts';
import { formatTrashItem, type TrashItem, type TrashRestoreInput } from '#domain/trash.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { type DatastoreRow, findDatastore } from '../find-datastore.ts';
import { requireContent, requireOwner } from '../require-content.ts';
import { startTask } from '../start-task.ts';
import { findTrashed, subjectOf, trashedMissing } from './find-trashed.ts';
import { type TrashRow, type TrashView, viewTrashed } from './trash-view.ts';

export interface RestorePlan {
  restore: TrashView[];
  /** What stays in the trash although it was named, with the reason. */
  keep: { item: TrashView; reason: string }[];
  /** Null for a dry run, and when nothing can be restored. */
  taskId: string | null;
}

/**
 * Puts snapshots back where they were removed from. *Errors*: SNAPSHOT_NOT_FOUND, PRIVILEGE_MISSING, OWNER_MISMATCH when
 * the caller may not remove such a snapshot either; SNAPSHOT_EXISTS when nothing of what was named can go back.
 */
export async function restoreFromTrash(
  context: ServiceContext,
  input: TrashRestoreInput,
): Promise<RestorePlan> {
  await requireSession(context);
  const items = distinct(input.items);
  for (const { namespace } of items) await requireRight(context, { datastore: input.datastore, namespace });
  const row = await findDatastore(context.db, input.datastore); // whether there is one is not for everybody
  const plan: Pick<RestorePlan, 'restore' | 'keep'> = { restore: [], keep: [] };
  const going: TrashItem[] = [];
  const places = new Set<string>();
  for (const item of items) {
    const found = await authorized(context, row, item);
    const view = viewTrashed(found, row.trashDays);
    const reason = (await whyNot(context, row, found, item)) ?? twice(places, item);
    if (reason !== null) {
      plan.keep.push({ item: view, reason });
      continue;
    }
    plan.restore.push(view);
    going.push(item);
  }
  if (input.dryRun) return { ...plan, taskId: null };
  if (going.length === 0) throw nothingLeft(plan.keep[0]?.reason);
  const { taskId } = await startTask(context, {
    kind: 'trash.restore',
    payload: { datastoreId: row.id, items: going },
    datastore: row,
    subject: subjectOf(row, going),
    detail: { items: going.map(formatTrashItem) },
  });
  return { ...plan, taskId };
}

function distinct(items: readonly TrashItem[]): TrashItem[] {
  return [...new Map(items.map((item) => [formatTrashItem(item), item])).values()];
}

const requireRight = (context: ServiceContext, place: Parameters<typeof requireContent>[1]) =>
  requireContent(context, place, ['Datastore.Modify'], 'Datastore.Prune');

async function authorized(context: ServiceContext, row: DatastoreRow, item: TrashItem): Promise<TrashRow> {
  const right = await requireRight(context, { datastore: row.name, namespace: item.namespace });
  const found = await findTrashed(context.db, row, item);
  requireOwner(right, found.owner, trashedMissing(row.name, item));
  return found;
}

/** As far as the lists tell; the task looks at the datastore itself. */
async function whyNot(
  { db }: ServiceContext,
  row: DatastoreRow,
  { owner }: TrashRow,
  item: TrashItem,
): Promise<string | null> {
  const [there] = await db
    .select({ time: snapshot.time })
    .from(snapshot)
    .where(
      and(
        eq(snapshot.datastoreId, row.id),
        eq(snapshot.namespace, item.namespace),
        eq(snapshot.type, item.type),
        eq(snapshot.backupId, item.id),
        eq(snapshot.time, new Date(item.time * 1000)),
      ),
    );
  if (there) return `There is a snapshot ${formatSnapshotPath(item)} already.`;
  const [group] = await db
    .select({ owner: backupGroup.owner })
    .from(backupGroup)
    .where(
      and(
        eq(backupGroup.datastoreId, row.id),
        eq(backupGroup.namespace, item.namespace),
        eq(backupGroup.type, item.type),
        eq(backupGroup.backupId, item.id),
      ),
    );
  if (!group || owner === null || group.owner === owner) return null;
  return `The backup group ${formatGroupPath(item)} belongs to ${group.owner ?? 'nobody'} by now, and the snapshot to ${owner}.`;
}

/** One of two of the same snapshot takes the place. */
function twice(places: Set<string>, item: TrashItem): string | null {
  const place = formatSnapshotPath(item);
  if (places.has(place)) return 'The same snapshot was named twice, as it was removed at different times.';
  places.add(place);
  return null;
}

function nothingLeft(reason = 'Nothing was named.'): BackupError {
  return new BackupError('SNAPSHOT_EXISTS', `Nothing can be restored: ${reason}`, {
    field: 'items',
    hint: 'Forget the snapshot that is there, or have the owner of the group changed, and restore again.',
  });
}

import { desc, eq } from 'drizzle-orm';
import { datastorePath } from '#domain/permissions.ts';
import { formatTrashItem, type TrashEmptyInput } from '#domain/trash.ts';
import { trashedSnapshot } from '#drizzle/schema/trash.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { type DatastoreRow, findDatastore } from '../find-datastore.ts';
import { startTask } from '../start-task.ts';
import { findTrashed, subjectOf } from './find-trashed.ts';
import { knownTrashBytes } from './trash-bytes.ts';
import type { TrashRow } from './trash-view.ts';

export interface EmptyPlan {
  /** How many snapshots go for good. */
  total: number;
  /** Of their archives, as if nothing were shared; those of unknown size are left out. */
  totalBytes: number;
  /** What a garbage collection frees afterwards, on the disk; null where only a part goes, or when nobody has looked. */
  freesBytes: number | null;
  /** Null for a dry run. */
  taskId: string | null;
}

/** Removes what lies in the trash for good, all or some of it, and collects garbage afterwards if that is wanted. */
export async function emptyTrash(context: ServiceContext, input: TrashEmptyInput): Promise<EmptyPlan> {
  await requirePrivilege(context, datastorePath(input.datastore), 'Datastore.Modify');
  const row = await findDatastore(context.db, input.datastore);
  const now = Math.floor(context.clock.now() / 1000);
  const { items, collect, dryRun } = input;
  const rows = items
    ? await Promise.all(items.map((item) => findTrashed(context.db, row, item)))
    : await everything(context, row);
  const plan = {
    total: rows.length,
    totalBytes: rows.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0),
    freesBytes: items ? null : knownTrashBytes(row, rows[0]?.trashedAt ?? null),
  };
  if (dryRun) return { ...plan, taskId: null };
  const { taskId } = await startTask(context, {
    kind: 'trash.empty',
    payload: { datastoreId: row.id, items: items ?? [], allUntil: items ? null : now, collect },
    datastore: row,
    subject: items ? subjectOf(row, items) : row.name,
    detail: { items: items?.map(formatTrashItem) ?? 'all', collect },
  });
  return { ...plan, taskId };
}

function everything({ db }: ServiceContext, row: DatastoreRow): Promise<TrashRow[]> {
  return db
    .select()
    .from(trashedSnapshot)
    .where(eq(trashedSnapshot.datastoreId, row.id))
    .orderBy(desc(trashedSnapshot.trashedAt));
}

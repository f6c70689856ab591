import { BackupError } from '#domain/errors.ts';
import { formatSnapshotPath } from '#domain/ids.ts';
import { type ForgetInput, type SnapshotInput, snapshotOf } from '#domain/snapshot.ts';
import { restorableUntil } from '#domain/trash.ts';
import { requireSession } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { requireContent, requireOwner } from '../require-content.ts';
import { startTask } from '../start-task.ts';
import { findSnapshot, snapshotMissing } from './find-snapshot.ts';
import { type SnapshotView, viewSnapshots } from './snapshot-view.ts';

export interface ForgetPlan {
  remove: SnapshotView[];
  /** What stays although it was named, with the reason. */
  keep: { snapshot: SnapshotView; reason: string }[];
  /** What a garbage collection will free at least, in bytes on the disk; null when nobody has looked who uses the space. */
  freesBytes: number | null;
  /** When what goes now may leave the trash at the earliest; null where it goes for good at once. */
  restorableUntil: Date | null;
  /** Null for a dry run. */
  taskId: string | null;
}

/** Removes snapshots by hand. The plan is what a dry run shows and what the task carries out. */
export async function forgetSnapshots(context: ServiceContext, input: ForgetInput): Promise<ForgetPlan> {
  await requireSession(context);
  const named = await Promise.all(
    input.snapshots.map((ref) => authorized(context, { ...ref, datastore: input.datastore })),
  );
  const [first] = named;
  if (!first) throw new BackupError('INPUT_INVALID', 'Name at least one snapshot.', { field: 'snapshots' });
  const views = await viewSnapshots(context.db, named);
  const keep = views
    .filter((view) => view.protected)
    .map((view) => ({ snapshot: view, reason: 'It is protected.' }));
  const remove = views.filter((view) => !view.protected);
  const { trashDays } = first.datastore;
  const plan = {
    ...{ remove, keep, freesBytes: exclusiveSum(remove) },
    restorableUntil: trashDays > 0 ? restorableUntil(trashDays, context.clock.now()) : null,
  };
  if (input.dryRun || remove.length === 0) return { ...plan, taskId: null };
  const snapshots = remove.map(
    ({ namespace, type, id, time }) =>
      ({ datastore: input.datastore, namespace, type, id, time }) as SnapshotInput,
  );
  const subject =
    remove.length === 1
      ? subjectOf(first.datastore.name, snapshots[0])
      : `${first.datastore.name}: ${remove.length} snapshots`;
  const { taskId } = await startTask(context, {
    kind: 'snapshot.forget',
    payload: { datastoreId: first.datastore.id, snapshots },
    datastore: first.datastore,
    subject,
    detail: { snapshots: snapshots.map((ref) => formatSnapshotPath(snapshotOf(ref))) },
  });
  return { ...plan, taskId };
}

/** What only single ones of them need; what several of them share comes on top. */
function exclusiveSum(views: readonly SnapshotView[]): number | null {
  let sum = 0;
  for (const { exclusiveBytes, finished } of views) {
    if (exclusiveBytes === null && finished) return null;
    sum += exclusiveBytes ?? 0;
  }
  return sum;
}

async function authorized(context: ServiceContext, input: SnapshotInput) {
  const right = await requireContent(context, input, ['Datastore.Modify'], 'Datastore.Prune');
  const found = await findSnapshot(context.db, input);
  requireOwner(right, found.owner, snapshotMissing(input));
  return found;
}

function subjectOf(datastore: string, ref: SnapshotInput | undefined): string {
  return ref ? `${datastore}:${formatSnapshotPath(snapshotOf(ref))}` : datastore;
}

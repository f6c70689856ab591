import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import { snapshotOf } from '#domain/snapshot.ts';
import { afterRemovalWords, removedWords } from '#domain/trash.ts';
import type { Datastore } from '#engine/datastore.ts';
import { readOwner } from '#engine/hierarchy/groups.ts';
import { removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { recordTrashed, recordTrashOf, trashNoteOf } from '../catalog/trash-rows.ts';
import { refreshSnapshot } from '../catalog/write-catalog.ts';
import { type MayRemove, mayRemoveNow, principalOf } from './rights-now.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

/** Removes snapshots, oldest first. One that is in use or protected by now stays, with a warning. */
export const handleForget: TaskHandler<'snapshot.forget'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const { db, clock } = context.worker;
  const startedAt = clock.now();
  const { trashDays } = owned.row;
  const note = trashNoteOf(owned.row, context.createdBy, 'forget');
  const refs = context.payload.snapshots.map(snapshotOf).sort((a, b) => a.time - b.time);
  const mayRemove = await mayRemoveNow(context.worker, principalOf(context), owned.name);
  const counts = { removed: 0, trashed: 0 };
  for (const ref of refs) {
    context.signal.throwIfAborted();
    const name = formatSnapshotPath(ref);
    try {
      await requireMine(mayRemove, store, ref);
      const item = await removeSnapshot(store, ref, note);
      counts.removed += 1;
      if (item) counts.trashed += 1;
      context.log('info', item ? `Moved ${name} to the trash.` : `Removed ${name} for good.`);
      await recordTrashed(db, store, owned.id, item);
    } catch (error) {
      if (!isBackupError(error, ...REFUSALS)) throw error;
      // A second attempt meets what the first has already done.
      if (error.code === 'SNAPSHOT_NOT_FOUND') await recordTrashOf(db, store, owned.id, ref);
      else context.log('warning', `Kept ${name}: ${error.message}`);
    }
    await refreshSnapshot(db, store, owned.id, ref);
    context.progress({ phase: 'Forgetting', done: counts.removed, total: refs.length, unit: 'snapshots' });
  }
  const kept = refs.length - counts.removed;
  const rest = kept > 0 ? `, ${kept} kept` : '';
  const outcome = [`${removedWords(counts)}${rest}.`, afterRemovalWords(counts, trashDays, startedAt)];
  return { outcome: outcome.filter(Boolean).join(' '), result: { ...counts, kept } };
};

const REFUSALS = [
  ...(['SNAPSHOT_LOCKED', 'SNAPSHOT_PROTECTED', 'SNAPSHOT_NOT_FOUND'] as const),
  'PRIVILEGE_MISSING' as const,
];

async function requireMine(mayRemove: MayRemove, { backend }: Datastore, ref: SnapshotRef): Promise<void> {
  if (await mayRemove(ref, () => readOwner(backend, ref))) return;
  throw new BackupError('PRIVILEGE_MISSING', 'The right to remove it was taken away meanwhile.');
}

import { isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath } from '#domain/ids.ts';
import { snapshotOf } from '#domain/snapshot.ts';
import { countOf } from '#domain/units.ts';
import { removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { refreshSnapshot } from '../catalog/write-catalog.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

/** Removes snapshots, oldest first. One that is in use or protected by now stays, with a warning. */
export const handleForget: TaskHandler<'snapshot.forget'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const refs = context.payload.snapshots.map(snapshotOf).sort((a, b) => a.time - b.time);
  let removed = 0;
  for (const ref of refs) {
    context.signal.throwIfAborted();
    const name = formatSnapshotPath(ref);
    try {
      await removeSnapshot(store, ref);
      removed += 1;
      context.log('info', `Forgot ${name}.`);
    } catch (error) {
      if (!isBackupError(error, 'SNAPSHOT_LOCKED', 'SNAPSHOT_PROTECTED', 'SNAPSHOT_NOT_FOUND')) throw error;
      // A second attempt meets what the first has already done.
      if (error.code !== 'SNAPSHOT_NOT_FOUND') context.log('warning', `Kept ${name}: ${error.message}`);
    }
    await refreshSnapshot(context.worker.db, store, owned.id, ref);
    context.progress({ phase: 'Forgetting', done: removed, total: refs.length, unit: 'snapshots' });
  }
  const kept = refs.length - removed;
  const rest = kept > 0 ? `, ${kept} kept` : '';
  const outcome = `${countOf(removed, 'snapshot')} forgotten${rest}. Space is freed by the next garbage collection.`;
  return { outcome, result: { removed, kept } };
};

import { BackupError, isBackupError } from '#domain/errors.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { formatTrashItem, type TrashItem } from '#domain/trash.ts';
import { countOf } from '#domain/units.ts';
import type { Datastore } from '#engine/datastore.ts';
import { isFinished } from '#engine/hierarchy/snapshots.ts';
import { restoreTrashed } from '#engine/trash/restore-trashed.ts';
import { readNote, readTrashed } from '#engine/trash/trash-note.ts';
import { deleteTrashed } from '../catalog/trash-rows.ts';
import { refreshSnapshot } from '../catalog/write-catalog.ts';
import { type MayRemove, mayRemoveNow, principalOf } from './rights-now.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

type Context = TaskContext<'trash.restore'>;

/** Puts snapshots of the trash back to their groups, oldest first. What cannot go back stays there, with a warning. */
export const handleTrashRestore: TaskHandler<'trash.restore'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const { db } = context.worker;
  const items = [...context.payload.items].sort((a, b) => a.time - b.time || a.trashedTime - b.trashedTime);
  const mayRestore = await mayRemoveNow(context.worker, principalOf(context), owned.name);
  let restored = 0;
  for (const [at, item] of items.entries()) {
    context.signal.throwIfAborted();
    const refusal = await restore(context, store, item, mayRestore);
    if (refusal === null) {
      restored += 1;
      context.log('info', `Restored ${formatTrashItem(item)}.`);
    } else {
      context.log('warning', `${formatTrashItem(item)} was not restored: ${refusal}`);
    }
    if ((await readTrashed(store.backend, item)) === null) await deleteTrashed(db, owned.id, item);
    await refreshSnapshot(db, store, owned.id, item);
    context.progress({ phase: 'Restoring', done: at + 1, total: items.length, unit: 'snapshots' });
  }
  const left = items.length - restored;
  const rest = left > 0 ? `, ${left} not: the log says why` : '';
  const outcome = `${countOf(restored, 'snapshot')} restored from the trash${rest}.`;
  return { outcome, result: { restored, left } };
};

/** Null when it is back, else why it is not. */
async function restore(
  context: Context,
  store: Datastore,
  item: TrashItem,
  mayRestore: MayRemove,
): Promise<string | null> {
  try {
    if (!(await mayRestore(item, async () => (await readNote(store.backend, item)).owner)))
      throw notAnyMore();
    await restoreTrashed(store, item, restorer(context));
    return null;
  } catch (error) {
    if (!isBackupError(error, ...REFUSALS)) throw error;
    // A second attempt meets what the first has already done.
    const isDone = context.retried && error.code === 'SNAPSHOT_NOT_FOUND';
    return isDone && (await isFinished(store.backend, item)) ? null : error.message;
  }
}

const REFUSALS = [
  ...(['SNAPSHOT_NOT_FOUND', 'SNAPSHOT_EXISTS', 'SNAPSHOT_LOCKED'] as const),
  ...(['GROUP_LOCKED', 'OWNER_MISMATCH', 'PRIVILEGE_MISSING'] as const),
];

/** To whom a group belongs of which nobody knows the owner. */
function restorer(context: Context): PrincipalId {
  const principal = principalOf(context);
  if (principal === null) throw new Error(`${context.createdBy} cannot own a group`);
  return principal;
}

function notAnyMore(): BackupError {
  return new BackupError('PRIVILEGE_MISSING', 'The right to restore it was taken away meanwhile.');
}

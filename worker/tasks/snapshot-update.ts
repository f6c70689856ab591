import { formatSnapshotPath } from '#domain/ids.ts';
import { snapshotOf } from '#domain/snapshot.ts';
import { setNotes, setProtected } from '#engine/hierarchy/change-snapshot.ts';
import { refreshSnapshot } from '../catalog/write-catalog.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

export const handleSnapshotUpdate: TaskHandler<'snapshot.update'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.writer();
  const { notes, protected: isProtected, snapshot } = context.payload;
  const ref = snapshotOf(snapshot);
  if (isProtected !== undefined) await setProtected(store, ref, isProtected);
  if (notes !== undefined) await setNotes(store, ref, notes);
  await refreshSnapshot(context.worker.db, store, owned.id, ref);
  const changes = [
    ...(isProtected === undefined ? [] : [isProtected ? 'protected' : 'no longer protected']),
    ...(notes === undefined ? [] : ['notes changed']),
  ];
  return { outcome: `${formatSnapshotPath(ref)}: ${changes.join(', ')}.` };
};

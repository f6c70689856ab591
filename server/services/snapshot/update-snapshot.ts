import { formatSnapshotPath } from '#domain/ids.ts';
import { type SnapshotUpdateInput, snapshotOf } from '#domain/snapshot.ts';
import type { ServiceContext } from '../context.ts';
import { requireContent, requireOwner } from '../require-content.ts';
import { startTask } from '../start-task.ts';
import { findSnapshot, snapshotMissing } from './find-snapshot.ts';

/** Changes notes or protection of a snapshot; the owner of the datastore writes it into the snapshot itself. */
export async function updateSnapshot(
  context: ServiceContext,
  input: SnapshotUpdateInput,
): Promise<{ taskId: string }> {
  const right = await requireContent(context, input, ['Datastore.Modify'], 'Datastore.Backup');
  const found = await findSnapshot(context.db, input);
  requireOwner(right, found.owner, snapshotMissing(input));
  const { notes, protected: isProtected, ...snapshot } = input;
  const changes = {
    ...(notes === undefined ? {} : { notes }),
    ...(isProtected === undefined ? {} : { protected: isProtected }),
  };
  return startTask(context, {
    kind: 'snapshot.update',
    payload: { datastoreId: found.datastore.id, snapshot, ...changes },
    datastore: found.datastore,
    subject: `${found.datastore.name}:${formatSnapshotPath(snapshotOf(snapshot))}`,
    detail: { protected: isProtected ?? null, notesChanged: notes !== undefined },
  });
}

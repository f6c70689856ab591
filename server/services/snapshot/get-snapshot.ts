import type { SnapshotInput } from '#domain/snapshot.ts';
import type { ServiceContext } from '../context.ts';
import { requireContent, requireOwner } from '../require-content.ts';
import { findSnapshot, snapshotMissing } from './find-snapshot.ts';
import { type SnapshotView, viewSnapshots } from './snapshot-view.ts';

export async function getSnapshot(context: ServiceContext, input: SnapshotInput): Promise<SnapshotView> {
  const right = await requireContent(
    context,
    input,
    ['Datastore.Audit', 'Datastore.Read'],
    'Datastore.Backup',
  );
  const found = await findSnapshot(context.db, input);
  requireOwner(right, found.owner, snapshotMissing(input));
  const [view] = await viewSnapshots(context.db, [found]);
  return view as SnapshotView;
}

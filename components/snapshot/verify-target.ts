import type { BackupId, BackupType, NamespacePath } from '#domain/ids.ts';
import type { VerifyTarget } from '../datastore/verify/RunVerifyDialog.tsx';
import type { GroupView, SnapshotView } from '../trpc/views.ts';
import { snapshotLabel } from './snapshot-words.ts';

/** What a dialog asks about when a row is to be verified. */

export function snapshotTarget(snapshot: SnapshotView): VerifyTarget {
  const { time, sizeBytes } = snapshot;
  return { ...placeOf(snapshot), time, label: snapshotLabel(snapshot), snapshots: 1, bytes: sizeBytes };
}

export function groupTarget(group: GroupView): VerifyTarget {
  const { type, id, snapshotCount, logicalBytes } = group;
  const label = `${type}/${id}`;
  return { ...placeOf(group), time: null, label, snapshots: snapshotCount, bytes: logicalBytes };
}

function placeOf(row: { namespace: string; type: string; id: string }) {
  // The server parsed these names before it sent them.
  const { namespace, type, id } = row;
  return { namespace: namespace as NamespacePath, type: type as BackupType, id: id as BackupId };
}

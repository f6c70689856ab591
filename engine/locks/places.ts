import {
  formatGroupPath,
  formatSnapshotPath,
  type GroupRef,
  type NamespacePath,
  type SnapshotRef,
} from '#domain/ids.ts';
import type { LockPlace } from './lock-table.ts';

export function namespacePlace(namespace: NamespacePath): LockPlace {
  return { key: `namespace:${namespace}`, code: 'NAMESPACE_LOCKED', words: `Namespace ${namespace}` };
}

/** A namespace that was removed, while what it held is on its way to the trash. */
export function removedPlace(key: string): LockPlace {
  return { key: `removed:${key}`, code: 'NAMESPACE_LOCKED', words: `What is left in ${key}` };
}

export function groupPlace(group: GroupRef): LockPlace {
  const name = formatGroupPath(group);
  return { key: `group:${name}`, code: 'GROUP_LOCKED', words: `Backup group ${name}` };
}

export function snapshotPlace(snapshot: SnapshotRef): LockPlace {
  const name = formatSnapshotPath(snapshot);
  return { key: `snapshot:${name}`, code: 'SNAPSHOT_LOCKED', words: `Snapshot ${name}` };
}

export function manifestPlace(snapshot: SnapshotRef): LockPlace {
  const name = formatSnapshotPath(snapshot);
  return { key: `manifest:${name}`, code: 'SNAPSHOT_LOCKED', words: `The manifest of ${name}` };
}

import type { GroupRef, NamespacePath, SnapshotRef } from '#domain/ids.ts';
import type { HeldSnapshot, NamespaceContent } from '#domain/namespace-content.ts';
import type { Datastore } from '../datastore.ts';
import { groupPlace, snapshotPlace } from '../locks/places.ts';
import { listGroups } from './groups.ts';
import { MANIFEST_NAME, PROTECTED_NAME, snapshotKey } from './layout.ts';
import { listNamespaces, listOrNothing } from './namespaces.ts';
import { listSnapshots } from './snapshots.ts';

/**
 * Locks every group of a namespace and of those below it with all their snapshots, and tells what there is. The caller
 * holds the namespace, so that nothing is added. *Errors*: GROUP_LOCKED, SNAPSHOT_LOCKED.
 */
export async function holdContent(
  store: Datastore,
  start: NamespacePath,
  locks: DisposableStack,
  holder: string,
): Promise<NamespaceContent> {
  const namespaces = await listNamespaces(store.backend, start);
  const snapshots: HeldSnapshot[] = [];
  for (const namespace of namespaces) {
    for (const group of await listGroups(store.backend, namespace)) {
      locks.use(store.locks.exclusive(groupPlace(group), holder));
      for (const ref of await holdSnapshots(store, group, locks, holder)) {
        const names = (await listOrNothing(store.backend, snapshotKey(ref))).map(({ name }) => name);
        snapshots.push({
          ...{ ref, protected: names.includes(PROTECTED_NAME), finished: names.includes(MANIFEST_NAME) },
        });
      }
    }
  }
  return { namespaces, snapshots };
}

/** All snapshots of a group whose lock the caller holds, oldest first. */
export async function holdSnapshots(
  store: Datastore,
  group: GroupRef,
  locks: DisposableStack,
  holder: string,
): Promise<SnapshotRef[]> {
  const oldestFirst = (await listSnapshots(store.backend, group)).reverse();
  for (const ref of oldestFirst) locks.use(store.locks.exclusive(snapshotPlace(ref), holder));
  return oldestFirst;
}

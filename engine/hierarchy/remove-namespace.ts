import { BackupError } from '#domain/errors.ts';
import { BACKUP_TYPES, type NamespacePath, parseBackupId, parseNamespaceComponent } from '#domain/ids.ts';
import type { NamespaceContent } from '#domain/namespace-content.ts';
import type { Entry } from '../backends/backend.ts';
import type { Datastore } from '../datastore.ts';
import { namespacePlace, removedPlace } from '../locks/places.ts';
import { shareNamespace } from '../locks/share-namespace.ts';
import { withReserve } from '../reserve.ts';
import { moveSnapshot } from '../trash/move-snapshot.ts';
import {
  findRemovedPlace,
  type RemovedNamespace,
  removedKey,
  writeRemovalNote,
} from '../trash/removed-namespaces.ts';
import type { TrashNote } from '../trash/trash-note.ts';
import { holdContent } from './hold-content.ts';
import { below, namespaceKey } from './layout.ts';
import { listOrNothing, namespaceExists, parentOf } from './namespaces.ts';

const HOLDER = 'removal of the namespace';

export interface NamespaceRemoval {
  /** Sees what is in it while nobody can change it; what it throws leaves everything as it is. */
  check: (content: NamespaceContent) => Promise<void>;
  /** Null: what it holds goes for good. */
  trash: TrashNote | null;
  /** Called once it is gone and before anybody can make it anew, also when it was gone already. */
  gone: () => Promise<void>;
}

/**
 * Takes a namespace with all that is in it and below it out of the datastore in one step, so that a crash leaves it whole
 * or gone. Where it lies then, `finishRemoval` takes it from. Null when it was gone already.
 *
 * *Locks*: the namespace, which keeps everybody from making something in it or below; then each group and its snapshots.
 * *Errors*: NAMESPACE_LOCKED, GROUP_LOCKED and SNAPSHOT_LOCKED while anything in it is in use; NAMESPACE_NOT_EMPTY with
 * things in it that are no backups; those of `check` and of the storage.
 */
export async function removeNamespace(
  store: Datastore,
  namespace: NamespacePath,
  { check, trash, gone }: NamespaceRemoval,
): Promise<RemovedNamespace | null> {
  using _parents = shareNamespace(store.locks, parentOf(namespace), HOLDER);
  using locks = new DisposableStack();
  locks.use(store.locks.exclusive(namespacePlace(namespace), HOLDER));
  if (!(await namespaceExists(store.backend, namespace))) {
    await gone();
    return null;
  }
  const content = await holdContent(store, namespace, locks, HOLDER);
  for (const path of content.namespaces) await refuseStrangers(store, path);
  await check(content);
  await store.assertStillOwned();
  const removed = await withReserve(store.backend, () => findRemovedPlace(store, namespace));
  using _place = store.locks.exclusive(removedPlace(removedKey(removed)), HOLDER);
  await withReserve(store.backend, () => writeRemovalNote(store, removed, trash));
  await withReserve(store.backend, () => moveSnapshot(store, namespaceKey(namespace), removedKey(removed)));
  await gone();
  return removed;
}

/** What somebody else has put beside groups and namespaces would go unseen. */
async function refuseStrangers(store: Datastore, namespace: NamespacePath): Promise<void> {
  const top = namespaceKey(namespace);
  const branches: [string, (entry: Entry) => boolean][] = [
    [top, (entry) => entry.name === 'ns' || BACKUP_TYPES.some((type) => type === entry.name)],
    [below(top, 'ns'), (entry) => parseNamespaceComponent(entry.name).ok],
    ...BACKUP_TYPES.map((type): [string, (entry: Entry) => boolean] => [
      below(top, type),
      (entry) => parseBackupId(entry.name).ok,
    ]),
  ];
  for (const [key, isOurs] of branches) {
    const entries = await listOrNothing(store.backend, key);
    const stranger = entries.find((entry) => entry.kind !== 'directory' || !isOurs(entry));
    if (stranger) throw holdsStranger(namespace, below(key, stranger.name));
  }
}

function holdsStranger(namespace: NamespacePath, key: string): BackupError {
  return new BackupError('NAMESPACE_NOT_EMPTY', `${key} in the namespace ${namespace} is no backup.`, {
    hint: 'Move it out of the datastore first, if it may be missed.',
  });
}

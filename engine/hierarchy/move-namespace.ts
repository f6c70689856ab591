import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatGroupPath, type GroupRef, type NamespacePath } from '#domain/ids.ts';
import { checkNamespacePlaces, movedPath } from '#domain/move.ts';
import { isWithin } from '#domain/namespace.ts';
import type { NamespaceContent } from '#domain/namespace-content.ts';
import { must } from '#domain/result.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { namespacePlace } from '../locks/places.ts';
import { shareNamespace } from '../locks/share-namespace.ts';
import { withReserve } from '../reserve.ts';
import { trashedGroups } from '../trash/list-trash.ts';
import { moveSnapshot } from '../trash/move-snapshot.ts';
import { moveTrash } from '../trash/move-trash.ts';
import { holdContent } from './hold-content.ts';
import { below, namespaceKey } from './layout.ts';
import { holdNames, type MoveHooks } from './move-group.ts';
import { crossOut, type NamespaceMove, noteMove } from './move-journal.ts';
import { namespaceExists, noNamespace, parentOf } from './namespaces.ts';

const HOLDER = 'move of the namespace';

export interface NamespaceMoveOptions extends MoveHooks {
  /** Sees what is in it while nobody can change it; what it throws leaves everything as it is. */
  check: (content: NamespaceContent) => Promise<void>;
}

export interface MovedNamespace {
  /** Below it. */
  namespaces: number;
  groups: number;
  snapshots: number;
  trashed: number;
}

/**
 * Moves a namespace with all that it holds to another parent, another name, or both: its directory is renamed into an
 * absent place, in one step.
 *
 * *Locks*, before anything is changed: the parents, shared; both names; each group and its snapshots, under their old and
 * their new names, and their manifests. *Errors*: NAMESPACE_NOT_FOUND, NAMESPACE_EXISTS, NAMESPACE_INVALID when something
 * in it would be too deep, MOVE_INTO_ITSELF, NAMESPACE_LOCKED, GROUP_LOCKED, SNAPSHOT_LOCKED.
 */
export async function moveNamespace(
  store: Datastore,
  { from, to, by }: Omit<NamespaceMove, 'kind'>,
  options: NamespaceMoveOptions,
): Promise<MovedNamespace> {
  refuse(from, to, [from]);
  await requirePlaces(store, from, to);
  using _names = holdNamespaces(store, from, to);
  await requirePlaces(store, from, to);
  using held = new DisposableStack();
  const content = await holdContent(store, from, held, HOLDER);
  refuse(from, to, content.namespaces);
  const refs = content.snapshots.map(({ ref }) => ref);
  await holdNames(store, refs, (ref) => movedRef(ref, from, to), held);
  await options.check(content);
  const move: NamespaceMove = { kind: 'namespace', from, to, by };
  await store.assertStillOwned();
  await noteMove(store, move);
  try {
    await withReserve(store.backend, () => rename(store, move));
  } catch (error) {
    // Why it could not be moved says more.
    if (await namespaceExists(store.backend, from).catch(() => false))
      await crossOut(store, move).catch(() => {});
    throw error;
  }
  const trashed = await settle(store, move, held, options);
  const groups = new Set(refs.map(formatGroupPath)).size;
  return { namespaces: content.namespaces.length - 1, groups, snapshots: refs.length, trashed };
}

/** Goes on with a move that a crash has interrupted. False while somebody uses it: then it is for another time. */
export async function finishNamespaceMove(
  store: Datastore,
  move: NamespaceMove,
  hooks: MoveHooks,
): Promise<boolean> {
  try {
    using _names = holdNamespaces(store, move.from, move.to);
    using held = new DisposableStack();
    const isDone = await namespaceExists(store.backend, move.to);
    await store.assertStillOwned();
    if (isDone && !(await namespaceExists(store.backend, move.from))) await settle(store, move, held, hooks);
    else await crossOut(store, move);
    return true;
  } catch (error) {
    if (isBackupError(error, 'NAMESPACE_LOCKED')) return false;
    throw error;
  }
}

function refuse(from: NamespacePath, to: NamespacePath, inside: readonly NamespacePath[]): void {
  const problem = checkNamespacePlaces(from, to, inside);
  if (problem) must({ ok: false, problem });
}

async function requirePlaces({ backend }: Datastore, from: NamespacePath, to: NamespacePath): Promise<void> {
  if (!(await namespaceExists(backend, from))) throw noNamespace(from);
  if (!(await namespaceExists(backend, parentOf(to)))) throw noNamespace(parentOf(to));
  if (!(await namespaceExists(backend, to))) return;
  throw new BackupError('NAMESPACE_EXISTS', `The namespace ${to} exists.`, {
    field: 'destination',
    hint: 'Choose another name, or move its groups there one by one.',
  });
}

function holdNamespaces(store: Datastore, from: NamespacePath, to: NamespacePath): Disposable {
  using locks = new DisposableStack();
  locks.use(shareNamespace(store.locks, parentOf(from), HOLDER));
  locks.use(shareNamespace(store.locks, parentOf(to), HOLDER));
  locks.use(store.locks.exclusive(namespacePlace(from), HOLDER));
  locks.use(store.locks.exclusive(namespacePlace(to), HOLDER));
  return locks.move();
}

function movedRef<Ref extends GroupRef>(ref: Ref, from: NamespacePath, to: NamespacePath): Ref {
  return { ...ref, namespace: movedPath(ref.namespace, from, to) };
}

async function rename(store: Datastore, { from, to }: NamespaceMove): Promise<void> {
  const durable = store.syncLevel !== 'none';
  await store.backend.makeDirectory(below(namespaceKey(parentOf(to)), 'ns'), { durable });
  await moveSnapshot(store, namespaceKey(from), namespaceKey(to));
}

/** As with a group; the locks of snapshots go before those of the trash, which have the same names. */
async function settle(
  store: Datastore,
  move: NamespaceMove,
  held: DisposableStack,
  { moved, trashed }: MoveHooks,
): Promise<number> {
  const { from, to } = move;
  await moved();
  held.dispose();
  const items: TrashItem[] = [];
  for await (const { group } of trashedGroups(store.backend)) {
    if (!isWithin(group.namespace, from)) continue;
    const target = movedRef(group, from, to);
    // What is there only in the trash may be too deep for the new place: it comes back to the old one.
    if (checkNamespacePlaces(from, to, [group.namespace]) === null) {
      items.push(...(await moveTrash(store, group, target)));
    }
  }
  if (items.length > 0) await trashed(items);
  await crossOut(store, move);
  return items.length;
}

import { isBackupError } from '#domain/errors.ts';
import type { GroupRef, SnapshotRef } from '#domain/ids.ts';
import { checkMeeting, type MeetingGroup } from '#domain/move.ts';
import type { PrincipalId } from '#domain/principal.ts';
import { must } from '#domain/result.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { groupPlace, manifestPlace, snapshotPlace } from '../locks/places.ts';
import { shareNamespace } from '../locks/share-namespace.ts';
import { withReserve } from '../reserve.ts';
import { moveSnapshot } from '../trash/move-snapshot.ts';
import { moveTrash } from '../trash/move-trash.ts';
import {
  groupExists,
  makeType,
  noGroup,
  readGroupFacts,
  readOwner,
  removeEmptyGroup,
  writeFirstNotes,
} from './groups.ts';
import { holdSnapshots } from './hold-content.ts';
import { groupKey, parseDeletingName, snapshotKey } from './layout.ts';
import { crossOut, type GroupMove, noteMove } from './move-journal.ts';
import { directoryExists, listOrNothing, namespaceExists, noNamespace } from './namespaces.ts';
import { removeLeftovers } from './remove-snapshot.ts';
import { listSnapshots } from './snapshots.ts';

const HOLDER = 'move of the group';
const MANIFEST_WAIT_MS = 5000;

/** What the lists learn of a move, while nobody else can touch what moved. */
export interface MoveHooks {
  /** All snapshots are at their new place. */
  moved: () => Promise<void>;
  /** What lay in the trash followed; as it was called. */
  trashed: (items: TrashItem[]) => Promise<void>;
  /** Of a merge, after each snapshot. */
  report?: (done: number, total: number) => void;
}

export interface GroupMoveOptions extends MoveHooks {
  /** Sees whose the group is while nobody can change it; what it throws leaves everything as it is. */
  check: (owner: PrincipalId | null) => Promise<void>;
}

export interface MovedGroup {
  snapshots: number;
  /** Those that moved into a group that was there already. */
  merged: boolean;
  trashed: number;
}

/**
 * Moves a group to another namespace. Into an absent place its directory is renamed, in one step; owner, notes and all
 * that it holds are in it. Into a group that is there its snapshots go one by one, oldest first, and after a crash whoever
 * opens the datastore goes on with that (`finishGroupMove`).
 *
 * *Locks*, before anything is changed: both namespaces, shared; source group, target group, every snapshot under its old
 * and its new name, and its manifest, waited for up to 5 s. *Errors*: GROUP_NOT_FOUND, NAMESPACE_NOT_FOUND, GROUP_EXISTS,
 * OWNER_MISMATCH, MOVE_TIMES_OVERLAP, NAMESPACE_LOCKED, GROUP_LOCKED, SNAPSHOT_LOCKED.
 */
export async function moveGroup(
  store: Datastore,
  { from, to, merge, by }: Omit<GroupMove, 'kind'>,
  options: GroupMoveOptions,
): Promise<MovedGroup> {
  using _groups = holdGroups(store, from, to);
  using held = new DisposableStack();
  if (!(await groupExists(store.backend, from))) throw noGroup(from);
  const snapshots = await holdToMove(store, from, to, held);
  const owner = await readOwner(store.backend, from);
  await options.check(owner);
  if (!(await namespaceExists(store.backend, to.namespace))) throw noNamespace(to.namespace);
  const target = await meeting(store, to);
  if (target !== null) {
    const problem = checkMeeting(to, { owner, times: timesOf(snapshots) }, target, merge);
    if (problem) must({ ok: false, problem });
  }
  const move: GroupMove = { kind: 'group', from, to, merge: target !== null, by };
  await store.assertStillOwned();
  await noteMove(store, move);
  try {
    await carryOut(store, move, snapshots, options);
  } catch (error) {
    await forgetUnbegun(store, move, snapshots).catch(() => {}); // why it could not be moved says more
    throw error;
  }
  const trashed = await settle(store, move, held, options);
  return { snapshots: snapshots.length, merged: target !== null, trashed };
}

/**
 * Goes on with a move that a crash has interrupted; whatever it had come to, the group is at one place afterwards. False
 * while somebody uses it: then it is for another time.
 */
export async function finishGroupMove(store: Datastore, move: GroupMove, hooks: MoveHooks): Promise<boolean> {
  const { from, to } = move;
  try {
    using _groups = holdGroups(store, from, to);
    using held = new DisposableStack();
    const isBegun = await groupExists(store.backend, to);
    const isLeft = await groupExists(store.backend, from);
    await store.assertStillOwned();
    if (isBegun && isLeft && move.merge) {
      await carryOut(store, move, await holdToMove(store, from, to, held), hooks);
    }
    if (isBegun && (move.merge || !isLeft)) await settle(store, move, held, hooks);
    else await crossOut(store, move);
    return true;
  } catch (error) {
    if (isBackupError(error, 'NAMESPACE_LOCKED', 'GROUP_LOCKED', 'SNAPSHOT_LOCKED')) return false;
    throw error;
  }
}

function holdGroups(store: Datastore, from: GroupRef, to: GroupRef): Disposable {
  using locks = new DisposableStack();
  locks.use(shareNamespace(store.locks, from.namespace, HOLDER));
  locks.use(shareNamespace(store.locks, to.namespace, HOLDER));
  locks.use(store.locks.exclusive(groupPlace(from), HOLDER));
  locks.use(store.locks.exclusive(groupPlace(to), HOLDER));
  return locks.move();
}

/** Also whoever is removing one of them, of which nothing is listed any more. Oldest first. */
async function holdToMove(
  store: Datastore,
  from: GroupRef,
  to: GroupRef,
  held: DisposableStack,
): Promise<SnapshotRef[]> {
  const snapshots = await holdSnapshots(store, from, held, HOLDER);
  await holdNames(store, snapshots, (ref) => ({ ...ref, namespace: to.namespace }), held);
  await refuseRemovals(store, from);
  await removeLeftovers(store, from);
  return snapshots;
}

/** Snapshots that are held: under their new names as well, and whoever changes a manifest has done so. */
export async function holdNames(
  store: Datastore,
  snapshots: readonly SnapshotRef[],
  nameOf: (ref: SnapshotRef) => SnapshotRef,
  held: DisposableStack,
): Promise<void> {
  for (const ref of snapshots) held.use(store.locks.exclusive(snapshotPlace(nameOf(ref)), HOLDER));
  for (const ref of snapshots) {
    held.use(await store.locks.waitExclusive(manifestPlace(ref), HOLDER, MANIFEST_WAIT_MS));
  }
}

/** SNAPSHOT_LOCKED while one is just being removed for good: its directory has a hidden name by now. */
async function refuseRemovals(store: Datastore, group: GroupRef): Promise<void> {
  for (const { name } of await listOrNothing(store.backend, groupKey(group))) {
    const time = parseDeletingName(name);
    if (time !== null) store.locks.exclusive(snapshotPlace({ ...group, time }), HOLDER).release();
  }
}

/** Null where nothing is that counts as a group: what a crash has left of one is taken away. */
async function meeting(store: Datastore, group: GroupRef): Promise<MeetingGroup | null> {
  if (!(await groupExists(store.backend, group))) return null;
  await removeLeftovers(store, group);
  const snapshots = (await listSnapshots(store.backend, group)).reverse();
  if (snapshots.length === 0 && (await removeEmptyGroup(store, group))) return null;
  return { owner: await readOwner(store.backend, group), times: timesOf(snapshots) };
}

function timesOf(oldestFirst: readonly SnapshotRef[]): MeetingGroup['times'] {
  const [oldest, newest] = [oldestFirst[0], oldestFirst.at(-1)];
  return oldest && newest ? { oldest: oldest.time, newest: newest.time } : null;
}

async function carryOut(
  store: Datastore,
  move: GroupMove,
  snapshots: readonly SnapshotRef[],
  { report }: MoveHooks,
): Promise<void> {
  const { from, to, merge } = move;
  if (!merge) {
    await withReserve(store.backend, () => makeType(store, to, { durable: store.syncLevel !== 'none' }));
    return withReserve(store.backend, () => moveSnapshot(store, groupKey(from), groupKey(to)));
  }
  for (const [at, ref] of snapshots.entries()) {
    const key = snapshotKey({ ...ref, namespace: to.namespace });
    // One that came meanwhile, after a crash, stays, and so does the other.
    if (!(await directoryExists(store.backend, key))) await moveSnapshot(store, snapshotKey(ref), key);
    report?.(at + 1, snapshots.length);
  }
  const { notes } = await readGroupFacts(store.backend, from);
  const kept = await readGroupFacts(store.backend, to);
  if (notes !== '' && kept.notes === '') await writeFirstNotes(store, to, notes);
  await removeEmptyGroup(store, from);
}

/** Of a move that failed before anything had its new place, there is nothing to go on with. */
async function forgetUnbegun(store: Datastore, move: GroupMove, snapshots: readonly SnapshotRef[]) {
  const there = await listSnapshots(store.backend, move.from);
  if (there.length === snapshots.length && (await groupExists(store.backend, move.from))) {
    await crossOut(store, move);
  }
}

/** What follows once the snapshots are there; their locks go before those of the trash, which have the same names. */
async function settle(
  store: Datastore,
  move: GroupMove,
  held: DisposableStack,
  { moved, trashed }: MoveHooks,
): Promise<number> {
  await moved();
  held.dispose();
  const items = await moveTrash(store, move.from, move.to);
  if (items.length > 0) await trashed(items);
  await crossOut(store, move);
  return items.length;
}

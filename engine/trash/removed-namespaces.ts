import { z } from 'zod';
import { epochSeconds } from '#domain/clock.ts';
import { isBackupError } from '#domain/errors.ts';
import {
  formatSnapshotTime,
  type NamespacePath,
  namespaceComponents,
  parseNamespacePath,
  parseSnapshotTime,
  type SnapshotRef,
} from '#domain/ids.ts';
import { TRASH_REASONS, type TrashItem } from '#domain/trash.ts';
import type { ObjectSource } from '../backends/backend.ts';
import type { Datastore } from '../datastore.ts';
import { type GroupFacts, listGroups, readGroupFacts } from '../hierarchy/groups.ts';
import { below, snapshotKey } from '../hierarchy/layout.ts';
import { directoryExists, listNamespaces, listOrNothing } from '../hierarchy/namespaces.ts';
import { isFinished, listSnapshots } from '../hierarchy/snapshots.ts';
import { sourceBelow } from '../hierarchy/source-below.ts';
import { removedPlace, snapshotPlace } from '../locks/places.ts';
import { withReserve } from '../reserve.ts';
import { makeWay, putInTrash } from './put-in-trash.ts';
import { REMOVED_ROOT } from './trash-layout.ts';
import type { TrashNote } from './trash-note.ts';

/**
 * Namespaces that were removed as a whole (docs/formats/datastore.md). One rename takes all that they hold to here, where
 * no list looks and every collection does; from here each finished snapshot goes to its group in the trash. A note beside
 * it, which is there first, says who removed it, so that anybody can finish what a crash has interrupted.
 */

export interface RemovedNamespace {
  namespace: NamespacePath;
  /** Whole seconds since 1970. */
  removedTime: number;
}

const NOTE_SUFFIX = '.json';
const NOTE_MAX_BYTES = 64 * 1024;
const SNAPSHOT_WAIT_MS = 5000;

const NoteFile = z.object({
  version: z.literal(1),
  /** Null: nothing of it goes to the trash. */
  trash: z.object({ by: z.string(), reason: z.enum(TRASH_REASONS) }).nullable(),
});

/** `:` is in no name. */
export function removedKey({ namespace, removedTime }: RemovedNamespace): string {
  const name = namespaceComponents(namespace).join(':');
  return below(REMOVED_ROOT, `${name}@${formatSnapshotTime(removedTime)}`);
}

function noteKeyOf(removed: RemovedNamespace): string {
  return `${removedKey(removed)}${NOTE_SUFFIX}`;
}

/** Of a directory there, or of its note; null for every other name. */
export function parseRemovedName(name: string): RemovedNamespace | null {
  const [path = '', time = '', ...rest] = name.replace(/\.json$/, '').split('@');
  const namespace = parseNamespacePath(path.replaceAll(':', '/'));
  const removed = parseSnapshotTime(time);
  if (path === '' || !namespace.ok || !removed.ok || rest.length > 0) return null;
  return { namespace: namespace.value, removedTime: removed.value };
}

/** Those that a crash has left on their way, and those that are on it now. */
export async function removedNamespaces(source: ObjectSource): Promise<RemovedNamespace[]> {
  const names = (await listOrNothing(source, REMOVED_ROOT)).map(({ name }) => name.replace(/\.json$/, ''));
  return [...new Set(names)].flatMap((name) => parseRemovedName(name) ?? []);
}

/** A free place; of one name nobody else looks for one at the same time, since whoever does holds the namespace. */
export async function findRemovedPlace(
  store: Datastore,
  namespace: NamespacePath,
): Promise<RemovedNamespace> {
  await makeWay(store, REMOVED_ROOT);
  const removed = { namespace, removedTime: epochSeconds(store.clock) };
  while (await directoryExists(store.backend, removedKey(removed))) removed.removedTime += 1;
  return removed;
}

/** Says who removes it, before it comes. */
export async function writeRemovalNote(
  store: Datastore,
  removed: RemovedNamespace,
  trash: TrashNote | null,
): Promise<void> {
  const note = Buffer.from(`${JSON.stringify({ version: 1, trash }, null, 2)}\n`);
  await store.backend.put(noteKeyOf(removed), note, { durable: store.syncLevel !== 'none' });
}

export interface FinishOptions {
  signal: AbortSignal;
  /** Hears of each snapshot that lies in the trash now. */
  trashed?: (item: TrashItem) => Promise<void>;
}

/**
 * Takes each finished snapshot of a removed namespace to its group in the trash, and the rest away. It may be called again,
 * and at the same time, until it is done: then it returns true. False while somebody is at work on one of them.
 *
 * *Locks*: its place, shared, and each snapshot while it goes. *Errors*: NAMESPACE_LOCKED before it has come there.
 */
export async function finishRemoval(
  store: Datastore,
  removed: RemovedNamespace,
  { signal, trashed }: FinishOptions,
): Promise<boolean> {
  using _removed = store.locks.shared(removedPlace(removedKey(removed)), 'removal');
  const trash = await readRemovalNote(store.backend, removed);
  let isLeft = false;
  if (trash !== null) {
    for await (const one of finishedIn(store.backend, removed)) {
      signal.throwIfAborted();
      const item = await bury(store, one, trash);
      if (item === 'locked') isLeft = true;
      else if (item !== 'gone') await trashed?.(item);
    }
  }
  if (isLeft) return false;
  await store.assertStillOwned();
  await store.backend.removeTree(removedKey(removed));
  await store.backend.remove(noteKeyOf(removed));
  return true;
}

/** The same with everything that lies there; how many are done. */
export async function finishRemovals(store: Datastore, signal: AbortSignal): Promise<number> {
  let done = 0;
  for (const removed of await removedNamespaces(store.backend)) {
    try {
      if (await finishRemoval(store, removed, { signal })) done += 1;
    } catch (error) {
      if (!isBackupError(error, 'NAMESPACE_LOCKED')) throw error;
    }
  }
  return done;
}

interface Removed {
  /** As it was called. */
  snapshot: SnapshotRef;
  /** Where it is. */
  key: string;
  group: GroupFacts;
}

async function* finishedIn(source: ObjectSource, removed: RemovedNamespace): AsyncIterable<Removed> {
  const top = removedKey(removed);
  const inside = sourceBelow(source, top);
  if (!(await directoryExists(source, top))) return;
  for (const path of await listNamespaces(inside)) {
    const namespace = (path === '' ? removed.namespace : below(removed.namespace, path)) as NamespacePath;
    for (const ref of await listGroups(inside, path)) {
      const group = await readGroupFacts(inside, ref);
      for (const found of await listSnapshots(inside, ref)) {
        if (!(await isFinished(inside, found))) continue;
        yield { snapshot: { ...found, namespace }, key: below(top, snapshotKey(found)), group };
      }
    }
  }
}

async function bury(
  store: Datastore,
  { snapshot, ...from }: Removed,
  trash: TrashNote,
): Promise<TrashItem | 'locked' | 'gone'> {
  try {
    using _snapshot = await store.locks.waitExclusive(snapshotPlace(snapshot), 'removal', SNAPSHOT_WAIT_MS);
    return await withReserve(store.backend, () => putInTrash(store, snapshot, trash, from));
  } catch (error) {
    if (isBackupError(error, 'SNAPSHOT_LOCKED')) return 'locked';
    if (isBackupError(error, 'SNAPSHOT_NOT_FOUND')) return 'gone'; // somebody else has finished it
    throw error;
  }
}

/** Where nobody knows what was asked, nothing is lost. */
async function readRemovalNote(source: ObjectSource, removed: RemovedNamespace): Promise<TrashNote | null> {
  const unknown = { by: 'unknown', reason: 'forget' as const };
  try {
    const bytes = await source.get(noteKeyOf(removed), NOTE_MAX_BYTES);
    const note = NoteFile.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return note.success ? note.data.trash : unknown;
  } catch (error) {
    if (error instanceof SyntaxError || isBackupError(error, 'STORAGE_MISSING', 'DATA_CORRUPT'))
      return unknown;
    throw error;
  }
}

import { isBackupError } from '#domain/errors.ts';
import type { TaskProgress } from '#domain/task.ts';
import { formatTrashItem, type TrashItem, trashExpiry } from '#domain/trash.ts';
import { countOf } from '#domain/units.ts';
import type { Datastore } from '../datastore.ts';
import { snapshotPlace } from '../locks/places.ts';
import { trashedGroups } from '../trash/list-trash.ts';
import { removeHeld, tidyTrash } from '../trash/remove-trashed.ts';
import { finishRemovals } from '../trash/removed-namespaces.ts';
import { isTrashed } from '../trash/trash-note.ts';
import { CLOCK_TOLERANCE_SECONDS } from './clock-watch.ts';

export interface ExpireOptions {
  /** How long a snapshot stays in the trash. */
  days: number;
  /** Hears of each that was removed. */
  removed: (item: TrashItem) => Promise<void>;
}

/**
 * What leaves the trash with a collection. It is held from its choice to its end: what it needs is not marked, so nobody
 * may restore it meanwhile, and it goes only after everything that could still refuse the collection.
 */
export interface Expiry extends Disposable {
  /** How many there are; of a plan, would be. */
  readonly count: number;
  has(item: TrashItem): boolean;
  remove(): Promise<void>;
}

interface Work {
  dryRun: boolean;
  trash?: ExpireOptions | undefined;
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
  warn: (text: string) => void;
}

/**
 * Chooses what has lain in the trash for its days when a collection starts (`startedAt`, in seconds), and removes what a
 * crash has left there. The days run only while somebody sees them go by (`seen-time.ts`): a clock that is far ahead empties
 * nothing. What was put there in the future, by a clock that was wrong, stays. A plan removes and holds nothing.
 *
 * *Locks*: each snapshot, until the choice is disposed of; one that somebody else holds stays, with a warning.
 */
export async function chooseExpired(store: Datastore, startedAt: number, work: Work): Promise<Expiry> {
  using locks = new DisposableStack();
  const { trash, dryRun, signal } = work;
  const chosen = new Map<string, TrashItem>();
  if (trash) {
    if (!dryRun) await finishRemovals(store, signal);
    if (!dryRun) await tidyTrash(store, signal);
    const held = new Set<string>();
    for (const item of await findOver(store, startedAt, { ...work, trash })) {
      const isHeld = dryRun || hold(store, item, { locks, held, warn: work.warn });
      if (isHeld && (await isTrashed(store.backend, item))) chosen.set(formatTrashItem(item), item);
    }
  }
  const kept = locks.move();
  return {
    count: chosen.size,
    has: (item) => chosen.has(formatTrashItem(item)),
    remove: async () => {
      let done = 0;
      for (const item of chosen.values()) {
        signal.throwIfAborted();
        await removeHeld(store, item);
        await trash?.removed(item);
        done += 1;
        work.report({ phase: 'Trash', done, total: chosen.size, unit: 'snapshots' });
      }
    },
    [Symbol.dispose]: () => kept.dispose(),
  };
}

async function findOver(
  store: Datastore,
  startedAt: number,
  { trash, signal, warn }: Work & { trash: ExpireOptions },
): Promise<TrashItem[]> {
  const unseen = store.seenTime.unseenSeconds();
  const over: TrashItem[] = [];
  let [unsure, future] = [0, 0];
  for await (const { items } of trashedGroups(store.backend)) {
    for (const item of items) {
      signal.throwIfAborted();
      if (item.trashedTime > startedAt + CLOCK_TOLERANCE_SECONDS) future += 1;
      else if (trashExpiry(item, trash.days) <= startedAt - unseen) over.push(item);
      else if (trashExpiry(item, trash.days) <= startedAt) unsure += 1;
    }
  }
  if (unsure > 0) warn(unsureWords(unsure, store.seenTime.words()));
  if (future > 0) warn(futureWords(future));
  return over;
}

function unsureWords(count: number, why: string): string {
  return (
    `${stays(count)} although the days are over by the clock of the server: ${why}. If the clock is right, ` +
    'the first collection that finds them over after the datastore is opened anew removes them; emptying the trash does so now.'
  );
}

function futureWords(count: number): string {
  return `${stays(count)}, put there in the future by the clock of the server. The days run from then on; emptying the trash takes all.`;
}

function stays(count: number): string {
  return `${countOf(count, 'snapshot')} ${count === 1 ? 'stays' : 'stay'} in the trash`;
}

/** The same snapshot may lie there twice. False for one that is being restored, or of which the like is in use. */
function hold(
  store: Datastore,
  item: TrashItem,
  { locks, held, warn }: { locks: DisposableStack; held: Set<string>; warn: (text: string) => void },
): boolean {
  const place = snapshotPlace(item);
  if (held.has(place.key)) return true;
  try {
    locks.use(store.locks.exclusive(place, 'garbage collection'));
    held.add(place.key);
    return true;
  } catch (error) {
    if (!isBackupError(error, 'SNAPSHOT_LOCKED')) throw error;
    warn(`${formatTrashItem(item)} stays in the trash: ${error.message}`);
    return false;
  }
}

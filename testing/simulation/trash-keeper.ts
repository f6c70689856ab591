import type { GroupRef } from '#domain/ids.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '#engine/datastore.ts';
import { removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { groupPlace } from '#engine/locks/places.ts';
import { trashedGroups } from '#engine/trash/list-trash.ts';
import { removeTrashed } from '#engine/trash/remove-trashed.ts';
import { restoreTrashed } from '#engine/trash/restore-trashed.ts';
import { ALICE } from '../session-client.ts';
import type { Chance } from './chance.ts';
import type { Kept, Model } from './model.ts';

/** More than that, and one goes for good. */
const TRASHED_MAX = 4;
const TRASH_NOTE = { by: 'bob@ibs', reason: 'forget' as const };

/**
 * Puts snapshots into the trash and gets them back, half of them at once: what is only there for a moment is what a mark can
 * miss. Empties it when there is much in it.
 */
export class TrashKeeper {
  readonly #chance: Chance;
  readonly #model: Model;

  constructor(chance: Chance, model: Model) {
    this.#chance = chance;
    this.#model = model;
  }

  /** What was done, if anything was. */
  async turn(store: Datastore): Promise<'trashed' | 'restored' | null> {
    const isFree = isGroupFree(store);
    const items = (await trashedItems(store)).filter(isFree);
    if (items.length > TRASHED_MAX) {
      await removeTrashed(store, this.#chance.pick(items), 'emptying');
      return null;
    }
    if (items.length > 0 && this.#chance.hits(0.5)) return this.#restore(store, this.#chance.pick(items));
    const finished = this.#model.finished().filter(({ snapshot }) => isFree(snapshot));
    if (finished.length === 0) return null;
    const item = await this.#put(store, this.#chance.pick(finished));
    return item && this.#chance.hits(0.5) ? this.#restore(store, item) : 'trashed';
  }

  #put(store: Datastore, kept: Kept): Promise<TrashItem | null> {
    return moved(kept, 'finished', 'trashed', () => removeSnapshot(store, kept.snapshot, TRASH_NOTE));
  }

  async #restore(store: Datastore, item: TrashItem): Promise<'restored' | null> {
    const kept = this.#model.find(item);
    if (kept?.state !== 'trashed') return null; // it is on its way already
    await moved(kept, 'trashed', 'finished', () => restoreTrashed(store, item, ALICE));
    return 'restored';
  }
}

/** Whether nobody is at work on the group: where a backup runs, nothing is put back. */
export function isGroupFree({ locks }: Datastore): (snapshot: GroupRef) => boolean {
  const held = new Set(locks.list().map(({ key }) => key));
  return (snapshot) => !held.has(groupPlace(snapshot).key);
}

/** What refuses to move is where it was. */
async function moved<T>(
  kept: Kept,
  from: Kept['state'],
  to: Kept['state'],
  work: () => Promise<T>,
): Promise<T> {
  kept.state = 'moving';
  try {
    const done = await work();
    kept.state = to;
    return done;
  } catch (error) {
    kept.state = from;
    throw error;
  }
}

async function trashedItems(store: Datastore): Promise<TrashItem[]> {
  const all: TrashItem[] = [];
  for await (const { items } of trashedGroups(store.backend)) all.push(...items);
  return all;
}

import type { Datastore } from '#engine/datastore.ts';
import { snapshotKey } from '#engine/hierarchy/layout.ts';
import { listSnapshots } from '#engine/hierarchy/snapshots.ts';
import { groupPlace, snapshotPlace } from '#engine/locks/places.ts';
import type { MemoryBackend } from '../memory-backend.ts';
import { snapshotRef } from '../session-client.ts';
import type { Chance } from './chance.ts';
import type { Model } from './model.ts';

/** Somebody at a shell on the server, who moves and removes directories behind the back of everybody else. */
export class Shell {
  readonly #chance: Chance;
  readonly #model: Model;
  readonly #memory: MemoryBackend;
  /** What is under another name, and where it belongs. */
  #moved: { from: string; to: string } | null = null;

  constructor(chance: Chance, model: Model, memory: MemoryBackend) {
    this.#chance = chance;
    this.#model = model;
    this.#memory = memory;
  }

  /**
   * Gives the newest snapshot of a group a later time in the midst of a mark (`marking` returns then), and its own one back
   * once that is `over`. Nobody else is at work on the group from before the mark began: what is promised is that the newest
   * snapshot is found when it has got another name.
   */
  async rename(
    { locks, backend }: Datastore,
    group: string,
    marking: () => Promise<void>,
    over: () => Promise<void>,
  ): Promise<void> {
    using _group = locks.exclusive(groupPlace(snapshotRef(group)), 'shell');
    const [newest] = await listSnapshots(backend, snapshotRef(group));
    const kept = newest && this.#model.find(newest);
    if (kept?.state !== 'finished') return;
    const later = { ...kept.snapshot, time: kept.snapshot.time + 1 };
    using _snapshot = locks.exclusive(snapshotPlace(kept.snapshot), 'shell');
    using _later = locks.exclusive(snapshotPlace(later), 'shell');
    await marking();
    kept.state = 'moving';
    this.#moved = { from: snapshotKey(kept.snapshot), to: snapshotKey(later) };
    await backend.rename(this.#moved.from, this.#moved.to);
    await over();
    await backend.rename(this.#moved.to, this.#moved.from);
    this.#moved = null;
    kept.state = 'finished';
  }

  /** Removes a snapshot on which a backup builds; of others nobody is kept from it by a lock alone. */
  async removeBase({ locks, backend }: Datastore): Promise<boolean> {
    const bases = this.#model.finished().filter(({ snapshot }) => {
      const { key } = snapshotPlace(snapshot);
      return locks.list().some((lock) => lock.key === key && lock.holder.startsWith('backup'));
    });
    if (bases.length === 0) return false;
    const base = this.#chance.pick(bases);
    base.state = 'going';
    await backend.removeTree(snapshotKey(base.snapshot));
    this.#model.forget(base);
    return true;
  }

  /** The process was killed; whoever sits at the shell was not. */
  async tidy(): Promise<void> {
    if (this.#moved && this.#memory.directories.has(this.#moved.to)) {
      await this.#memory.rename(this.#moved.to, this.#moved.from);
    }
    this.#moved = null;
  }
}

import type { Clock } from '#domain/clock.ts';
import { BackupError, type ErrorCode } from '#domain/errors.ts';
import { formatRelative } from '#domain/units.ts';

/**
 * Locks on namespaces, groups, snapshots and manifests of one datastore. A datastore has one owner process, so they are
 * plain memory: exact, fast, and gone when the process is.
 *
 * *Invariant*: nobody waits for a namespace, group or snapshot lock. Taking one that is held fails at once with the name
 * of the holder, so no two operations can ever wait for each other. Only the manifest lock is waited for, and nothing
 * is taken while it is held but other manifests of what a move holds. The order of taking is in README.md.
 */
export class LockTable {
  readonly #held = new Map<string, Held>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Fails with NAMESPACE_LOCKED, GROUP_LOCKED or SNAPSHOT_LOCKED, naming who holds it. */
  exclusive(place: LockPlace, holder: string): Lock {
    const held = this.#held.get(place.key);
    if (held) throw this.#conflict(place, held);
    return this.#enter(place.key, { holder, since: this.#clock.now(), mode: 'exclusive', count: 1 });
  }

  /** Many may share a snapshot; an exclusive holder keeps them out. */
  shared(place: LockPlace, holder: string): Lock {
    const held = this.#held.get(place.key);
    if (!held) return this.#enter(place.key, { holder, since: this.#clock.now(), mode: 'shared', count: 1 });
    if (held.mode === 'exclusive') throw this.#conflict(place, held);
    held.count += 1;
    return this.#leaveOnce(place.key, held);
  }

  /** Takes the lock as soon as its holder lets go; the lock's own error after `waitMs`. */
  async waitExclusive(place: LockPlace, holder: string, waitMs: number): Promise<Lock> {
    const deadline = this.#clock.monotonic() + waitMs;
    for (;;) {
      const held = this.#held.get(place.key);
      if (!held) return this.exclusive(place, holder);
      const leftMs = deadline - this.#clock.monotonic();
      if (leftMs <= 0) throw this.#conflict(place, held);
      await this.#released(held, leftMs);
    }
  }

  /** Who holds what, for the audit: nothing may be held when nothing runs. */
  list(): { key: string; holder: string; mode: string }[] {
    return [...this.#held].map(([key, { holder, mode }]) => ({ key, holder, mode }));
  }

  #enter(key: string, held: Omit<Held, 'waiters'>): Lock {
    const entry: Held = { ...held, waiters: [] };
    this.#held.set(key, entry);
    return this.#leaveOnce(key, entry);
  }

  #leaveOnce(key: string, held: Held): Lock {
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      held.count -= 1;
      if (held.count > 0) return;
      this.#held.delete(key);
      for (const wake of held.waiters.splice(0)) wake();
    };
    return { release, [Symbol.dispose]: release };
  }

  #released(held: Held, atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, atMostMs);
      held.waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #conflict(place: LockPlace, held: Held): BackupError {
    const since = formatRelative(held.since, this.#clock.now());
    return new BackupError(place.code, `${place.words} is in use: ${held.holder}, started ${since}.`, {
      hint: 'Try again when it has ended.',
    });
  }
}

interface Held {
  holder: string;
  since: number;
  mode: 'exclusive' | 'shared';
  count: number;
  waiters: (() => void)[];
}

export interface Lock extends Disposable {
  /** Lets go; calling it again does nothing. */
  release(): void;
}

/** What is locked, with the error that says so. */
export interface LockPlace {
  key: string;
  code: Extract<ErrorCode, 'NAMESPACE_LOCKED' | 'GROUP_LOCKED' | 'SNAPSHOT_LOCKED'>;
  words: string;
}

import { setTimeout } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import {
  acquireFreeLeases,
  beat,
  buryWorkers,
  HEARTBEAT_MS,
  heldLeases,
  LEASE_SECONDS,
  type Lease,
  listWorkers,
  OWNER_PATIENCE_MS,
  registerWorker,
  releaseLease,
} from '#drizzle/leases.ts';
import { datastoreQueue } from '#drizzle/queue.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { isGone } from './host-identity.ts';
import type { DatastoreRow } from './open-datastore.ts';
import { OwnedDatastore } from './owned-datastore.ts';
import type { WorkerContext } from './worker-context.ts';

/** How many tasks of one datastore may run at once. */
const TASKS_PER_DATASTORE = 4;

interface Entry {
  datastore: OwnedDatastore;
  /** Monotonic time of the heartbeat after which the lease was still ours. */
  heldAt: number;
  stopQueue: () => Promise<void>;
}

export type RunTask = (taskId: string, signal: AbortSignal) => Promise<void>;

/**
 * Which datastores this worker owns. It beats its heart, takes over what nobody living owns, and gives up what it
 * has lost.
 *
 * *Invariant*: a datastore is written to only within `OWNER_PATIENCE_MS` of a heartbeat after which its lease was
 * still seen to be ours; nobody else takes over before `LEASE_SECONDS`, which is longer. A heartbeat alone proves
 * nothing: that of a process that was paused succeeds again while another one already owns its datastores.
 */
export class Ownership {
  readonly #context: WorkerContext;
  readonly #run: RunTask;
  readonly #owned = new Map<string, Entry>();
  readonly #lookedAt = new WeakMap<OwnedDatastore, number>();
  readonly #onOwned: (owned: OwnedDatastore) => Promise<void>;
  readonly #onLost: () => void;
  #timer: NodeJS.Timeout | null = null;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    context: WorkerContext,
    run: RunTask,
    onOwned: (owned: OwnedDatastore) => Promise<void>,
    onLost: () => void,
  ) {
    this.#context = context;
    this.#run = run;
    this.#onOwned = onOwned;
    this.#onLost = onLost;
  }

  async start(): Promise<void> {
    await registerWorker(this.#context.db, this.#context.identity);
    await this.tick();
    this.#timer = setInterval(() => void this.tick(), HEARTBEAT_MS);
    this.#context.hub.subscribe((changes) => {
      const refs = changes.filter((change) => change.topic === 'datastore').map((change) => change.ref);
      if (refs.some((ref) => !this.#owned.has(ref))) void this.tick();
      for (const ref of new Set(refs)) void this.#follow(ref);
    });
  }

  async #follow(id: string): Promise<void> {
    await this.get(id)
      ?.rowChanged()
      .catch((error) => this.#context.log.warn({ err: error, datastore: id }, 'could not follow a change'));
  }

  list(): OwnedDatastore[] {
    return [...this.#owned.values()].map((entry) => entry.datastore);
  }

  get(id: string): OwnedDatastore | undefined {
    return this.#owned.get(id)?.datastore;
  }

  byName(name: string): OwnedDatastore | undefined {
    return this.list().find((owned) => owned.name === name);
  }

  require(id: string): OwnedDatastore {
    const owned = this.get(id);
    if (owned) return owned;
    throw new BackupError('DATASTORE_NOT_OWNED', 'Another worker serves this datastore now.', {
      hint: 'Start it again: it then goes to that worker.',
    });
  }

  /** One round at a time: heartbeat, dead workers, new datastores, lost datastores. */
  tick(): Promise<void> {
    this.#turn = this.#turn
      .then(() => (this.#stopped ? undefined : this.#round()))
      .catch((error) => this.#context.log.error({ err: error }, 'ownership round failed'));
    return this.#turn;
  }

  /** Throws once this worker may not write to the datastore any more. */
  #assertOwned(id: string): void {
    if (this.#isOwned(id)) return;
    throw new BackupError(
      'DATASTORE_NOT_OWNED',
      'This worker has lost the datastore, or touch with the database, and stopped writing.',
      { hint: 'Try again in half a minute: another worker takes over, or this one comes back.' },
    );
  }

  #isOwned(id: string): boolean {
    const heldAt = this.#owned.get(id)?.heldAt ?? Number.NEGATIVE_INFINITY;
    return this.#context.clock.monotonic() - heldAt < OWNER_PATIENCE_MS;
  }

  async #round(): Promise<void> {
    const { db, identity, clock, log } = this.#context;
    const beatAt = clock.monotonic();
    if (!(await beat(db, identity.id))) {
      log.error('another worker took this one for dead; ending');
      this.#onLost();
      return;
    }
    const held = new Map((await heldLeases(db, identity.id)).map((lease) => [lease.datastoreId, lease]));
    for (const [id, entry] of this.#owned) {
      if (held.has(id)) entry.heldAt = beatAt;
      else await this.#giveUp(id, entry.datastore, { inOrder: false });
    }
    await this.#buryTheDead();
    const fresh = await acquireFreeLeases(db, identity.id);
    for (const lease of [...fresh, ...held.values()]) await this.#own(lease, beatAt);
    for (const owned of this.list()) {
      // Not waited for: storage that hangs must not cost the leases of all the others.
      owned
        .beat()
        .catch((error) =>
          log.warn({ err: error, datastore: owned.name }, 'heartbeat in the datastore failed'),
        );
    }
  }

  async #buryTheDead(): Promise<void> {
    const workers = await listWorkers(this.#context.db);
    const { identity } = this.#context;
    const dead = workers.filter((worker) => {
      if (worker.id === identity.id) return false;
      return isGone(worker, identity) ?? worker.silentSeconds > LEASE_SECONDS * 2;
    });
    await buryWorkers(
      this.#context.db,
      dead.map((worker) => worker.id),
    );
  }

  /** Ids of workers that live as far as anyone can tell. */
  aliveWorkers = async (): Promise<Set<string>> => {
    const workers = await listWorkers(this.#context.db);
    return new Set(
      workers.filter((worker) => worker.silentSeconds <= LEASE_SECONDS).map((worker) => worker.id),
    );
  };

  async #own(lease: Lease, heldAt: number): Promise<void> {
    if (this.#owned.has(lease.datastoreId)) return;
    const row = await this.#readRow(lease.datastoreId);
    if (!row) return;
    const owned: OwnedDatastore = new OwnedDatastore(this.#context, row, lease.epoch, {
      assertOwned: () => this.#assertOwned(row.id),
      probeSoon: () => this.#lookSoon(owned),
    });
    this.#owned.set(row.id, { datastore: owned, heldAt, stopQueue: this.#work(owned) });
    this.#context.log.info({ datastore: row.name, epoch: lease.epoch }, 'took over datastore');
  }

  /** Not more often than that: one error in passing must not be counted as several missed probes. */
  #lookSoon(owned: OwnedDatastore): void {
    const now = this.#context.clock.monotonic();
    if (now - (this.#lookedAt.get(owned) ?? Number.NEGATIVE_INFINITY) < LOOK_EVERY_MS) return;
    this.#lookedAt.set(owned, now);
    void this.#onOwned(owned);
  }

  /** Tasks wait until the first probe has told what the storage is like. Returns what stops the queue again. */
  #work(owned: OwnedDatastore): () => Promise<void> {
    const leave = new AbortController();
    const started = this.#startWork(owned, leave.signal);
    return async () => {
      leave.abort();
      await (await started)?.();
    };
  }

  /** Tries until it goes well: the database may be away just now, and nobody would ask again. Null when told to leave. */
  async #startWork(owned: OwnedDatastore, leave: AbortSignal): Promise<(() => Promise<void>) | null> {
    const { queue, log } = this.#context;
    const name = datastoreQueue(owned.id);
    while (!leave.aborted) {
      try {
        await owned.takeOver();
        await this.#onOwned(owned);
        if (leave.aborted) break;
        await queue.ensure(name);
        return await queue.work(name, TASKS_PER_DATASTORE, this.#run);
      } catch (error) {
        log.error({ err: error, datastore: owned.name }, 'could not start to work on a datastore');
        await setTimeout(RETRY_MS, null, { signal: leave }).catch(() => {});
      }
    }
    return null;
  }

  async #readRow(id: string): Promise<DatastoreRow | undefined> {
    const [row] = await this.#context.db.select().from(datastore).where(eq(datastore.id, id));
    return row;
  }

  /** In order: what runs is ended and cleaned up while we still may. Lost: nothing is written any more from here on. */
  async #giveUp(id: string, owned: OwnedDatastore, options: { inOrder: boolean }): Promise<void> {
    const entry = this.#owned.get(id);
    if (!options.inOrder) this.#owned.delete(id);
    await entry?.stopQueue();
    await owned.release(options);
    this.#owned.delete(id);
    this.#context.log.info({ datastore: owned.name }, 'gave datastore up');
  }

  /** The row is gone: nothing to release in the database. */
  async drop(id: string): Promise<void> {
    const entry = this.#owned.get(id);
    if (!entry) return;
    this.#owned.delete(id);
    await entry.datastore.release({ inOrder: false });
    // The queue is stopped behind the task that is running on it right now.
    void setTimeout(DROP_DELAY_MS)
      .then(entry.stopQueue)
      .then(() => this.#context.queue.remove(datastoreQueue(id)));
  }

  /** Gives everything back in order, so that another worker can go on at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearInterval(this.#timer);
    await this.#turn;
    for (const [id, { datastore: owned }] of [...this.#owned]) {
      await this.#giveUp(id, owned, { inOrder: this.#isOwned(id) });
      await releaseLease(this.#context.db, id, this.#context.identity.id);
    }
    await buryWorkers(this.#context.db, [this.#context.identity.id]);
  }
}

const DROP_DELAY_MS = 2000;
const RETRY_MS = 2000;
const LOOK_EVERY_MS = 10_000;

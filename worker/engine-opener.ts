import { BackupError } from '#domain/errors.ts';
import { listWorkers } from '#drizzle/leases.ts';
import { ChunkPool } from '#engine/chunks/chunk-pool.ts';
import type { Datastore } from '#engine/datastore.ts';
import { answered } from './answered.ts';
import { type DatastoreRow, type OpenContext, openFromRow } from './open-datastore.ts';
import { isOwnerGone, ownerMark } from './owner-mark.ts';
import type { WorkerContext } from './worker-context.ts';

export interface OpenEngine {
  store: Datastore;
  /** Its own threads, which end with it. */
  pool: ChunkPool;
}

type Hooks = Pick<OpenContext, 'expectsWrites' | 'suspect' | 'onTrouble'> &
  Pick<OpenContext['owner'], 'assertOwned' | 'assertStillOwned'>;

/** Opens the engine of one datastore, and does not wait for ever on storage that hangs. */
export class EngineOpener {
  readonly #context: WorkerContext;
  readonly #hooks: Hooks;
  /** An attempt that has not come to its end: until then there is no other, or each would take a thread with it. */
  #stuck: Promise<void> | null = null;

  constructor(context: WorkerContext, hooks: Hooks) {
    this.#context = context;
    this.#hooks = hooks;
  }

  /** DATASTORE_OFFLINE when the storage does not answer. */
  async open(row: DatastoreRow, epoch: number): Promise<OpenEngine> {
    const { path } = row.config;
    const silent = new BackupError('DATASTORE_OFFLINE', `${path} did not answer when it was opened.`);
    if (this.#stuck) throw silent;
    const pool = new ChunkPool();
    const opening = this.#openWith(pool, row, epoch);
    const store = await answered(opening);
    if (store) return { store, pool };
    this.#leave(opening);
    throw silent;
  }

  async #openWith(pool: ChunkPool, row: DatastoreRow, epoch: number): Promise<Datastore> {
    const { clock, identity, db } = this.#context;
    const { assertOwned, assertStillOwned, ...hooks } = this.#hooks;
    const workers = await listWorkers(db);
    const isGone: OpenContext['owner']['isGone'] = (seen) => isOwnerGone(seen, identity, workers);
    const owner = { ...ownerMark(identity), epoch, assertOwned, assertStillOwned, isGone };
    return openFromRow(row, { ...hooks, pool, clock, owner });
  }

  /** If it is opened after all, nobody wants it any more. */
  #leave(opening: Promise<Datastore>): void {
    this.#stuck = opening
      .then((store) => store.close())
      .catch(() => {})
      .finally(() => {
        this.#stuck = null;
      });
  }
}

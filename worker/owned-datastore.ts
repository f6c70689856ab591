import { setTimeout } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { allowsReading, allowsWriting, type StatusFacts, statusOf } from '#domain/datastore.ts';
import { BackupError } from '#domain/errors.ts';
import { announce } from '#drizzle/changes.ts';
import { raiseEpoch } from '#drizzle/leases.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import type { Datastore } from '#engine/datastore.ts';
import { writeOwnerRecord } from '#engine/identity.ts';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import type { CrashWindowReport } from '#engine/recover/crash-window.ts';
import { ChunkFigures } from './catalog/chunk-figures.ts';
import { countDamaged, dropHealed, loadDamaged } from './catalog/damaged-chunks.ts';
import { reconcileCatalog } from './catalog/reconcile.ts';
import { type DatastoreRow, openFromRow } from './open-datastore.ts';
import { type Operation, Operations, stoppedBecause } from './operations.ts';
import { recoverCrashWindow } from './recover-crash-window.ts';
import type { WorkerContext } from './worker-context.ts';

/**
 * One datastore that this worker owns: its open engine, its status, and the work that runs on it.
 *
 * *Invariant*: the engine is open exactly while the status allows reading. Whoever wants to work asks `reader` or
 * `writer` and gets a refusal in words otherwise.
 */
export class OwnedDatastore {
  readonly id: string;
  readonly operations = new Operations();
  readonly chunkFigures: ChunkFigures;
  /** Bytes that clients sent since the last sample. */
  receivedBytes = 0;
  readonly #context: WorkerContext;
  readonly #assertOwned: () => void;
  readonly #aliveWorkers: () => Promise<Set<string>>;
  #row: DatastoreRow;
  #epoch: number;
  #store: Datastore | null = null;
  #opening: Promise<void> | null = null;
  #beating: Promise<void> | null = null;
  /** The scan of what was written before an unclean stop; null when there was none. */
  #recovery: Promise<CrashWindowReport> | null = null;
  /** What the last probe found; null before the first of this owner. */
  #probe: StatusFacts['probe'] = null;

  constructor(
    context: WorkerContext,
    row: DatastoreRow,
    epoch: number,
    assertOwned: () => void,
    aliveWorkers: () => Promise<Set<string>>,
  ) {
    this.id = row.id;
    this.chunkFigures = new ChunkFigures(context.db, row.id, () => context.clock.now());
    this.#context = context;
    this.#row = row;
    this.#epoch = epoch;
    this.#assertOwned = assertOwned;
    this.#aliveWorkers = aliveWorkers;
  }

  get row(): DatastoreRow {
    return this.#row;
  }

  get name(): string {
    return this.#row.name;
  }

  get isOpen(): boolean {
    return this.#store !== null;
  }

  /** The engine for reading; DATASTORE_OFFLINE or DATASTORE_MAINTENANCE in words. */
  reader(): Datastore {
    if (this.#store && allowsReading(this.#row.status)) return this.#store;
    throw this.#refusal();
  }

  writer(): Datastore {
    if (this.#store && allowsWriting(this.#row.status)) return this.#store;
    throw this.#refusal();
  }

  /** For tasks that heal: rescan and audit also work on what is read-only. */
  begin(title: string): Operation {
    return this.operations.begin(title);
  }

  async reload(): Promise<void> {
    const [row] = await this.#context.db.select().from(datastore).where(eq(datastore.id, this.id));
    if (row) this.#row = row;
  }

  /** What the owner before knew counts no more: until the first probe, nothing is known. */
  async takeOver(): Promise<void> {
    await this.reload();
    this.#probe = null;
    if (this.#row.phase === 'ready') await this.#settle();
  }

  /** Takes in what a probe found: the status follows, and with it whether the engine is open. */
  async applyProbe(result: ProbeResult): Promise<void> {
    await this.reload();
    const misses = result.reachable ? 0 : this.#row.probeMisses + 1;
    const { capacity } = result;
    const changes = {
      lastProbeAt: sql`now()`,
      probeMisses: misses,
      probeSteps: result.steps,
      ...(result.reachable ? { lastGoodProbeAt: sql`now()` } : {}),
      ...(capacity
        ? {
            totalBytes: capacity.totalBytes,
            availableBytes: capacity.availableBytes,
            usedBytes: capacity.usedBytes,
            inodesTotal: capacity.inodes?.total ?? null,
            inodesAvailable: capacity.inodes?.available ?? null,
          }
        : {}),
    };
    await this.#context.db.update(datastore).set(changes).where(eq(datastore.id, this.id));
    const { reachable, writable, warnings, reason, certain } = result;
    this.#probe = { reachable, writable, warnings, reason, certain, misses };
    if (reachable && this.#store) await dropHealed(this.#context.db, this.id, this.#store);
    await this.#settle();
  }

  /** Works out the status anew after the row has changed (maintenance, suspicion, removal). */
  async refreshStatus(): Promise<void> {
    await this.reload();
    await this.#settle();
  }

  async #settle(): Promise<void> {
    const facts = {
      // A removal is refused while something runs; until its task has seen to that, nothing is cut off.
      deleting: this.#row.phase === 'removing' && this.operations.count === 0,
      maintenance: this.#row.maintenance,
      suspect: this.#row.suspect,
      damagedChunks: await countDamaged(this.#context.db, this.id),
      probe: this.#probe,
    };
    let next = statusOf(facts);
    if (allowsReading(next.status) && this.#store === null) {
      const failure = await this.#open();
      if (failure) next = { status: 'offline', reason: failure.message };
    }
    await this.#setStatus(next.status, next.reason);
    if (!allowsReading(next.status)) await this.#close(`The datastore is ${next.status}: ${next.reason}`);
  }

  async #setStatus(status: DatastoreRow['status'], reason: string): Promise<void> {
    if (status === this.#row.status && reason === this.#row.statusReason) return;
    const since = status === this.#row.status ? {} : { statusSince: sql`now()` };
    await this.#context.db
      .update(datastore)
      .set({ status, statusReason: reason, ...since })
      .where(eq(datastore.id, this.id));
    await announce(this.#context.db, 'datastore', this.id, this.id);
    this.#context.log.info({ datastore: this.name, status, reason }, 'datastore status');
    await this.reload();
  }

  /** Null when it is open now, else why not. Several callers share one attempt. */
  async #open(): Promise<BackupError | null> {
    this.#opening ??= this.#openOnce().finally(() => {
      this.#opening = null;
    });
    try {
      await this.#opening;
      return null;
    } catch (error) {
      return error instanceof BackupError ? error : new BackupError('DATASTORE_OFFLINE', String(error));
    }
  }

  async #openOnce(): Promise<void> {
    const alive = await this.#aliveWorkers();
    const { pool, clock, identity, db } = this.#context;
    const store = await openFromRow(this.#row, {
      pool,
      clock,
      workerId: identity.id,
      epoch: this.#epoch,
      assertOwned: this.#assertOwned,
      isGone: (workerId) => !alive.has(workerId),
      suspect: (reason) => void this.#suspect(reason),
    });
    if (store.epoch !== this.#epoch) {
      this.#epoch = store.epoch;
      await raiseEpoch(db, this.id, identity.id, store.epoch);
    }
    await loadDamaged(db, this.id, store);
    const wasClean = this.#row.cleanlyClosed === 1;
    this.#recovery = wasClean ? null : (await recoverCrashWindow(this.#context, this, store)).report;
    await db.update(datastore).set({ cleanlyClosed: 0 }).where(eq(datastore.id, this.id));
    this.#store = store;
    await reconcileCatalog(db, store, this.id);
  }

  async #suspect(reason: string): Promise<void> {
    await this.#context.db.update(datastore).set({ suspect: reason }).where(eq(datastore.id, this.id));
    await this.refreshStatus();
  }

  /**
   * Writes a sign of life into the datastore itself, for owners that share no database with us. On storage that hangs,
   * whoever asks again gets the promise of the first.
   */
  beat(): Promise<void> {
    this.#beating ??= this.#beatOnce().finally(() => {
      this.#beating = null;
    });
    return this.#beating;
  }

  async #beatOnce(): Promise<void> {
    const store = this.#store;
    if (!store) return;
    this.#assertOwned();
    await this.#writeOwnerRecord(store, this.#context.clock.now());
  }

  async #writeOwnerRecord(store: Datastore, seenAt: number): Promise<void> {
    const { id, host } = this.#context.identity;
    const record = { workerId: id, host, epoch: this.#epoch, seenAt };
    await writeOwnerRecord(store.backend, record, { durable: false });
  }

  /** Records what was added to the chunks since the last time. */
  async noteChunks(): Promise<void> {
    if (this.#store) await this.chunkFigures.note(this.#store.chunks.tally);
  }

  /** Notes that everything written so far is on the disk. */
  async noteSync(): Promise<void> {
    await this.#context.db.update(datastore).set({ lastSyncAt: sql`now()` }).where(eq(datastore.id, this.id));
  }

  /** Stops what runs and lets go of the storage, so that it can be unmounted. */
  async #close(reason: string): Promise<void> {
    const store = this.#store;
    if (!store) return;
    this.#store = null;
    this.operations.abortAll(stoppedBecause(reason));
    await this.operations.idle(AbortSignal.timeout(CLOSE_PATIENCE_MS)).catch(() => {});
    const noted = this.chunkFigures.note(store.chunks.tally).catch(() => {}); // whoever opens it counts anew
    // On storage that hangs this hangs as well, and the next probe must not wait for it.
    const closed = Promise.all([noted, store.close()]);
    await Promise.race([closed, setTimeout(CLOSE_PATIENCE_MS, null, { ref: false })]);
  }

  /** Closes the engine; the next probe opens it anew, as after an unclean stop. */
  async letGo(): Promise<void> {
    this.#probe = null;
    await this.#close(`${this.name} is being opened anew.`);
  }

  /** What the scan after an unclean stop has found, once it is done; null when there was none. */
  recovered(): Promise<CrashWindowReport | null> {
    return this.#recovery ?? Promise.resolve(null);
  }

  /** Ends ownership. In order: flushed and marked as closed cleanly, so that no crash window is scanned. */
  async release({ inOrder }: { inOrder: boolean }): Promise<void> {
    const store = this.#store;
    // After a failed flush the next may report success and prove nothing: the crash window stays open.
    if (store && inOrder && this.operations.count === 0 && this.#row.suspect === null) {
      await this.#beating?.catch(() => {}); // it must not come after the last record below
      await this.noteChunks(); // else nobody would know that some are not counted
      await store.backend.flush();
      await this.#context.db
        .update(datastore)
        .set({ cleanlyClosed: 1, lastSyncAt: sql`now()` })
        .where(eq(datastore.id, this.id));
      await this.#writeOwnerRecord(store, 0); // who gave it back need not be waited for
    }
    await this.#close('The worker gave the datastore back.');
  }

  #refusal(): BackupError {
    const { status, statusReason, maintenance, name } = this.#row;
    if (maintenance && (status === 'maintenance' || status === 'read-only')) {
      return new BackupError(
        'DATASTORE_MAINTENANCE',
        `${maintenance.mode} maintenance mode: ${maintenance.message}`,
      );
    }
    if (status === 'deleting')
      return new BackupError('DATASTORE_MAINTENANCE', `datastore is being deleted: ${name}`);
    return new BackupError(
      'DATASTORE_OFFLINE',
      `datastore '${name}' is ${status}: ${statusReason || 'not ready yet'}`,
      {
        hint: `Look at it: ironcore-backup datastore probe ${name}`,
      },
    );
  }
}

/** How long work that was told to stop may take before the storage is let go under it. */
const CLOSE_PATIENCE_MS = 10_000;

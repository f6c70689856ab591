import { eq, sql } from 'drizzle-orm';
import { allowsReading, allowsWriting, type StatusFacts, statusOf } from '#domain/datastore.ts';
import { BackupError } from '#domain/errors.ts';
import { announce } from '#drizzle/changes.ts';
import { raiseEpoch } from '#drizzle/leases.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import type { ChunkPool } from '#engine/chunks/chunk-pool.ts';
import type { Datastore } from '#engine/datastore.ts';
import type { OwnerRecord } from '#engine/identity.ts';
import type { ProbeResult } from '#engine/probe/probe-place.ts';
import type { CrashWindowReport } from '#engine/recover/crash-window.ts';
import { answered, PATIENCE_MS } from './answered.ts';
import { ChunkFigures } from './catalog/chunk-figures.ts';
import { countDamaged, dropHealed, loadDamaged } from './catalog/damaged-chunks.ts';
import { reconcileCatalog } from './catalog/reconcile.ts';
import { EngineOpener, type OpenEngine } from './engine-opener.ts';
import { keepReserve } from './keep-reserve.ts';
import { noteStatus } from './note-status.ts';
import { type DatastoreRow, followSyncLevel, leadsElsewhere, needsReopening } from './open-datastore.ts';
import { type Operation, Operations, stoppedBecause } from './operations.ts';
import { type LeaseHooks, OwnerSign } from './owner-mark.ts';
import { figuresOf, isReadOnlyMount } from './probe-figures.ts';
import { recoverCrashWindow } from './recover-crash-window.ts';
import { refusalOf } from './refusal.ts';
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
  readonly #sign: OwnerSign;
  readonly #opener: EngineOpener;
  #row: DatastoreRow;
  #epoch: number;
  #store: Datastore | null = null;
  #pool: ChunkPool | null = null;
  /** Ends what goes on in the background for as long as the engine is open. */
  #closing = new AbortController();
  /** The scan of what was written before an unclean stop; null when there was none. */
  #recovery: Promise<CrashWindowReport> | null = null;
  /** Until then the crash window stays what it is: neither a good flush nor an orderly end may move it. */
  #isScanned = true;
  /** What the last probe found; null before the first of this owner. */
  #probe: StatusFacts['probe'] = null;
  /** Why the datastore is not to be trusted any more, for as long as the row does not say so yet. */
  #suspicion: string | null = null;
  /** What was under way for it comes too late: the datastore and its row are somebody else's by now. */
  #released = false;
  #turn: Promise<unknown> = Promise.resolve();
  #probing: Promise<unknown> = Promise.resolve();

  constructor(context: WorkerContext, row: DatastoreRow, epoch: number, lease: LeaseHooks) {
    this.id = row.id;
    this.chunkFigures = new ChunkFigures(context.db, row.id, () => context.clock.now());
    this.#context = context;
    this.#row = row;
    this.#epoch = epoch;
    this.#sign = new OwnerSign(context, lease.assertOwned, (store, by) => void this.#giveWay(store, by));
    this.#opener = new EngineOpener(context, {
      assertOwned: () => this.#sign.assert(),
      assertStillOwned: (store) => this.#sign.assertStill(store),
      expectsWrites: () => this.#expectsWrites(),
      suspect: (reason) => void this.#suspect(reason),
      onTrouble: lease.probeSoon,
    });
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
    throw refusalOf(this.#row);
  }

  writer(): Datastore {
    if (this.#store && allowsWriting(this.#row.status)) return this.#store;
    throw refusalOf(this.#row);
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
  takeOver(): Promise<void> {
    return this.#inTurn(async () => {
      await this.reload();
      this.#probe = null;
      if (this.#row.phase === 'ready') await this.#settle();
    });
  }

  /** One probe after the other, so that what is carried out last is what was seen last. */
  probe(ask: () => Promise<ProbeResult>): Promise<ProbeResult> {
    const probed = this.#probing.then(async () => {
      const result = await ask();
      await this.applyProbe(result);
      return result;
    });
    this.#probing = probed.catch(() => {});
    return probed;
  }

  /** Takes in what a probe found: the status follows, and with it whether the engine is open. */
  applyProbe(result: ProbeResult): Promise<void> {
    return this.#inTurn(async () => {
      await this.reload();
      const { reachable, writable, warnings, reason, certain } = result;
      if (this.#expectsWrites() && isReadOnlyMount(result)) this.#suspicion ??= reason;
      const misses = reachable ? 0 : this.#row.probeMisses + 1;
      await this.#context.db
        .update(datastore)
        .set(figuresOf(result, misses))
        .where(eq(datastore.id, this.id));
      this.#probe = { reachable, writable, warnings, reason, certain, misses };
      if (reachable && this.#store) await this.#lookAt(this.#store);
      await this.#settle();
    });
  }

  async #lookAt(store: Datastore): Promise<void> {
    const { path } = this.#row.config;
    if (await leadsElsewhere(path, store)) await this.#close(`${path} has been mounted anew.`);
    else await answered(dropHealed(this.#context.db, this.id, store));
  }

  /** Works out the status anew after the row has changed (maintenance, suspicion, removal, sync level). */
  refreshStatus(): Promise<void> {
    return this.#inTurn(async () => {
      await this.reload();
      await this.#settle();
    });
  }

  /** Somebody has changed the row. */
  async rowChanged(): Promise<void> {
    const { syncLevel } = this.#row;
    await this.reload();
    if (this.#store && this.#row.syncLevel !== syncLevel) await this.refreshStatus();
  }

  /** One change of the state after the other: a verdict must not be carried out on what a later one has opened. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #settle(): Promise<void> {
    if (this.#released) return;
    await this.#recordSuspicion();
    const facts = {
      // A removal is refused while something runs; until its task has seen to that, nothing is cut off.
      deleting: this.#row.phase === 'removing' && this.operations.count === 0,
      maintenance: this.#row.maintenance,
      suspect: this.#row.suspect,
      damagedChunks: await countDamaged(this.#context.db, this.id),
      probe: this.#probe,
    };
    let next = statusOf(facts);
    if (allowsReading(next.status)) next = await this.#opened(next);
    await this.#setStatus(next.status, next.reason);
    if (!allowsReading(next.status)) await this.#close(`The datastore is ${next.status}: ${next.reason}`);
  }

  /** Sees to it that the engine is open as the row wants it; returns the status that this comes to. */
  async #opened(next: Verdict): Promise<Verdict> {
    if (this.#store && this.operations.count === 0 && this.#wantsReopening(this.#store, next)) {
      await this.#closeInOrder(`${this.name} is being opened anew.`);
    }
    const failure = this.#store === null ? await this.#open() : null;
    if (failure || this.#store === null) return { status: 'offline', reason: failure?.message ?? '' };
    this.#store = followSyncLevel(this.#store, this.#row);
    const { unclaimed } = this.#store;
    if (unclaimed === null || !allowsWriting(next.status)) return next;
    return { status: 'read-only', reason: unclaimed.message };
  }

  #wantsReopening(store: Datastore, next: Verdict): boolean {
    const mayClaim = store.unclaimed !== null && allowsWriting(next.status);
    return mayClaim || needsReopening(store, this.#row);
  }

  async #setStatus(status: DatastoreRow['status'], reason: string): Promise<void> {
    if (status === this.#row.status && reason === this.#row.statusReason) return;
    const since = status === this.#row.status ? {} : { statusSince: sql`now()` };
    const change = { status, statusReason: reason, ...since };
    await this.#context.db.update(datastore).set(change).where(eq(datastore.id, this.id));
    await announce(this.#context.db, 'datastore', this.id, this.id);
    this.#context.log.info({ datastore: this.name, status, reason }, 'datastore status');
    await this.reload();
    await noteStatus(this.#context, this.#row, 0);
  }

  /** Null when it is open now, else why not. */
  async #open(): Promise<BackupError | null> {
    try {
      await this.reload();
      this.#sign.reset();
      await this.#begin(await this.#opener.open(this.#row, this.#epoch));
      return null;
    } catch (error) {
      this.#context.log.warn({ err: error, datastore: this.name }, 'datastore could not be opened');
      return error instanceof BackupError ? error : new BackupError('DATASTORE_OFFLINE', String(error));
    }
  }

  /** From here on it is open; what was left behind is seen to. */
  async #begin({ store, pool }: OpenEngine): Promise<void> {
    const { identity, db } = this.#context;
    [this.#store, this.#pool, this.#recovery] = [store, pool, null];
    this.#closing = new AbortController();
    if (store.epoch !== this.#epoch) {
      this.#epoch = store.epoch;
      await raiseEpoch(db, this.id, identity.id, store.epoch);
    }
    await loadDamaged(db, this.id, store);
    if (store.unclaimed === null) await this.#beginWriting(store);
    await this.#compareLists(store);
  }

  async #beginWriting(store: Datastore): Promise<void> {
    this.#isScanned = this.#row.cleanlyClosed === 1;
    if (!this.#isScanned) await this.#recover(store);
    await this.#context.db.update(datastore).set({ cleanlyClosed: 0 }).where(eq(datastore.id, this.id));
    await answered(keepReserve(this.#context, this.name, store));
  }

  async #recover(store: Datastore): Promise<void> {
    const { report } = await recoverCrashWindow(this.#context, this, store, this.#closing.signal);
    this.#recovery = report;
    const scanned = () => {
      if (this.#recovery === report) this.#isScanned = true;
    };
    report.then(scanned, () => {});
  }

  /** Lists that take long to compare follow later; the datastore can be used meanwhile. */
  async #compareLists(store: Datastore): Promise<void> {
    try {
      await answered(reconcileCatalog(this.#context.db, store, this.id));
    } catch (error) {
      if (store.unclaimed === null) throw error;
      // What an interrupted removal has left behind cannot be removed there.
      this.#context.log.warn({ err: error, datastore: this.name }, 'the lists could not be compared');
    }
  }

  /** Whether a refusal to write would be a surprise. */
  #expectsWrites(): boolean {
    return this.#store?.unclaimed === null && allowsWriting(this.#row.status);
  }

  async #suspect(reason: string): Promise<void> {
    this.#suspicion ??= reason;
    await this.refreshStatus().catch((error) =>
      this.#context.log.error(
        { err: error, datastore: this.name, reason },
        'a suspicion is not recorded yet',
      ),
    );
  }

  /** Tried until it goes well: what nobody remembers would be trusted after the next stop. */
  async #recordSuspicion(): Promise<void> {
    const reason = this.#suspicion;
    if (reason === null) return;
    await this.#context.db.update(datastore).set({ suspect: reason }).where(eq(datastore.id, this.id));
    this.#suspicion = null;
    await this.reload();
  }

  /** Writes a sign of life into the datastore itself, for owners that share no database with us. */
  async beat(): Promise<void> {
    if (this.#suspicion !== null) await this.refreshStatus();
    const store = this.#store;
    if (store?.unclaimed === null) await this.#sign.beat(store);
  }

  /** Ends what runs; opening it again is refused for as long as the other one gives signs of life. */
  #giveWay({ backend }: Datastore, seen: OwnerRecord): Promise<void> {
    const { log } = this.#context;
    log.error({ datastore: this.name, seen }, 'another server has taken the datastore over');
    return this.#inTurn(async () => {
      if (this.#store?.backend !== backend) return;
      await this.#close(`Another server on ${seen.host} has taken the datastore over.`);
      await this.#settle();
    }).catch((error) => log.error({ err: error, datastore: this.name }, 'could not follow a take-over'));
  }

  /** Records what was added to the chunks since the last time. */
  async noteChunks(): Promise<void> {
    if (this.#store) await this.chunkFigures.note(this.#store.chunks.tally);
  }

  /** Notes that everything written before a moment (ms since 1970) is on the disk; backups may tell in any order. */
  async noteSync(at: number): Promise<void> {
    if (!this.#isScanned) return;
    const lastSyncAt = sql`greatest(${datastore.lastSyncAt}, ${new Date(at).toISOString()}::timestamptz)`;
    await this.#context.db.update(datastore).set({ lastSyncAt }).where(eq(datastore.id, this.id));
  }

  /** Stops what runs and lets go of the storage, so that it can be unmounted. */
  async #close(reason: string): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const pool = this.#pool;
    [this.#store, this.#pool] = [null, null];
    this.#closing.abort(stoppedBecause(reason));
    this.operations.abortAll(stoppedBecause(reason));
    await this.operations.idle(AbortSignal.timeout(PATIENCE_MS)).catch(() => {});
    const noted = this.chunkFigures.note(store.chunks.tally).catch(() => {}); // whoever opens it counts anew
    // On storage that hangs this hangs as well, and the next probe must not wait for it.
    await answered(Promise.all([noted, store.close(), pool?.close()]));
  }

  /** Flushed and marked as closed cleanly, so that no crash window is scanned, unless something speaks against it. */
  async #closeInOrder(reason: string): Promise<void> {
    const store = this.#store;
    if (store && this.operations.count === 0) {
      await this.#endCleanly(store).catch((error) =>
        this.#context.log.error({ err: error, datastore: this.name }, 'datastore was not closed cleanly'),
      );
    }
    await this.#close(reason);
  }

  async #endCleanly(store: Datastore): Promise<void> {
    await this.#sign.assertStill(store);
    await this.#recordSuspicion();
    if (!this.#isTrusted(store)) return;
    await this.noteChunks(); // else nobody would know that some are not counted
    await store.backend.flush();
    if (!this.#isTrusted(store)) return;
    await this.#context.db
      .update(datastore)
      .set({ cleanlyClosed: 1, lastSyncAt: sql`now()` })
      .where(eq(datastore.id, this.id));
    await this.#sign.signOff(store);
  }

  /** After a failed flush the next may report success and prove nothing: the crash window stays open. */
  #isTrusted(store: Datastore): boolean {
    const known = this.#row.suspect ?? this.#suspicion;
    return this.#isScanned && store.unclaimed === null && known === null && !store.flushFailed();
  }

  /** Closes the engine; the next probe opens it anew, as after an unclean stop. */
  letGo(): Promise<void> {
    return this.#inTurn(async () => {
      this.#probe = null;
      await this.#close(`${this.name} is being opened anew.`);
    });
  }

  /** What the scan after an unclean stop has found, once it is done; null when there was none. */
  recovered(): Promise<CrashWindowReport | null> {
    return this.#recovery ?? Promise.resolve(null);
  }

  /** Ends ownership. */
  release({ inOrder }: { inOrder: boolean }): Promise<void> {
    this.#released = true;
    const close = (reason: string) => (inOrder ? this.#closeInOrder(reason) : this.#close(reason));
    return this.#inTurn(() => close('The worker gave the datastore back.'));
  }
}

type Verdict = ReturnType<typeof statusOf>;

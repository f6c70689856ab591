import { isBackupError } from '#domain/errors.ts';
import { formatGroupPath, type GroupRef, type SnapshotRef } from '#domain/ids.ts';
import type { Problem } from '../audit/chunk-audit.ts';
import { Findings } from '../audit/findings.ts';
import { countEntries } from '../audit/index-entries.ts';
import { KnownNames } from '../audit/known-names.ts';
import { type DamagedPlace, SnapshotAudit } from '../audit/snapshot-audit.ts';
import type { Datastore } from '../datastore.ts';
import { updateManifest } from '../hierarchy/change-snapshot.ts';
import { listSnapshots, readSnapshotInfo, type VerifyState } from '../hierarchy/snapshots.ts';
import type { Lock } from '../locks/lock-table.ts';
import { snapshotPlace } from '../locks/places.ts';
import { ChunkVerifier, type ReadBytes } from './chunk-verifier.ts';

/** Nothing of it stays. */
const BENCHMARK_GROUP = 'host/benchmark';

export interface DueSnapshot {
  snapshot: SnapshotRef;
  state: VerifyState | null;
}

/**
 * The finished snapshots of the groups that `isDue` wants, in the order of the groups, in each the newest first. One whose
 * manifest is damaged is always due: there is nothing in it that could say otherwise.
 */
export async function findDue(
  store: Datastore,
  groups: readonly GroupRef[],
  isDue: (state: VerifyState | null, snapshot: SnapshotRef) => boolean,
  signal: AbortSignal,
): Promise<DueSnapshot[]> {
  const due: DueSnapshot[] = [];
  for (const group of groups) {
    if (formatGroupPath(group) === BENCHMARK_GROUP) continue;
    for (const snapshot of await listSnapshots(store.backend, group)) {
      signal.throwIfAborted();
      const info = await readSnapshotInfo(store.backend, snapshot);
      if (!info?.finished) continue;
      if (info.damage !== null || isDue(info.verifyState, snapshot))
        due.push({ snapshot, state: info.verifyState });
    }
  }
  return due;
}

export interface VerifyOptions {
  /** Of this run, for the manifests. */
  upid: string;
  /** Begin no further snapshot once so much was read; null for no limit. */
  budgetBytes: number | null;
  signal: AbortSignal;
  /** Ends it in order; what was not read by then is left. */
  over?: AbortSignal | null | undefined;
  /** Hears how many entries of indexes were looked at, of how many. */
  report: (done: number, total: number) => void;
  /** Hears of each damaged or missing chunk, where it was met first. */
  damaged: (place: DamagedPlace) => Promise<void>;
  /** Hears of each snapshot that was looked at, when its manifest says so. */
  verified: (snapshot: SnapshotRef, problems: readonly Problem[]) => Promise<void>;
  /** Hears of one that could not be looked at. */
  skipped: (snapshot: SnapshotRef, why: string) => void;
}

export interface VerifyReport {
  sound: number;
  failed: SnapshotRef[];
  skipped: number;
  /** Removed before or while they were looked at. */
  vanished: number;
  /** Not read, because enough was read or it was over. */
  left: number;
  /** It was over. */
  stopped: boolean;
  read: ReadBytes;
}

/**
 * Reads everything that snapshots hold, each chunk once, and writes the result into their manifests. *Locks*: each
 * snapshot shared while it is read. What is damaged is a result; it fails when the storage cannot be read.
 *
 * When it is `over`, the snapshot that is being read stays as it was, so that the run ends at once; only the first one of a
 * run is read to its end, or one that takes longer than a window would keep all others from ever being read.
 */
export async function verifySnapshots(
  store: Datastore,
  snapshots: readonly SnapshotRef[],
  options: VerifyOptions,
): Promise<VerifyReport> {
  const run = new VerifyRun(store, options, await countEntries(store.backend, snapshots, options.signal));
  for (const [at, snapshot] of snapshots.entries()) {
    options.signal.throwIfAborted();
    if (run.isEnough || !(await run.snapshot(snapshot))) {
      run.report.left = snapshots.length - at;
      break;
    }
  }
  return run.report;
}

class VerifyRun {
  readonly report: VerifyReport;
  readonly #store: Datastore;
  readonly #options: VerifyOptions;
  readonly #audit: SnapshotAudit;
  readonly #total: number;
  #done = 0;

  constructor(store: Datastore, options: VerifyOptions, total: number) {
    const chunks = new ChunkVerifier(store, options.signal);
    this.#store = store;
    this.#options = options;
    this.#total = total;
    this.report = {
      sound: 0,
      failed: [],
      skipped: 0,
      vanished: 0,
      left: 0,
      stopped: false,
      read: chunks.read,
    };
    // What else lies in the directories is the business of an audit.
    this.#audit = new SnapshotAudit(store, new KnownNames(store, new Findings()), chunks, {
      looked: (entries) => this.#looked(entries),
      damaged: options.damaged,
    });
  }

  /** Nothing more is to be begun. */
  get isEnough(): boolean {
    const { budgetBytes, over } = this.#options;
    if (over?.aborted) this.report.stopped = true;
    return this.report.stopped || (budgetBytes !== null && this.report.read.bytes >= budgetBytes);
  }

  #looked(entries: number): void {
    const { signal, over } = this.#options;
    signal.throwIfAborted();
    if (this.report.sound + this.report.failed.length > 0) over?.throwIfAborted();
    this.#done += entries;
    this.#options.report(this.#done, Math.max(this.#total, this.#done));
  }

  /** False when it was over before the snapshot was read. */
  async snapshot(snapshot: SnapshotRef): Promise<boolean> {
    const lock = this.#lock(snapshot);
    if (lock === null) return true;
    try {
      const problems = await this.#audit.check(snapshot);
      if (problems === null) this.report.vanished += 1;
      else await this.#conclude(snapshot, problems);
      return true;
    } catch (error) {
      const { over } = this.#options;
      if (!over?.aborted || error !== over.reason) throw error;
      this.report.stopped = true;
      return false;
    } finally {
      lock.release();
    }
  }

  #lock(snapshot: SnapshotRef): Lock | null {
    try {
      return this.#store.locks.shared(snapshotPlace(snapshot), 'verification');
    } catch (error) {
      if (!isBackupError(error, 'SNAPSHOT_LOCKED')) throw error;
      this.report.skipped += 1;
      this.#options.skipped(snapshot, error.message);
      return null;
    }
  }

  async #conclude(snapshot: SnapshotRef, problems: readonly Problem[]): Promise<void> {
    const state = problems.length === 0 ? 'ok' : 'failed';
    if (state === 'ok') this.report.sound += 1;
    else this.report.failed.push(snapshot);
    try {
      const verifyState = { verify_state: { state, upid: this.#options.upid } };
      await updateManifest(this.#store, snapshot, verifyState, 'verification');
    } catch (error) {
      // A damaged manifest takes no result; that it is damaged is the result.
      if (state === 'ok' || !isBackupError(error, 'DATA_CORRUPT', 'STORAGE_DENIED')) throw error;
    }
    await this.#options.verified(snapshot, problems);
  }
}

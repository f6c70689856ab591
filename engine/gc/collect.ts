import { epochSeconds } from '#domain/clock.ts';
import { BackupError } from '#domain/errors.ts';
import type { TaskProgress } from '#domain/task.ts';
import { CHUNK_DIRECTORIES } from '../chunks/chunk-key.ts';
import type { Datastore } from '../datastore.ts';
import type { AccessTimeTrial } from '../probe/inspect-place.ts';
import { isAbandoned, type WasFinished } from './abandoned-index.ts';
import { CLOCK_TOLERANCE_SECONDS, ClockWatch, clockUnsure } from './clock-watch.ts';
import { countedSweep } from './counted-sweep.ts';
import { chooseExpired, type ExpireOptions, type Expiry } from './expire-trash.ts';
import { findMissing, type MissingChunk } from './find-missing.ts';
import { GC_STATUS_NAME, writeGcStatus } from './gc-status.ts';
import { type Marks, mark } from './mark.ts';
import type { SharedMarks } from './mark-table.ts';
import { measureUse } from './measure-use.ts';
import type { CoverageQuestion, SpaceUse } from './space-use.ts';
import { type SweepOptions, type Swept, sweep } from './sweep.ts';
import type { Amount, SweepCounts } from './sweep-counts.ts';
import { checkLimit } from './sweep-limit.ts';
import { type Cutoffs, cutoffsOf } from './sweep-rule.ts';

export interface CollectOptions {
  /** Tell what would go, and remove nothing. */
  dryRun: boolean;
  /** How long a chunk is kept after its last use. */
  graceSeconds: number;
  /** How many snapshots were last recorded: with less than half of them something is wrong. Null: nothing is expected. */
  expectedSnapshots: number | null;
  /** What is on record of snapshots whose manifest is not there; null when nothing is. */
  wasFinished?: WasFinished | null | undefined;
  /** Whether access times stick on the storage, and how far its clock is from ours; null where nothing can tell. */
  tryAccessTime: () => Promise<AccessTimeTrial | null>;
  /** Stops before anything is removed when more than so many percent of what is stored would go; null for no limit. */
  stopPercent?: number | null | undefined;
  signal: AbortSignal;
  /** Ends it in order: before anything was removed by throwing its reason, later with what was removed by then. */
  over?: AbortSignal | null | undefined;
  report: (progress: TaskProgress) => void;
  /**
   * Bytes of all chunks that are stored, asked at the end; null when nobody has counted them. Then the collection does,
   * which takes a call for each chunk.
   */
  storedBytes: (() => Promise<number>) | null;
  /** When what lies in the trash goes; without, nothing of it does. */
  trash?: ExpireOptions | undefined;
  /** Hears who uses the space, if anybody asks: it takes a call for each chunk, and each index is read once more. */
  spaceUse?: ((use: SpaceUse) => Promise<void>) | null | undefined;
  /** When snapshots were found sound, for the coverage that the space use tells. */
  coverage?: CoverageQuestion | null | undefined;
  /** Hears what deserves attention. */
  warn: (text: string) => void;
  /** Hears of a missing chunk of each index that needs one. */
  missing: (chunk: MissingChunk) => Promise<void>;
}

export interface CollectReport {
  dryRun: boolean;
  groups: number;
  snapshots: number;
  /** Snapshots in the trash that stay. */
  trashed: number;
  /** Those of which the time was over: removed, or what would go. */
  expired: number;
  indexFiles: number;
  /** Bytes of the archives that the indexes describe. */
  archiveBytes: number;
  /** References in all indexes. */
  references: number;
  /** Different chunks that they refer to. */
  neededChunks: number;
  missingChunks: number;
  /** Index files outside of snapshots, whose chunks are kept as well. */
  strangers: number;
  /** Bytes of the used ones are in `usedBytes` alone. */
  counts: SweepCounts;
  /** Chunks that could have gone, when it was over before; they are in none of the counts. */
  left: Amount;
  usedBytes: number;
  /** Of the table of marks. */
  memoryBytes: number;
}

/**
 * Collects garbage (docs/formats/datastore.md): marks every chunk that an index refers to, without what has lain in the trash
 * long enough, removes that, then the chunks that are neither marked nor were used within the grace. Backups,
 * restores and removals go on meanwhile.
 *
 * *Why nothing is lost*: what a finished snapshot needs is marked (`mark.ts`). What a running backup sends was touched
 * after it began, and nothing that was used since the oldest running backup began is removed. What it takes from an
 * earlier snapshot without sending it is marked, since that snapshot cannot go before it ends.
 *
 * *Errors*: DATASTORE_IN_USE, GC_INDEX_UNREADABLE, GC_CLOCK_UNSURE, GC_TOO_MUCH, SNAPSHOTS_MISSING,
 * DATASTORE_FILESYSTEM_UNFIT, all before anything is removed, from the trash as well; DATASTORE_NOT_OWNED and those of the storage at any time:
 * what was removed by then was garbage all the same.
 */
export async function collectGarbage(store: Datastore, options: CollectOptions): Promise<CollectReport> {
  // A plan removes nothing, so it keeps nobody out: least of all a collection that is due.
  using _lock = options.dryRun ? null : store.processLock.collect();
  const clocks = new ClockWatch(store.clock);
  const startedAt = epochSeconds(store.clock);
  const cutoffs = cutoffsOf(startedAt, options.graceSeconds, store.processLock.oldestWriter());
  await checkClocks(store, startedAt, options);
  const { over = null } = options;
  const signal = over ? AbortSignal.any([options.signal, over]) : options.signal;
  using expiry = await chooseExpired(store, startedAt, { ...options, signal });
  const marks = await mark(store, {
    ...{ report: options.report, signal, isGone: expiry.has },
    passOver: (key) => passOver(store, key, cutoffs, options),
  });
  checkSnapshots(marks, options);
  for (const key of marks.strangers)
    options.warn(`${key} belongs to no snapshot; the chunks that it needs are kept.`);
  const sizes = options.storedBytes === null || Boolean(options.spaceUse);
  const shared = marks.table.share({ sizes });
  const { counts, left, isWhole } = await sweepChunks(store, options, {
    ...{ marks: shared, cutoffs, sizes, expiry },
    check: async () => {
      clocks.check();
      checkWriters(store, cutoffs);
      await store.assertStillOwned();
    },
  });
  const missingChunks = marks.table.count - counts.used.files;
  if (missingChunks > 0 && isWhole) await nameMissing(store, marks, shared, options);
  if (options.spaceUse && isWhole) {
    const use = await measureUse(store.backend, marks.keys, shared, options);
    await options.spaceUse(options.dryRun && expiry.count > 0 ? { ...use, trashBytes: null } : use);
  }
  const usedBytes = await usedBytesOf(counts, left, options);
  if (!options.dryRun) await writeGcStatus(store.backend, { marks, counts, left, usedBytes }, options.warn);
  return { ...reportOf(marks, counts, options.dryRun), expired: expiry.count, left, usedBytes };
}

async function passOver(
  { backend }: Datastore,
  key: string,
  cutoffs: Cutoffs,
  { wasFinished = null, warn }: CollectOptions,
): Promise<boolean> {
  if (!(await isAbandoned(backend, key, cutoffs, wasFinished))) return false;
  warn(
    `${key} cannot be read and was passed over: a backup that was cut off has left it. Forget its snapshot.`,
  );
  return true;
}

/** In one pass; in two when it has to be known before how much that will be. What leaves the trash goes right before. */
async function sweepChunks(
  store: Datastore,
  { dryRun, stopPercent = null, over = null, signal, report, storedBytes }: CollectOptions,
  { expiry, ...more }: Pick<SweepOptions, 'marks' | 'cutoffs' | 'sizes' | 'check'> & { expiry: Expiry },
): Promise<Swept & { left: Amount }> {
  const told = (phase: string) => (done: number) =>
    report({ phase, done, total: CHUNK_DIRECTORIES, unit: 'directories' });
  const options = { ...more, dryRun, signal, report: told('Sweep') };
  const begin = async () => {
    await more.check();
    await expiry.remove();
  };
  if (dryRun || (stopPercent === null && over === null)) {
    if (!dryRun) await begin();
    return { ...(await sweep(store, options)), left: NOTHING };
  }
  const agree = async (planned: SweepCounts) => {
    if (stopPercent !== null) checkLimit(planned, stopPercent, (await storedBytes?.()) ?? 0);
    await begin();
  };
  return countedSweep(store, { ...options, over, agree, counted: told('Count') });
}

const NOTHING: Amount = { files: 0, bytes: 0 };

async function checkClocks(store: Datastore, now: number, { tryAccessTime }: CollectOptions): Promise<void> {
  const trial = await tryAccessTime();
  if (trial?.problem) {
    throw new BackupError('DATASTORE_FILESYSTEM_UNFIT', `The filesystem is unfit: ${trial.problem}.`);
  }
  const offset = trial?.clockOffsetSeconds ?? 0;
  if (Math.abs(offset) > CLOCK_TOLERANCE_SECONDS) {
    throw clockUnsure(`The clock of the storage and that of the server are ${Math.abs(offset)} s apart.`);
  }
  const last = await store.backend.stat(GC_STATUS_NAME);
  if (last && last.modifiedAt - offset > now + CLOCK_TOLERANCE_SECONDS) {
    throw clockUnsure('The last garbage collection ended in the future, by the clock of the server.');
  }
}

/** A clock that was behind for a while: what a backup has sent then looks old, though the backup began later than we did. */
function checkWriters({ processLock }: Datastore, { keepSince }: Cutoffs): void {
  const oldest = processLock.oldestWriter();
  if (oldest === null || oldest - CLOCK_TOLERANCE_SECONDS >= keepSince) return;
  throw clockUnsure('The clock of the server was set back for a while, and a backup has sent chunks then.');
}

/** A directory that was moved away, or a filesystem below it that is not mounted: what it needs is not marked. */
function checkSnapshots({ snapshots }: Marks, { expectedSnapshots }: CollectOptions): void {
  if (expectedSnapshots === null || snapshots * 2 >= expectedSnapshots) return;
  throw new BackupError(
    'SNAPSHOTS_MISSING',
    `Only ${snapshots} of ${expectedSnapshots} snapshots that were last recorded are there. Nothing was removed.`,
    {
      hint: 'Look where they are. If they are gone for good, rescan the datastore: that records what is there.',
    },
  );
}

async function nameMissing(
  store: Datastore,
  marks: Marks,
  shared: SharedMarks,
  { signal, report, missing }: CollectOptions,
): Promise<void> {
  report({ phase: 'Missing chunks' });
  for await (const chunk of findMissing(store.backend, marks.keys, shared, signal)) await missing(chunk);
}

/** All that is stored less what nobody needs. */
async function usedBytesOf(
  counts: SweepCounts,
  left: Amount,
  { storedBytes, dryRun }: CollectOptions,
): Promise<number> {
  if (storedBytes === null) return counts.used.bytes;
  const unneeded = counts.pending.bytes + left.bytes + (dryRun ? counts.removed.bytes : 0);
  return Math.max((await storedBytes()) - unneeded, 0);
}

function reportOf(
  marks: Marks,
  counts: SweepCounts,
  dryRun: boolean,
): Omit<CollectReport, 'usedBytes' | 'left' | 'expired'> {
  const { groups, snapshots, trashed, indexFiles, archiveBytes, entries, table, strangers } = marks;
  return {
    ...{ dryRun, groups, snapshots, trashed, indexFiles, archiveBytes, counts },
    references: entries,
    neededChunks: table.count,
    missingChunks: Math.max(table.count - counts.used.files, 0),
    strangers: strangers.length,
    memoryBytes: table.sizeBytes,
  };
}

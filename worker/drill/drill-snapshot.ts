import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompareTotals } from '#client/pxar/compare-tree.ts';
import type { Omission } from '#client/pxar/restore-report.ts';
import { compareArchive } from '#client/restore/compare-archive.ts';
import { openArchiveIndex, readManifest } from '#client/restore/open-archive.ts';
import type { RestoreSummary } from '#client/restore/restore-events.ts';
import { restoreArchive } from '#client/restore/run-restore.ts';
import type { SnapshotSource } from '#client/restore/snapshot-source.ts';
import { BackupError, isBackupError } from '#domain/errors.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import { archiveKind, clientArchiveName } from '#domain/snapshot.ts';
import type { TaskProgress } from '#domain/task.ts';
import { ZERO_CHUNK_DIGEST } from '#engine/chunks/digest.ts';
import type { ManifestEntry } from '#engine/hierarchy/manifest.ts';
import { syncFilesystem } from '#engine/posix.ts';
import { type PromisedRoom, requireRest, scratchFull, takeRoom } from './scratch.ts';

export interface DrillJob {
  snapshot: SnapshotRef;
  /** An empty directory; what is restored stays in it for the caller to remove. */
  scratch: string;
  /** Milliseconds from an arbitrary start. */
  monotonic: () => number;
  signal: AbortSignal;
  progress: (progress: TaskProgress) => void;
  /** Hears of everything that is wrong, in words that name the archive. */
  problem: (words: string) => void;
  /** Hears of what is left out, and of what goes well. */
  note: (words: string) => void;
}

export interface DrillReport {
  /** Reading and writing alone, in ms. */
  restoreMs: number;
  restoredBytes: number;
  restoredFiles: number;
  hashes: number;
  /** Archives that were left out: only a client with the key can restore them. */
  encrypted: number;
}

/** What a restored file may not do to the server: such flags would keep it from being removed. */
const TREE_OPTIONS = { flags: false, devices: false };
const NEVER_ASKED: readonly Omission[] = ['flags', 'project', 'devices'];

/**
 * Restores every archive of a snapshot with the code that a client restores with, reads it back from the disk and compares
 * it. What is wrong with the snapshot is told; it fails for what says nothing of it: ARCHIVE_ENCRYPTED when there is
 * nothing that the server could restore, SCRATCH_FULL, CANCELLED, and errors of the storage.
 */
export async function drillSnapshot(from: SnapshotSource, job: DrillJob): Promise<DrillReport> {
  const report: DrillReport = { restoreMs: 0, restoredBytes: 0, restoredFiles: 0, hashes: 0, encrypted: 0 };
  const files = await told(job, 'The manifest', async () => (await readManifest(from, job.snapshot)).files);
  if (files === null) return report;
  const plain = files.filter(({ cryptMode }) => cryptMode !== 'encrypt');
  report.encrypted = files.length - plain.length;
  if (plain.length === 0 && files.length > 0) throw encryptedError();
  for (const { name, cryptMode } of files)
    if (cryptMode === 'encrypt') job.note(`${clientArchiveName(name)} is encrypted and left out.`);
  // The content of a split archive is restored with its metadata.
  const names = new Set(plain.map(({ name }) => name as string));
  const comesWith = (name: string) =>
    name.includes('.ppxar.') && names.has(name.replace('.ppxar.', '.mpxar.'));
  const archives = plain.filter(({ name }) => !comesWith(name));
  using room = await takeRoom(job.scratch, await neededBytes(from, plain));
  const meter = new Meter(
    job,
    room,
    plain.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  );
  const restored: Restored[] = [];
  const startedAt = job.monotonic();
  for (const entry of archives) {
    const one = await told(job, clientArchiveName(entry.name), () => restoreOne(from, entry, job, meter));
    if (one !== null) restored.push(one);
  }
  report.restoreMs = Math.round(job.monotonic() - startedAt);
  for (const { summary } of restored) {
    report.restoredBytes += summary.totals?.bytes ?? summary.sizeBytes;
    report.restoredFiles += summary.totals?.files ?? 1;
  }
  meter.turn('Compare');
  await flush(job.scratch);
  for (const one of restored) {
    const totals = await told(job, clientArchiveName(one.entry.name), () =>
      compareOne(from, one, job, meter),
    );
    report.hashes += totals?.hashes ?? 0;
  }
  return report;
}

/** Only what is on the disk can be read back from it. */
async function flush(scratch: string): Promise<void> {
  const directory = await open(scratch);
  try {
    await syncFilesystem(directory.fd);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError('STORAGE_UNREACHABLE', `The scratch directory could not be flushed: ${reason}.`);
  } finally {
    await directory.close();
  }
}

interface Restored {
  entry: ManifestEntry;
  target: string;
  summary: RestoreSummary;
}

async function restoreOne(
  from: SnapshotSource,
  entry: ManifestEntry,
  job: DrillJob,
  meter: Meter,
): Promise<Restored> {
  const name = clientArchiveName(entry.name);
  const target = join(job.scratch, entry.name);
  const signal = AbortSignal.any([job.signal, meter.full]);
  let before = 0;
  const summary = await restoreArchive(from, {
    ...{ snapshot: job.snapshot, archive: entry.name, target, path: null, overwrite: false },
    ...{ tree: TREE_OPTIONS, signal, monotonic: job.monotonic },
    events: {
      problem: ({ path, step, reason }) =>
        job.problem(`${name}: ${path}: ${step} could not be restored (${reason}).`),
      progress: ({ doneBytes }) => {
        meter.add(doneBytes - before);
        before = doneBytes;
      },
    },
  }).catch((error) => {
    throw meter.full.aborted ? meter.full.reason : error;
  });
  const omitted = summary.totals?.omitted ?? new Set();
  if (omitted.size > 0) job.note(`${name}: left out everywhere: ${[...omitted].join(', ')}.`);
  return { entry, target, summary };
}

function compareOne(
  from: SnapshotSource,
  { entry, target, summary }: Restored,
  job: DrillJob,
  meter: Meter,
): Promise<CompareTotals> {
  const name = clientArchiveName(entry.name);
  return compareArchive(from, {
    ...{ snapshot: job.snapshot, archive: entry.name, target, signal: job.signal },
    omitted: new Set([...NEVER_ASKED, ...(summary.totals?.omitted ?? [])]),
    report: ({ path, what }) => job.problem(path === '' ? `${name}: ${what}.` : `${name}: ${path}: ${what}.`),
    done: (bytes) => meter.add(bytes),
  });
}

/** Null, and told, for what is wrong with the snapshot. */
async function told<T>(job: DrillJob, what: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (job.signal.aborted) throw job.signal.reason;
    if (isBackupError(error, 'STORAGE_FULL')) throw scratchFull('The scratch directory has run full.');
    if (!isBackupError(error, 'DATA_CORRUPT', 'CHUNK_MISSING', 'ARCHIVE_NOT_FOUND', 'ARCHIVE_UNSAFE'))
      throw error;
    job.problem(`${what}: ${error.message}`);
    return null;
  }
}

/** Bytes that the snapshot takes when it is restored. ARCHIVE_ENCRYPTED where nothing of it can be, DATA_CORRUPT. */
export async function measureDrill(from: SnapshotSource, snapshot: SnapshotRef): Promise<number> {
  const { files } = await readManifest(from, snapshot);
  const plain = files.filter(({ cryptMode }) => cryptMode !== 'encrypt');
  if (plain.length === 0 && files.length > 0) throw encryptedError();
  return neededBytes(from, plain);
}

/** What is all zeros becomes a hole. What cannot be told because an index is damaged is told when it is restored. */
async function neededBytes(from: SnapshotSource, files: readonly ManifestEntry[]): Promise<number> {
  let bytes = 0;
  for (const entry of files) {
    if (archiveKind(entry.name) !== 'image') bytes += entry.sizeBytes;
    else {
      const index = await openArchiveIndex(from, entry).catch(() => null);
      if (index === null) continue;
      for await (const { digest, start, end } of index.entries()) {
        if (digest !== ZERO_CHUNK_DIGEST) bytes += end - start;
      }
    }
  }
  return bytes;
}

function encryptedError(): BackupError {
  return new BackupError('ARCHIVE_ENCRYPTED', 'The snapshot is encrypted: the server cannot restore it.', {
    hint: 'Try a restore with the client and the key that made it; a verification checks what can be checked without.',
  });
}

/** A fast disk takes 64 MiB, which is when a drill stops, in less than a second. */
const LOOK_EVERY_MS = 100;

/** Tells how far a drill is, and stops it before it fills the filesystem. */
class Meter {
  readonly #job: DrillJob;
  readonly #room: PromisedRoom;
  readonly #total: number;
  readonly #full = new AbortController();
  #phase: 'Restore' | 'Compare' = 'Restore';
  #done = 0;
  #lookedAt: number;

  constructor(job: DrillJob, room: PromisedRoom, total: number) {
    this.#job = job;
    this.#room = room;
    this.#total = total;
    this.#lookedAt = job.monotonic();
    this.add(0);
  }

  /** Aborts with SCRATCH_FULL. */
  get full(): AbortSignal {
    return this.#full.signal;
  }

  turn(phase: 'Compare'): void {
    this.#phase = phase;
    this.#done = 0;
    this.add(0);
  }

  add(bytes: number): void {
    this.#done += bytes;
    this.#job.progress({ phase: this.#phase, done: this.#done, total: this.#total, unit: 'bytes' });
    if (this.#phase !== 'Restore') return;
    this.#room.wrote(bytes);
    const now = this.#job.monotonic();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    requireRest(this.#job.scratch).catch((error) => this.#full.abort(error));
  }
}

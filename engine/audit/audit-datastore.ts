import type { AuditFinding } from '#domain/audit.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import type { ChunkCount, ChunkTotal } from '../chunks/chunk-tally.ts';
import type { Datastore } from '../datastore.ts';
import { ChunkAudit } from './chunk-audit.ts';
import { ChunkFilesAudit, chunkDirectories } from './chunk-files.ts';
import { Findings } from './findings.ts';
import { HierarchyAudit } from './hierarchy-audit.ts';
import { countEntries } from './index-entries.ts';
import { KnownNames } from './known-names.ts';
import { auditMoves } from './moves-audit.ts';
import { type DamagedPlace, SnapshotAudit } from './snapshot-audit.ts';
import { TrashAudit } from './trash-audit.ts';

/**
 * Checks what must be true of a datastore at every moment, as far as its files tell (docs/reliability.md). Reads only.
 * Used by every fault test and shipped as `datastore audit`.
 */
export interface AuditReport {
  groups: number;
  snapshots: number;
  unfinished: number;
  /** Different chunks that the finished snapshots refer to. */
  chunks: number;
  /** All chunk files, whoever needs them. */
  stored: ChunkTotal;
  errors: number;
  warnings: number;
  /** The first of each severity. */
  findings: AuditFinding[];
}

export interface AuditOptions {
  /** Read and check every chunk instead of only its presence and size. */
  deep: boolean;
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
  /** Hears of every finished snapshot that was looked at, and what is wrong with it. */
  looked?: (snapshot: SnapshotRef, problems: readonly string[]) => Promise<void>;
  /** Hears once of each chunk that is damaged or missing, and where that was seen first. */
  damaged?: (place: DamagedPlace) => Promise<void>;
  /** Hears of the count of all chunk files while it still follows what backups add. */
  counted?: (count: ChunkCount) => Promise<void>;
  /** Adds what else is known of the datastore. */
  findings?: Findings;
}

/** Clocks of storage and server may differ by this much. */
const CLOCK_SLACK_MS = 60_000;

export async function auditDatastore(store: Datastore, options: AuditOptions): Promise<AuditReport> {
  const findings = options.findings ?? new Findings();
  const names = new KnownNames(store, findings);
  const hierarchy = new HierarchyAudit(store, names, findings, options);
  await hierarchy.walk();
  await new TrashAudit(store, names, findings, options.signal).walk();
  await auditMoves(store, names, findings);
  const directories = await chunkDirectories(names);
  const chunks = new ChunkAudit(store, directories, options.deep);
  const snapshots = await auditSnapshots(store, names, chunks, hierarchy.finished, findings, options);
  const stored = await auditChunkFiles(store, names, directories, findings, options);
  return {
    groups: hierarchy.groups,
    snapshots,
    unfinished: hierarchy.unfinished,
    chunks: chunks.count,
    stored,
    errors: findings.errors,
    warnings: findings.warnings,
    findings: findings.kept,
  };
}

/** How many were there to look at. */
async function auditSnapshots(
  store: Datastore,
  names: KnownNames,
  chunks: ChunkAudit,
  snapshots: readonly SnapshotRef[],
  findings: Findings,
  { signal, report, looked, damaged }: AuditOptions,
): Promise<number> {
  const total = await countEntries(store.backend, snapshots, signal);
  let [checked, done] = [0, 0];
  const audit = new SnapshotAudit(store, names, chunks, {
    looked: (entries) => {
      signal.throwIfAborted();
      done += entries;
      report({ phase: 'Snapshots', done, total: Math.max(done, total), unit: 'chunks' });
    },
    damaged: damaged ?? (async () => {}),
  });
  for (const snapshot of snapshots) {
    signal.throwIfAborted();
    const problems = await audit.check(snapshot);
    if (problems === null) continue;
    checked += 1;
    for (const { code, what } of problems) findings.add(code, formatSnapshotPath(snapshot), what);
    await looked?.(
      snapshot,
      problems.map((problem) => problem.what),
    );
  }
  return checked;
}

async function auditChunkFiles(
  store: Datastore,
  names: KnownNames,
  directories: ReadonlySet<string>,
  findings: Findings,
  options: AuditOptions,
): Promise<ChunkTotal> {
  const { tally } = store.chunks;
  const count = tally.startCount(store.clock.now() - CLOCK_SLACK_MS);
  try {
    await new ChunkFilesAudit(store, names, findings, count).walk(directories, options);
    await options.counted?.(count);
    return count.total();
  } finally {
    tally.endCount(count);
  }
}

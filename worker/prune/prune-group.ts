import { BackupError, isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type GroupRef, type SnapshotRef } from '#domain/ids.ts';
import {
  countMarks,
  type KeepOptions,
  type PruneTotals,
  planPrune,
  type RetentionSnapshot,
  verdictWords,
} from '#domain/retention.ts';
import type { LogLevel } from '#domain/task.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import type { Datastore } from '#engine/datastore.ts';
import { MANIFEST_NAME, PROTECTED_NAME, snapshotKey } from '#engine/hierarchy/layout.ts';
import { listOrNothing } from '#engine/hierarchy/namespaces.ts';
import { removeSnapshot } from '#engine/hierarchy/remove-snapshot.ts';
import { listSnapshots, noSnapshot } from '#engine/hierarchy/snapshots.ts';
import { snapshotPlace } from '#engine/locks/places.ts';
import { deleteSnapshot, refreshGroup, refreshSnapshot } from '../catalog/write-catalog.ts';

export interface PruneWork {
  db: Database;
  store: Datastore;
  datastoreId: string;
  keep: KeepOptions;
  zone: string;
  signal: AbortSignal;
  log: (level: LogLevel, text: string) => void;
}

/** The plan as it was carried out: `remove` went, `skipped` should have gone and stays. */
export interface PruneCounts extends PruneTotals {
  skipped: number;
}

type Fact = RetentionSnapshot & { ref: SnapshotRef };

/**
 * Plans one group from what the datastore says now, and removes oldest first, so that what a stop leaves is what a
 * second run would go on with. One that is in use, or has changed since the plan, stays with a warning.
 */
export async function pruneGroup(work: PruneWork, group: GroupRef): Promise<PruneCounts> {
  const fates = planPrune(await readFacts(work, group), work.keep, work.zone);
  const counts = { ...countMarks(fates), skipped: 0 };
  const going = fates.filter(({ mark }) => mark === 'remove').reverse();
  try {
    for (const { snapshot, ...verdict } of going) {
      work.signal.throwIfAborted();
      const name = formatSnapshotPath(snapshot.ref);
      const refusal = await removeAsPlanned(work, snapshot);
      if (refusal === null) {
        work.log('info', `Removed ${name}: ${verdictWords(verdict, snapshot.finished)}.`);
        continue;
      }
      work.log('warning', `Kept ${name}: ${refusal}`);
      counts.remove -= 1;
      counts.skipped += 1;
    }
  } finally {
    if (going.length > 0) await noteGroup(work, group);
  }
  return counts;
}

async function readFacts({ store, signal }: PruneWork, group: GroupRef): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const ref of await listSnapshots(store.backend, group)) {
    signal.throwIfAborted();
    facts.push(await readFact(store, ref));
  }
  return facts;
}

/** One listing tells both, where two questions would each take a way to the storage. */
async function readFact(store: Datastore, ref: SnapshotRef): Promise<Fact> {
  const entries = await listOrNothing(store.backend, snapshotKey(ref));
  const has = (name: string) => entries.some((entry) => entry.name === name);
  return { ref, time: ref.time, finished: has(MANIFEST_NAME), protected: has(PROTECTED_NAME) };
}

/** Null when it is gone, else why it stays. The row follows at once. */
async function removeAsPlanned({ db, store, datastoreId }: PruneWork, planned: Fact): Promise<string | null> {
  const { ref } = planned;
  try {
    await removeUnchanged(store, planned);
  } catch (error) {
    if (!isBackupError(error, 'SNAPSHOT_LOCKED', 'SNAPSHOT_PROTECTED', 'SNAPSHOT_NOT_FOUND')) throw error;
    if (error.code !== 'SNAPSHOT_NOT_FOUND') {
      await refreshSnapshot(db, store, datastoreId, ref);
      return error.message;
    }
  }
  await deleteSnapshot(db, datastoreId, ref);
  return null;
}

/**
 * An unfinished snapshot may have been finished since the plan. That is looked at under the lock, and nobody can take it
 * between: `removeSnapshot` has it before anything else runs.
 */
async function removeUnchanged(store: Datastore, planned: Fact): Promise<void> {
  {
    using _lock = store.locks.shared(snapshotPlace(planned.ref), 'prune');
    const now = await readFact(store, planned.ref);
    if (now.finished !== planned.finished) throw changedSincePlan(planned, now);
  }
  await removeSnapshot(store, planned.ref);
}

function changedSincePlan({ ref }: Fact, now: Fact): BackupError {
  if (!now.finished) return noSnapshot(ref);
  return new BackupError('SNAPSHOT_LOCKED', `Snapshot ${formatSnapshotPath(ref)} was finished meanwhile.`);
}

/** Owner, notes and the row itself once a group, instead of with each snapshot. */
async function noteGroup({ db, store, datastoreId }: PruneWork, group: GroupRef): Promise<void> {
  await db.transaction(async (tx) => {
    await refreshGroup(tx, store, datastoreId, group);
    await announce(tx, 'content', datastoreId, datastoreId);
  });
}

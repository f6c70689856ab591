import { isBackupError } from '#domain/errors.ts';
import { formatSnapshotPath, type GroupRef } from '#domain/ids.ts';
import {
  countMarks,
  type KeepOptions,
  type PruneTotals,
  planPrune,
  verdictWords,
} from '#domain/retention.ts';
import type { LogLevel } from '#domain/task.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listSnapshots } from '#engine/hierarchy/snapshots.ts';
import { deleteSnapshot, refreshSnapshot } from '../catalog/write-catalog.ts';
import { type Fact, readFact, removeUnchanged } from './remove-unchanged.ts';

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
    // The group itself always stays, since its newest snapshot does.
    if (going.length > 0) await announce(work.db, 'content', work.datastoreId, work.datastoreId);
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

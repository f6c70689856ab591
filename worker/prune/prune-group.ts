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
import type { TrashItem } from '#domain/trash.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listSnapshots } from '#engine/hierarchy/snapshots.ts';
import type { TrashNote } from '#engine/trash/trash-note.ts';
import { recordTrashed, recordTrashOf } from '../catalog/trash-rows.ts';
import { deleteSnapshot, refreshSnapshot } from '../catalog/write-catalog.ts';
import { type Fact, readFact, removeUnchanged } from './remove-unchanged.ts';

export interface PruneWork {
  db: Database;
  store: Datastore;
  datastoreId: string;
  keep: KeepOptions;
  zone: string;
  /** What is noted in the trash; null removes for good. */
  trash: TrashNote | null;
  signal: AbortSignal;
  log: (level: LogLevel, text: string) => void;
}

/** The plan as it was carried out: `remove` went, `trashed` of them to the trash; `skipped` should have gone and stays. */
export interface PruneCounts extends PruneTotals {
  trashed: number;
  skipped: number;
}

/**
 * Plans one group from what the datastore says now, and removes oldest first, so that what a stop leaves is what a
 * second run would go on with. One that is in use, or has changed since the plan, stays with a warning.
 */
export async function pruneGroup(work: PruneWork, group: GroupRef): Promise<PruneCounts> {
  const fates = planPrune(await readFacts(work, group), work.keep, work.zone);
  const counts = { ...countMarks(fates), trashed: 0, skipped: 0 };
  const going = fates.filter(({ mark }) => mark === 'remove').reverse();
  try {
    for (const { snapshot, ...verdict } of going) {
      work.signal.throwIfAborted();
      const name = formatSnapshotPath(snapshot.ref);
      const { refusal, item } = await removeAsPlanned(work, snapshot);
      if (refusal === null) {
        if (item) counts.trashed += 1;
        work.log('info', `Removed ${name}: ${verdictWords(verdict, snapshot.finished)}.`);
        if (work.trash && !item && snapshot.finished)
          work.log('warning', `${name} went for good: there was no room to note it in the trash.`);
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

interface Removal {
  /** Null when it is gone, else why it stays. */
  refusal: string | null;
  /** Where it lies in the trash. */
  item: TrashItem | null;
}

/** The rows follow at once. */
async function removeAsPlanned(
  { db, store, datastoreId, trash }: PruneWork,
  planned: Fact,
): Promise<Removal> {
  const { ref } = planned;
  let item: TrashItem | null = null;
  try {
    item = await removeUnchanged(store, planned, trash);
    await recordTrashed(db, store, datastoreId, item);
  } catch (error) {
    if (!isBackupError(error, 'SNAPSHOT_LOCKED', 'SNAPSHOT_PROTECTED', 'SNAPSHOT_NOT_FOUND')) throw error;
    if (error.code !== 'SNAPSHOT_NOT_FOUND') {
      await refreshSnapshot(db, store, datastoreId, ref);
      return { refusal: error.message, item };
    }
    // It may have gone there although that seemed to fail.
    item = (await recordTrashOf(db, store, datastoreId, ref)).at(0) ?? null;
  }
  await deleteSnapshot(db, datastoreId, ref);
  return { refusal: null, item };
}

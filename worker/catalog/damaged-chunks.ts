import { and, eq, inArray, isNotNull, notInArray, sql } from 'drizzle-orm';
import { allowsWriting } from '#domain/datastore.ts';
import { formatSnapshotPath, type SnapshotRef } from '#domain/ids.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database, Executor } from '#drizzle/client.ts';
import { damagedChunk } from '#drizzle/schema/snapshot.ts';
import type { Digest } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import { type DamagedChunk, forgetHealed, judgeChunk, setAside } from '#engine/verify/bad-chunk.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import type { WorkerContext } from '../worker-context.ts';
import { noteChunkDamage } from './write-catalog.ts';

/** What is known of chunks that are damaged or missing: rows that outlive the process, and the set of the engine. */

export async function countDamaged(db: Executor, datastoreId: string): Promise<number> {
  return db.$count(damagedChunk, eq(damagedChunk.datastoreId, datastoreId));
}

/** What the owner before knew, for the engine. */
export async function loadDamaged(db: Database, datastoreId: string, store: Datastore): Promise<void> {
  const rows = await db
    .select({ digest: damagedChunk.digest })
    .from(damagedChunk)
    .where(eq(damagedChunk.datastoreId, datastoreId));
  for (const { digest } of rows) store.damaged.add(digest as Digest);
}

export async function recordDamaged(
  db: Executor,
  datastoreId: string,
  chunks: readonly DamagedChunk[],
): Promise<void> {
  if (chunks.length === 0) return;
  await db
    .insert(damagedChunk)
    .values(chunks.map((chunk) => ({ datastoreId, ...chunk })))
    .onConflictDoUpdate({
      target: [damagedChunk.datastoreId, damagedChunk.digest],
      set: { setAsideAs: sql`coalesce(excluded.set_aside_as, ${damagedChunk.setAsideAs})` },
    });
}

/** Chunks that a client has sent anew are damaged no more. */
export async function dropHealed(db: Database, datastoreId: string, store: Datastore): Promise<void> {
  const healed = await forgetHealed(store);
  if (healed.length === 0) return;
  await db
    .delete(damagedChunk)
    .where(and(eq(damagedChunk.datastoreId, datastoreId), inArray(damagedChunk.digest, healed)));
}

/** A rescan has seen every file: what is set aside without a sound one beside it is damaged, and nothing else is. */
export async function replaceDamaged(
  db: Database,
  datastoreId: string,
  store: Datastore,
  found: readonly DamagedChunk[],
): Promise<void> {
  const digests = found.map((chunk) => chunk.digest);
  await db.transaction(async (tx) => {
    await tx
      .delete(damagedChunk)
      .where(
        and(
          eq(damagedChunk.datastoreId, datastoreId),
          isNotNull(damagedChunk.setAsideAs),
          notInArray(damagedChunk.digest, digests),
        ),
      );
    await recordDamaged(tx, datastoreId, found);
  });
  store.damaged.clear();
  await loadDamaged(db, datastoreId, store);
}

/**
 * Somebody could not read a chunk of this snapshot: if it is damaged, it is set aside, the snapshot is shown as damaged,
 * and so is the datastore. Other snapshots that need it are found by an audit.
 */
export async function noteDamage(
  { db, log }: Pick<WorkerContext, 'db' | 'log'>,
  owned: OwnedDatastore,
  store: Datastore,
  at: { snapshot: SnapshotRef; file: string; digest: Digest },
): Promise<void> {
  const state = await judgeChunk(store, at.digest);
  if (state === 'sound' || state === 'unreadable') return;
  // While nothing may be written, it stays where it is, and only the snapshot says so.
  const aside = allowsWriting(owned.row.status) ? [await setAside(store, at.digest)] : [];
  if (aside[0] === null) return; // it was sent anew meanwhile
  const snapshot = formatSnapshotPath(at.snapshot);
  log.error({ datastore: owned.name, snapshot, digest: at.digest, aside }, `a chunk is ${state}`);
  await db.transaction(async (tx) => {
    await recordDamaged(
      tx,
      owned.id,
      aside.filter((chunk) => chunk !== null),
    );
    await noteChunkDamage(tx, owned.id, at.snapshot, `${at.file}: chunk ${at.digest} is ${state}.`);
    await announce(tx, 'content', owned.id, owned.id);
  });
  await owned.refreshStatus();
}

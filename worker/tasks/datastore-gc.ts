import { and, eq } from 'drizzle-orm';
import { type GcResult, gcWords, STOPPED_BEFORE } from '#domain/gc.ts';
import type { SnapshotRef } from '#domain/ids.ts';
import { formatTrashItem } from '#domain/trash.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database } from '#drizzle/client.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import type { Datastore } from '#engine/datastore.ts';
import { type CollectReport, collectGarbage } from '#engine/gc/collect.ts';
import type { MissingChunk } from '#engine/gc/find-missing.ts';
import { parseFileKey } from '#engine/hierarchy/layout.ts';
import { noteDamage } from '../catalog/damaged-chunks.ts';
import { coverageQuestion, recordSpaceUse } from '../catalog/space-use.ts';
import { deleteTrashed } from '../catalog/trash-rows.ts';
import { keepReserve } from '../keep-reserve.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { requireStill } from './rights-now.ts';
import { runEndAt } from './run-end.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

type GcContext = TaskContext<'datastore.gc'> | TaskContext<'datastore.gcPreview'>;

interface CollectWish {
  preview: boolean;
  /** Percent of what is stored; null for no limit. */
  stopPercent: number | null;
  /** Aborted at the end of its time. */
  over: AbortSignal | null;
}

/** Removes the chunks that nothing needs. */
export const handleGc: TaskHandler<'datastore.gc'> = async (context) => {
  const { clock } = context.worker;
  const { stopPercent, until } = context.payload;
  await requireStill(context, ownedBy(context).name, 'Datastore.Modify');
  using end = runEndAt(clock, until);
  const { signal: over } = end;
  const isLate = over?.aborted ?? false;
  try {
    const { outcome, result } = await collect(context, { preview: false, stopPercent, over });
    const isLeft = over?.aborted && result.leftChunks > 0;
    return { outcome, result, ...(isLeft ? { leftAt: new Date(clock.now()) } : {}) };
  } catch (error) {
    if (!over?.aborted || error !== over.reason) throw error;
    context.log('warning', isLate ? BEGAN_LATE : TOO_SHORT);
    return { outcome: STOPPED_BEFORE, leftAt: new Date(clock.now()) };
  }
};

const BEGAN_LATE = 'Its window had ended before it began: it waited for other work.';
const TOO_SHORT = 'To find out what can go takes longer than its window, which should be wider.';

/** Tells what a collection would remove now, and who uses the space; reads only. */
export const handleGcPreview: TaskHandler<'datastore.gcPreview'> = (context) =>
  collect(context, { preview: true, stopPercent: null, over: null });

async function collect(context: GcContext, { preview, stopPercent, over }: CollectWish) {
  const owned = ownedBy(context);
  const store = preview ? owned.reader() : owned.writer();
  await owned.recovered(); // what a power cut has torn is set aside first
  const { graceMinutes } = context.payload;
  const { db, clock } = context.worker;
  const startedAt = clock.now();
  const asksForUse = preview || isUseDue(owned, startedAt);
  try {
    const report = await collectGarbage(store, {
      ...{ dryRun: preview, graceSeconds: graceMinutes * 60, stopPercent, over },
      expectedSnapshots: await db.$count(snapshot, eq(snapshot.datastoreId, owned.id)),
      wasFinished: (ref) => wasFinished(db, owned.id, ref),
      spaceUse: asksForUse ? (use) => recordSpaceUse(db, owned.id, use, new Date(startedAt)) : undefined,
      coverage: asksForUse ? await coverageQuestion(db, owned.id, startedAt) : undefined,
      trash: {
        days: owned.row.trashDays,
        removed: async (item) => {
          context.log('info', `Removed ${formatTrashItem(item)} from the trash: its time was over.`);
          await deleteTrashed(db, owned.id, item);
        },
      },
      storedBytes: owned.row.chunksCountedAt === null ? null : () => storedBytes(owned),
      tryAccessTime: () => tryAccessTime(context, owned, preview),
      ...{ signal: context.signal, report: context.progress },
      warn: (text) => context.log('warning', text),
      missing: (chunk) => noteMissing(context, owned, store, chunk),
    });
    const result = resultOf(report, graceMinutes);
    if (result.trashRemoved > 0 && !preview) await announce(db, 'content', owned.id, owned.id);
    return { outcome: gcWords(result, { preview }), result };
  } finally {
    await owned.noteChunks();
    if (!preview) await keepReserve(context.worker, owned.name, store);
  }
}

/** By the lists, which a lost manifest changes only when they are made anew. */
async function wasFinished(db: Database, datastoreId: string, ref: SnapshotRef): Promise<boolean> {
  const { namespace, type, backupId, time, finished } = snapshot;
  const isIt = and(
    ...[eq(snapshot.datastoreId, datastoreId), eq(namespace, ref.namespace), eq(type, ref.type)],
    ...[eq(backupId, ref.id), eq(time, new Date(ref.time * 1000)), eq(finished, true)],
  );
  return (await db.$count(snapshot, isIt)) > 0;
}

/** Fewer chunks are looked at in a second or two. */
const FEW_CHUNKS = 200_000;
const USE_EVERY_MS = 20 * 3_600_000;

/** Who uses the space is asked by every collection of a small datastore, and of a large one about once a day. */
function isUseDue({ row }: OwnedDatastore, now: number): boolean {
  const last = row.spaceUseAt?.getTime() ?? null;
  return last === null || row.chunkCount < FEW_CHUNKS || Math.abs(now - last) >= USE_EVERY_MS;
}

/** As it is on record once what has changed is noted there. */
async function storedBytes(owned: OwnedDatastore): Promise<number> {
  await owned.noteChunks();
  await owned.reload();
  return owned.row.chunkBytes;
}

/** In a process of its own, since it waits for the storage. A preview must also work where nothing can be written. */
async function tryAccessTime({ worker }: GcContext, { row }: OwnedDatastore, preview: boolean) {
  if (preview) return null;
  const { path } = row.config;
  const look = { path, nowMs: worker.clock.now(), tryAccessTime: 'always' as const };
  return (await worker.probes.inspect(look)).accessTime;
}

/** The snapshot is shown as damaged, and no backup builds on the chunk. */
async function noteMissing(
  { worker, log }: GcContext,
  owned: OwnedDatastore,
  store: Datastore,
  { digest, indexKey }: MissingChunk,
): Promise<void> {
  log('warning', `Chunk ${digest} is missing; ${indexKey} needs it.`);
  const place = parseFileKey(indexKey);
  if (place !== null) await noteDamage(worker, owned, store, { ...place, digest });
}

function resultOf({ counts, ...report }: CollectReport, graceMinutes: number): GcResult {
  return {
    graceMinutes,
    indexFiles: report.indexFiles,
    logicalBytes: report.archiveBytes,
    references: report.references,
    missingChunks: report.missingChunks,
    usedChunks: counts.used.files,
    usedBytes: report.usedBytes,
    removedChunks: counts.removed.files,
    removedBytes: counts.removed.bytes,
    pendingChunks: counts.pending.files,
    pendingBytes: counts.pending.bytes,
    leftChunks: report.left.files,
    leftBytes: report.left.bytes,
    badRemoved: counts.badRemoved.files,
    badKept: counts.badKept.files,
    leftoversRemoved: counts.leftoversRemoved.files,
    strangers: report.strangers,
    trashRemoved: report.expired,
  };
}

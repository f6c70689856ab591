import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import { deduplicationRatio } from '#domain/datastore.ts';
import type { Database } from '#drizzle/client.ts';
import { datastore, datastoreLease, datastoreSample, worker } from '#drizzle/schema/datastore.ts';
import { backupGroup, damagedChunk, snapshot } from '#drizzle/schema/snapshot.ts';
import type { ServiceContext } from '../context.ts';
import type { DatastoreRow } from '../find-datastore.ts';
import { type JobSummary, summarizeJobs, withoutOutcomes } from './job-summaries.ts';
import { seesJob } from './visible-jobs.ts';

/** A datastore as lists, cards and the command line show it. Sizes in bytes; null means not known. */
export interface DatastoreView {
  id: string;
  name: string;
  kind: DatastoreRow['kind'];
  path: string;
  comment: string;
  status: DatastoreRow['status'];
  statusReason: string;
  statusSince: Date;
  maintenance: DatastoreRow['maintenance'];
  suspect: string | null;
  syncLevel: DatastoreRow['syncLevel'];
  filesystem: { type: string; source: string; mountPoint: string } | null;
  lastProbeAt: Date | null;
  lastGoodProbeAt: Date | null;
  totalBytes: number | null;
  availableBytes: number | null;
  usedBytes: number | null;
  inodesTotal: number | null;
  inodesAvailable: number | null;
  /** Bytes of all archives of all finished snapshots, as if nothing were shared. */
  logicalBytes: number;
  chunkCount: number | null;
  chunkBytes: number | null;
  chunksCountedAt: Date | null;
  /** When a garbage collection has last looked who uses the space. */
  spaceUseAt: Date | null;
  /** Days that removed snapshots can be restored; 0 where they go for good at once. */
  trashDays: number;
  /** Each backup is verified when it is finished. */
  verifyNew: boolean;
  /** Of chunks that nothing but the trash needs, as of `spaceUseAt`; null when nobody has looked, and for whoever sees a part alone. */
  trashBytes: number | null;
  /** Chunks that are damaged or missing, as far as is known. */
  damagedChunkCount: number;
  /** Logical bytes ÷ bytes of all chunks, also those that no snapshot needs any more; null before a finished snapshot. */
  deduplicationRatio: number | null;
  groupCount: number;
  snapshotCount: number;
  lastBackupAt: Date | null;
  /** Received from clients, bytes a second over the last five minutes. */
  writeRate: number;
  owner: { host: string; alive: boolean } | null;
  /** What it starts by itself, in the order in which they run. */
  jobs: JobSummary[];
  version: number;
  createdAt: Date;
  createdBy: string;
}

interface Sees {
  hearsOutcome: (datastore: string) => boolean;
  seesBelow: Parameters<typeof seesJob>[0];
}

interface Counts {
  snapshotCount: number;
  logicalBytes: number;
  lastBackupAt: Date | null;
}

/**
 * Views of all datastores that can be used, or of those named. Unfinished creations are left out, and what came of jobs
 * where `hearsOutcome` says no, as is what concerns the trash as a whole; jobs where `seesJob` does.
 */
export async function viewDatastores(
  { db, clock }: Pick<ServiceContext, 'db' | 'clock'>,
  { hearsOutcome, seesBelow }: Sees,
  names?: string[],
): Promise<DatastoreView[]> {
  const rows = await db
    .select()
    .from(datastore)
    .where(and(isNotNull(datastore.identity), names ? inArray(datastore.name, names as never[]) : undefined))
    .orderBy(datastore.name);
  const [snapshots, groups, rates, owners, damaged, jobs] = await Promise.all([
    countSnapshots(db),
    countGroups(db),
    writeRates(db),
    findOwners(db),
    countDamaged(db),
    summarizeJobs(db, rows, clock.now(), (name, job) => seesJob(seesBelow, name, job)),
  ]);
  return rows.map((row) => {
    const own = jobs.get(row.id) ?? [];
    const counts = snapshots.get(row.id) ?? { snapshotCount: 0, logicalBytes: 0, lastBackupAt: null };
    return {
      ...columnsOf(row),
      ...counts,
      trashBytes: hearsOutcome(row.name) ? row.trashBytes : null,
      groupCount: groups.get(row.id) ?? 0,
      writeRate: rates.get(row.id) ?? 0,
      owner: owners.get(row.id) ?? null,
      damagedChunkCount: damaged.get(row.id) ?? 0,
      jobs: hearsOutcome(row.name) ? own : withoutOutcomes(own),
      deduplicationRatio: deduplicationRatio({
        logicalBytes: counts.logicalBytes,
        chunkBytes: knownChunks(row).chunkBytes,
      }),
    };
  });
}

function columnsOf(row: DatastoreRow) {
  const { id, name, kind, comment, status, statusReason, statusSince, maintenance, suspect, syncLevel } = row;
  const {
    lastProbeAt,
    lastGoodProbeAt,
    totalBytes,
    availableBytes,
    usedBytes,
    inodesTotal,
    inodesAvailable,
  } = row;
  const { version, createdAt, createdBy, config, spaceUseAt, trashDays, trashBytes, verifyNew } = row;
  return {
    ...{ id, name, kind, comment, status, statusReason, statusSince, maintenance, suspect, syncLevel },
    ...{ lastProbeAt, lastGoodProbeAt, totalBytes, availableBytes, usedBytes, inodesTotal, inodesAvailable },
    ...knownChunks(row),
    ...{ version, createdAt, createdBy, spaceUseAt, trashDays, trashBytes, verifyNew },
    path: config.path,
    filesystem: config.mount,
  };
}

/** After an unclean stop in the middle of a backup, the figures are wrong until a rescan has counted anew. */
function knownChunks({ chunkCount, chunkBytes, chunksCountedAt }: DatastoreRow) {
  return chunksCountedAt === null
    ? { chunkCount: null, chunkBytes: null, chunksCountedAt }
    : { chunkCount, chunkBytes, chunksCountedAt };
}

async function countSnapshots(db: Database): Promise<Map<string, Counts>> {
  const rows = await db
    .select({
      id: snapshot.datastoreId,
      snapshotCount: sql<number>`count(*)::int`,
      logicalBytes: sql<number>`coalesce(sum(${snapshot.sizeBytes}), 0)::float8`,
      lastBackupAt: sql<string | null>`max(${snapshot.time})`,
    })
    .from(snapshot)
    .where(eq(snapshot.finished, true))
    .groupBy(snapshot.datastoreId);
  return new Map(
    rows.map(({ id, lastBackupAt, ...counts }) => [
      id,
      { ...counts, lastBackupAt: lastBackupAt === null ? null : new Date(lastBackupAt) },
    ]),
  );
}

async function countGroups(db: Database): Promise<Map<string, number>> {
  const rows = await db
    .select({ id: backupGroup.datastoreId, count: sql<number>`count(*)::int` })
    .from(backupGroup)
    .groupBy(backupGroup.datastoreId);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

async function countDamaged(db: Database): Promise<Map<string, number>> {
  const rows = await db
    .select({ id: damagedChunk.datastoreId, count: sql<number>`count(*)::int` })
    .from(damagedChunk)
    .groupBy(damagedChunk.datastoreId);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

const RATE_SECONDS = 300;

async function writeRates(db: Database): Promise<Map<string, number>> {
  const rows = await db
    .select({
      id: datastoreSample.datastoreId,
      rate: sql<number>`(sum(${datastoreSample.receivedBytes}) / ${RATE_SECONDS})::float8`,
    })
    .from(datastoreSample)
    .where(sql`${datastoreSample.at} > now() - make_interval(secs => ${RATE_SECONDS})`)
    .groupBy(datastoreSample.datastoreId);
  return new Map(rows.map(({ id, rate }) => [id, rate]));
}

async function findOwners(db: Database): Promise<Map<string, { host: string; alive: boolean }>> {
  const rows = await db
    .select({
      id: datastoreLease.datastoreId,
      host: worker.host,
      alive: sql<boolean>`${worker.heartbeatAt} > now() - interval '30 seconds'`,
    })
    .from(datastoreLease)
    .innerJoin(worker, eq(worker.id, datastoreLease.workerId));
  return new Map(rows.map(({ id, host, alive }) => [id, { host, alive }]));
}

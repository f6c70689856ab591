import { eq } from 'drizzle-orm';
import { countOf, formatBytes } from '#domain/units.ts';
import type { Database } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import type { Findings } from '#engine/audit/findings.ts';
import type { ChunkCount, ChunkTotal } from '#engine/chunks/chunk-tally.ts';
import type { DatastoreRow } from '../open-datastore.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';

const LOOKS = 5;

/** Holds the figures of the record against the chunk files, which `count` has seen and still follows. */
export async function auditFigures(
  db: Database,
  owned: OwnedDatastore,
  count: ChunkCount,
  findings: Findings,
): Promise<void> {
  for (let look = 1; look <= LOOKS; look += 1) {
    const before = count.total();
    await owned.noteChunks();
    const row = await rowOf(db, owned.id);
    if (!row || row.chunksCountedAt === null) return; // nobody claims to know
    if (!isSame(before, count.total())) continue; // a backup added some in between
    const recorded = { chunks: row.chunkCount, bytes: row.chunkBytes };
    if (!isSame(before, recorded)) {
      const what = `The record says ${words(recorded)}, the disk has ${words(before)}. A rescan counts them anew.`;
      findings.add('figures-differ', owned.name, what);
    }
    return;
  }
}

function isSame(a: ChunkTotal, b: ChunkTotal): boolean {
  return a.chunks === b.chunks && a.bytes === b.bytes;
}

function words({ chunks, bytes }: ChunkTotal): string {
  return `${countOf(chunks, 'chunk')} (${formatBytes(bytes)})`;
}

/** What the last probe was told of the filesystem must be possible. */
export async function auditCapacity(db: Database, owned: OwnedDatastore, findings: Findings): Promise<void> {
  const row = await rowOf(db, owned.id);
  if (!row) return;
  for (const what of impossible(row)) findings.add('capacity-impossible', owned.name, what);
}

function impossible(row: DatastoreRow): string[] {
  const { totalBytes, usedBytes, availableBytes, inodesTotal, inodesAvailable, chunkCount, chunkBytes } = row;
  const figures = {
    totalBytes,
    usedBytes,
    availableBytes,
    inodesTotal,
    inodesAvailable,
    chunkCount,
    chunkBytes,
  };
  const negative = Object.entries(figures).filter(([, value]) => value !== null && !(value >= 0));
  const problems = negative.map(([name, value]) => `The record says ${name} ${value}.`);
  if (totalBytes !== null && (usedBytes ?? 0) + (availableBytes ?? 0) > totalBytes)
    problems.push('The record says that more bytes are used and free than there are.');
  if (inodesTotal !== null && (inodesAvailable ?? 0) > inodesTotal)
    problems.push('The record says that more inodes are free than there are.');
  return problems;
}

async function rowOf(db: Database, id: string): Promise<DatastoreRow | undefined> {
  const [row] = await db.select().from(datastore).where(eq(datastore.id, id));
  return row;
}

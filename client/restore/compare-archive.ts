import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BackupError } from '#domain/errors.ts';
import type { ArchiveFileName, SnapshotRef } from '#domain/ids.ts';
import { archiveKind } from '#domain/snapshot.ts';
import { decodeBlob, STORED_BLOB_MAX_BYTES } from '#engine/chunks/data-blob.ts';
import type { Manifest, ManifestEntry } from '#engine/hierarchy/manifest.ts';
import type { IndexReader } from '#engine/indexes/index-reader.ts';
import { ownMemory } from '#engine/threads/serve-thread.ts';
import { ThreadPool } from '#engine/threads/thread-pool.ts';
import { type CompareTotals, CompareTree, type Difference } from '../pxar/compare-tree.ts';
import { PxarReader } from '../pxar/pxar-reader.ts';
import { replay } from '../pxar/replay.ts';
import type { Omission } from '../pxar/restore-report.ts';
import { ChunkSource } from './chunk-source.ts';
import type { CompareThreadAnswer, CompareThreadData, CompareThreadJob, FilePart } from './compare-thread.ts';
import { findArchive, openArchiveIndex, readBlobFile, readManifest } from './open-archive.ts';
import { RemoteArchive } from './remote-archive.ts';
import type { SnapshotSource } from './snapshot-source.ts';

export interface ArchiveComparison {
  snapshot: SnapshotRef;
  /** As for the restore. */
  archive: string;
  /** What it was restored to. */
  target: string;
  /** What the restore left out everywhere. */
  omitted: ReadonlySet<Omission>;
  report: (difference: Difference) => void;
  /** Hears of bytes of the archive that were compared. */
  done: (bytes: number) => void;
  signal: AbortSignal;
}

/**
 * Reads a restored archive back from the disk and compares it with the snapshot: a directory entry by entry with the
 * stream of its archive, an image part by part with the digests of its index, a blob with its content. What differs is
 * told; it fails as a restore does when the snapshot itself cannot be read.
 */
export async function compareArchive(from: SnapshotSource, job: ArchiveComparison): Promise<CompareTotals> {
  const source = new ChunkSource(from);
  try {
    const manifest = await readManifest(from, job.snapshot);
    const entry = findArchive(manifest, job.archive);
    if (entry.name.endsWith('.blob')) return await compareBlob(from, entry, job);
    const index = await openArchiveIndex(from, entry);
    const kind = archiveKind(entry.name);
    if (kind === 'split') return await compareSplit(from, source, { manifest, entry, index }, job);
    return await inThread(job, (run) =>
      kind === 'directory' ? sendStream(source, index, job, run) : sendIndex(index, job, run),
    );
  } finally {
    await source.close();
  }
}

type Run = (job: CompareThreadJob, move?: ArrayBuffer[]) => Promise<CompareThreadAnswer>;

async function inThread(job: ArchiveComparison, send: (run: Run) => Promise<void>): Promise<CompareTotals> {
  const data: CompareThreadData = { target: job.target, omitted: [...job.omitted] };
  const script = new URL('./compare-thread.ts', import.meta.url);
  const thread = new ThreadPool<CompareThreadJob, CompareThreadAnswer>(script, 1, data);
  let totals: CompareTotals = { files: 0, bytes: 0, hashes: 0 };
  const run: Run = async (one, move) => {
    const answer = await thread.run(one, move);
    for (const difference of answer.differences) job.report(difference);
    totals = answer.totals;
    return answer;
  };
  try {
    await send(run);
    return totals;
  } finally {
    await thread.run({ kind: 'close' }).catch(() => {});
    await thread.close();
  }
}

async function sendStream(
  source: ChunkSource,
  index: IndexReader,
  job: ArchiveComparison,
  run: Run,
): Promise<void> {
  let comparing: Promise<unknown> = Promise.resolve();
  try {
    for await (const { entry, payload } of source.inOrder(index)) {
      await comparing; // one piece is compared while the next ones are fetched
      throwIfCancelled(job);
      comparing = run({ kind: 'bytes', bytes: payload }, ownMemory(payload)).then(({ spare }) => {
        if (spare) source.memory.giveBack(spare);
        job.done(entry.end - entry.start);
      });
      comparing.catch(() => {}); // heard at the next turn
    }
    await comparing;
    await run({ kind: 'end' });
  } finally {
    await comparing.catch(() => {});
  }
}

/** So many bytes are read back before it is looked whether to go on. */
const BATCH_BYTES = 32 * 1024 * 1024;

async function sendIndex(index: IndexReader, job: ArchiveComparison, run: Run): Promise<void> {
  await run({ kind: 'size', sizeBytes: index.sizeBytes });
  let parts: FilePart[] = [];
  let bytes = 0;
  const send = async () => {
    throwIfCancelled(job);
    await run({ kind: 'parts', parts });
    job.done(bytes);
    [parts, bytes] = [[], 0];
  };
  for await (const { start, end, digest } of index.entries()) {
    parts.push({ start, end, digest });
    bytes += end - start;
    if (bytes >= BATCH_BYTES) await send();
  }
  await send();
}

async function compareBlob(
  from: SnapshotSource,
  entry: ManifestEntry,
  job: ArchiveComparison,
): Promise<CompareTotals> {
  const archived = decodeBlob(await readBlobFile(from, entry), { maxBytes: STORED_BLOB_MAX_BYTES });
  const restored = await readFile(job.target).catch((error: NodeJS.ErrnoException) => {
    job.report({ path: '', what: `it cannot be read back: ${error.code}` });
    return null;
  });
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  if (restored !== null && hash(archived) !== hash(restored))
    job.report({
      path: '',
      what: `its content has the hash ${hash(restored)}, and ${hash(archived)} in the backup`,
    });
  job.done(entry.sizeBytes);
  return { files: 1, bytes: archived.length, hashes: 1 };
}

interface Opened {
  manifest: Manifest;
  entry: ManifestEntry;
  index: IndexReader;
}

/** The content of a split archive is found by random access, as it is when it is restored. */
async function compareSplit(
  from: SnapshotSource,
  source: ChunkSource,
  { manifest, entry, index }: Opened,
  job: ArchiveComparison,
): Promise<CompareTotals> {
  const name = entry.name.replace('.mpxar.', '.ppxar.') as ArchiveFileName;
  const payload = await openArchiveIndex(from, findArchive(manifest, name));
  const reader = await PxarReader.open(new RemoteArchive(index, source), new RemoteArchive(payload, source));
  const { target, omitted, report, signal } = job;
  const tree = new CompareTree({ target, omitted, report });
  try {
    await replay(reader, reader.root, tree, { signal });
    job.done(index.sizeBytes + payload.sizeBytes);
    return { ...tree.totals };
  } finally {
    tree.close();
  }
}

function throwIfCancelled({ signal }: ArchiveComparison): void {
  if (signal.aborted) throw new BackupError('CANCELLED', 'The comparison was cancelled.');
}

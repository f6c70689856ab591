import { availableParallelism } from 'node:os';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { ZERO_CHUNK_DIGEST } from '#engine/chunks/digest.ts';
import type { IndexEntry, IndexReader } from '#engine/indexes/index-reader.ts';
import { ownMemory } from '#engine/threads/serve-thread.ts';
import { ThreadPool } from '#engine/threads/thread-pool.ts';
import type { ChunkSource } from './chunk-source.ts';
import { closeImageTarget, type ImageTarget, openImageTarget } from './image-target.ts';
import type { ImageJob, ImageThreadData } from './image-thread.ts';

const THREADS_MAX = 4;
/** Chunks that are on their way from the server to the disk at once. */
const IN_FLIGHT = 8;

export interface ImageRestore {
  index: IndexReader;
  source: ChunkSource;
  path: string;
  overwrite: boolean;
  signal: AbortSignal;
  done: (bytes: number) => void;
}

/** Restores an image into a file or onto a device. Chunks are written where they belong, in any order. */
export async function restoreImage(job: ImageRestore): Promise<void> {
  const target = openImageTarget(job.path, job.index.sizeBytes, job.overwrite);
  const { fd, directFd, readsZero } = target;
  const data: ImageThreadData = { fd, directFd, readsZero };
  const size = Math.min(availableParallelism(), THREADS_MAX);
  const pool = new ThreadPool<ImageJob, Uint8Array>(
    new URL('./image-thread.ts', import.meta.url),
    size,
    data,
  );
  let succeeded = false;
  try {
    await writeAll(job, target, pool);
    succeeded = true;
  } finally {
    await pool.close();
    await closeImageTarget(target, { succeeded });
  }
}

async function writeAll(
  job: ImageRestore,
  target: ImageTarget,
  pool: ThreadPool<ImageJob, Uint8Array>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: unknown = null;
  try {
    for await (const entry of job.index.entries()) {
      if (failure !== null) break;
      if (job.signal.aborted) throw new BackupError('CANCELLED', 'The restore was cancelled.');
      if (entry.digest === ZERO_CHUNK_DIGEST && target.readsZero) {
        job.done(entry.end - entry.start);
        continue;
      }
      const one: Promise<void> = writeOne(job, entry, pool)
        .catch((error) => {
          failure ??= error;
        })
        .finally(() => running.delete(one));
      running.add(one);
      if (running.size >= IN_FLIGHT) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  if (failure !== null) throw failure;
}

async function writeOne(
  job: ImageRestore,
  entry: IndexEntry,
  pool: ThreadPool<ImageJob, Uint8Array>,
): Promise<void> {
  const encoded = await job.source.raw(entry);
  const sizeBytes = entry.end - entry.start;
  try {
    const chunk = { encoded, digest: entry.digest, sizeBytes, offset: entry.start };
    job.source.memory.giveBack(await pool.run(chunk, ownMemory(encoded)));
  } catch (error) {
    throw isBackupError(error, 'DATA_CORRUPT') ? job.source.failed(error, entry) : error;
  }
  job.done(sizeBytes);
}

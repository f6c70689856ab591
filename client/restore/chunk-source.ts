import { availableParallelism } from 'node:os';
import { BackupError, isBackupError } from '#domain/errors.ts';
import type { ChunkAnswer, ChunkJob } from '#engine/chunks/chunk-jobs.ts';
import { ChunkPool } from '#engine/chunks/chunk-pool.ts';
import type { IndexEntry, IndexReader } from '#engine/indexes/index-reader.ts';
import { MemoryShelf } from '#engine/threads/memory-shelf.ts';
import type { SnapshotSource } from './snapshot-source.ts';

const THREADS_MAX = 4;
/** Chunks that are asked for before they are needed. */
const AHEAD = 8;
const KEPT_BYTES = 40 * 1024 * 1024;

/**
 * The chunks of an archive: fetched ahead of time, unwrapped and checked against their digest in threads. Bytes that
 * do not match are never given out; the error says where in the archive they belong.
 */
export class ChunkSource {
  receivedBytes = 0;
  /** What chunks arrive in and are unwrapped into; it may be given back when they have been used. */
  readonly memory = new MemoryShelf(KEPT_BYTES);
  readonly #from: SnapshotSource;
  #pool: ChunkPool | null = null;

  constructor(from: SnapshotSource) {
    this.#from = from;
  }

  /** Every chunk of an index in the order of the archive. */
  async *inOrder(index: IndexReader): AsyncGenerator<{ entry: IndexEntry; payload: Uint8Array }> {
    const ahead: { entry: IndexEntry; payload: Promise<Uint8Array> }[] = [];
    try {
      for await (const entry of index.entries()) {
        const payload = this.fetch(entry);
        payload.catch(() => {}); // reported when it is its turn
        ahead.push({ entry, payload });
        if (ahead.length < AHEAD) continue;
        const first = ahead.shift();
        if (first) yield { entry: first.entry, payload: await first.payload };
      }
      for (const { entry, payload } of ahead) yield { entry, payload: await payload };
    } finally {
      await Promise.allSettled(ahead.map(({ payload }) => payload));
    }
  }

  async fetch(entry: IndexEntry): Promise<Uint8Array> {
    const encoded = await this.raw(entry);
    this.#pool ??= new ChunkPool(Math.min(availableParallelism(), THREADS_MAX));
    const sizeBytes = entry.end - entry.start;
    const into = this.memory.take(sizeBytes);
    const job: ChunkJob = { kind: 'decode', encoded, digest: entry.digest, sizeBytes, into };
    try {
      const answer: ChunkAnswer = await this.#pool.run(job);
      if (answer.kind !== 'decoded') throw new BackupError('INTERNAL', 'An internal check failed.');
      if (answer.spare) this.memory.giveBack(answer.spare);
      return answer.payload;
    } catch (error) {
      throw this.failed(error, entry);
    }
  }

  /** The blob as it came, not checked yet, in `memory`. */
  async raw(entry: IndexEntry): Promise<Buffer> {
    try {
      const encoded = await this.#from.chunk(entry.digest, (bytes) => this.memory.take(bytes));
      this.receivedBytes += encoded.length;
      return encoded;
    } catch (error) {
      if (isBackupError(error, 'SERVER_UNREACHABLE', 'STORAGE_UNREACHABLE')) throw error;
      throw this.failed(error, entry);
    }
  }

  /** What to throw when a chunk of an archive cannot be had or used. */
  failed(error: unknown, entry: IndexEntry): BackupError {
    if (isBackupError(error, 'DATA_CORRUPT', 'CHUNK_MISSING')) this.#from.damaged?.(entry.digest);
    return located(error, entry);
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }
}

/** The same failure, with the place in the archive that cannot be restored. */
function located(error: unknown, entry: IndexEntry): BackupError {
  const reason = error instanceof Error ? error.message : String(error);
  return new BackupError('DATA_CORRUPT', `The archive cannot be restored at byte ${entry.start}: ${reason}`, {
    hint: 'Verify the snapshot, and try an older or newer one.',
    cause: error,
  });
}

import { availableParallelism } from 'node:os';
import { ownMemory } from '../threads/serve-thread.ts';
import { ThreadPool } from '../threads/thread-pool.ts';
import type { ChunkAnswer, ChunkJob } from './chunk-jobs.ts';
import type { ThreadData } from './chunk-thread.ts';
import { makeShardMemory, ShardMutex } from './shard-mutex.ts';

const THREADS_MAX = 8;

/**
 * Worker threads for everything that costs the processor: hashing, compressing and decompressing chunks, and the
 * waiting file calls around them. One pool a process, because the chunk mutex lives in it.
 */
export class ChunkPool {
  readonly mutex: ShardMutex;
  readonly #threads: ThreadPool<ChunkJob, ChunkAnswer>;

  constructor(size = Math.min(availableParallelism(), THREADS_MAX)) {
    const mutexMemory = makeShardMemory();
    const data: ThreadData = { mutexMemory };
    this.mutex = new ShardMutex(mutexMemory);
    this.#threads = new ThreadPool(new URL('./chunk-thread.ts', import.meta.url), size, data);
  }

  /** The bytes of a job go over to the thread and come back in the answer; those to check are copied. */
  run(job: ChunkJob): Promise<ChunkAnswer> {
    return this.#threads.run(job, movable(job));
  }

  close(): Promise<void> {
    return this.#threads.close();
  }
}

function movable(job: ChunkJob): ArrayBuffer[] {
  if (job.kind === 'check') return [];
  const into = job.kind === 'decode' && job.into ? ownMemory(job.into) : [];
  return [...ownMemory(job.encoded), ...into];
}

import { availableParallelism } from 'node:os';
import { BackupError } from '#domain/errors.ts';
import { ownMemory } from '../threads/serve-thread.ts';
import { ThreadPool } from '../threads/thread-pool.ts';
import type { ChunkAnswer, ChunkJob } from './chunk-jobs.ts';
import type { ThreadData } from './chunk-thread.ts';
import { makeShardMemory, ShardMutex } from './shard-mutex.ts';

const THREADS_MAX = 8;

/** A pool that nobody has used for so long lets its threads go: most datastores rest most of the time. */
const IDLE_MS = 300_000;

/**
 * Worker threads for everything that costs the processor: hashing, compressing and decompressing chunks, and the
 * waiting file calls around them. Each open datastore has its own, with the chunk mutex: calls that hang hold threads and
 * shards for as long as they hang, and those of one disk must not be what another one waits for.
 */
export class ChunkPool {
  readonly mutex: ShardMutex;
  readonly #size: number;
  readonly #data: ThreadData;
  readonly #idleMs: number;
  #threads: ThreadPool<ChunkJob, ChunkAnswer> | null = null;
  #running = 0;
  #closed = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(size = Math.min(availableParallelism(), THREADS_MAX), idleMs = IDLE_MS) {
    const mutexMemory = makeShardMemory();
    this.#size = size;
    this.#data = { mutexMemory };
    this.#idleMs = idleMs;
    this.mutex = new ShardMutex(mutexMemory);
  }

  /** How many jobs can run at once. */
  get size(): number {
    return this.#size;
  }

  /** Whether there are threads: from the first job on, until there has been none for a while. */
  get isStarted(): boolean {
    return this.#threads !== null;
  }

  /** The bytes of a job go over to the thread and come back in the answer; those to check are copied. */
  async run(job: ChunkJob): Promise<ChunkAnswer> {
    const direct = 'place' in job ? job.place?.direct : undefined;
    return direct ? direct.use(() => this.#answer(job)) : this.#answer(job);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#endThreads();
  }

  async #answer(job: ChunkJob): Promise<ChunkAnswer> {
    clearTimeout(this.#idle);
    this.#running += 1;
    try {
      return await this.#started().run(job, movable(job));
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#idle = setTimeout(() => this.#endThreads(), this.#idleMs).unref();
    }
  }

  #started(): ThreadPool<ChunkJob, ChunkAnswer> {
    if (this.#closed) throw new BackupError('SHUTTING_DOWN', 'The work was stopped.');
    this.#threads ??= new ThreadPool(new URL('./chunk-thread.ts', import.meta.url), this.#size, this.#data);
    return this.#threads;
  }

  async #endThreads(): Promise<void> {
    clearTimeout(this.#idle);
    const threads = this.#threads;
    this.#threads = null;
    await threads?.close();
  }
}

function movable(job: ChunkJob): ArrayBuffer[] {
  if (job.kind === 'check' || !('encoded' in job)) return [];
  const into = job.kind === 'decode' && job.into ? ownMemory(job.into) : [];
  return [...ownMemory(job.encoded), ...into];
}

/**
 * The chunk mutex, shared by all threads of a process.
 *
 * *Invariant*: looking at a chunk file and acting on what was seen happen under the lock of the chunk's shard.
 * Otherwise a collection could stat an old chunk, a writer see "exists" and skip the write, and the collection
 * remove it. Insert, sweep and the renaming of bad chunks all take it (docs/formats/datastore.md).
 *
 * One lock for each first byte of a digest, as words of shared memory: 0 free, 1 held.
 */
export const SHARDS = 256;

export function makeShardMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(SHARDS * Int32Array.BYTES_PER_ELEMENT);
}

export class ShardMutex {
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  /** Runs `work` with the shard of `digest` held. Blocks the thread: only for worker threads. */
  hold<T>(digest: string, work: () => T): T {
    const shard = shardOf(digest);
    while (Atomics.compareExchange(this.#words, shard, 0, 1) !== 0) Atomics.wait(this.#words, shard, 1);
    try {
      return work();
    } finally {
      this.#release(shard);
    }
  }

  /** The same for the event loop, which may not block. */
  async holdAsync<T>(digest: string, work: () => Promise<T>): Promise<T> {
    const shard = shardOf(digest);
    while (Atomics.compareExchange(this.#words, shard, 0, 1) !== 0) {
      const wait = Atomics.waitAsync(this.#words, shard, 1);
      if (wait.async) await wait.value;
    }
    try {
      return await work();
    } finally {
      this.#release(shard);
    }
  }

  #release(shard: number): void {
    Atomics.store(this.#words, shard, 0);
    Atomics.notify(this.#words, shard, 1);
  }
}

function shardOf(digest: string): number {
  return Number.parseInt(digest.slice(0, 2), 16);
}

import type { Digest } from './digest.ts';

/** A number of chunk files and the bytes in them; negative where fewer than before. */
export interface ChunkTotal {
  chunks: number;
  bytes: number;
}

/** What was added to the chunks of a datastore since somebody last took it over into a record. */
export class ChunkTally {
  #change = none();
  readonly #counts = new Set<ChunkCount>();

  add(digest: Digest, change: ChunkTotal): void {
    addTo(this.#change, change);
    for (const count of this.#counts) count.changed(digest, change);
  }

  /** The change so far, which starts again at zero. */
  take(): ChunkTotal {
    const change = this.#change;
    this.#change = none();
    return change;
  }

  /** What was taken could not be recorded. */
  giveBack(change: ChunkTotal): void {
    addTo(this.#change, change);
  }

  /**
   * Starts a count of all files while others may be added. `recentMs` (ms since 1970) is a time safely before now; a file
   * that was modified since may also be reported as added.
   */
  startCount(recentMs: number): ChunkCount {
    const count = new ChunkCount(recentMs);
    this.#counts.add(count);
    return count;
  }

  /** Must follow `startCount`, whatever happens in between. */
  endCount(count: ChunkCount): void {
    this.#counts.delete(count);
  }
}

/** A count of all chunk files that stays right while backups add some: each is counted once, listed or reported. */
export class ChunkCount {
  readonly #recentMs: number;
  readonly #listed = none();
  readonly #recent = new Set<Digest>();
  readonly #reported = new Map<Digest, ChunkTotal>();

  constructor(recentMs: number) {
    this.#recentMs = recentMs;
  }

  /** A file in a listing; `modifiedMs` in ms since 1970. */
  saw(digest: Digest, sizeBytes: number, modifiedMs: number): void {
    addTo(this.#listed, { chunks: 1, bytes: sizeBytes });
    if (modifiedMs >= this.#recentMs) this.#recent.add(digest);
  }

  changed(digest: Digest, change: ChunkTotal): void {
    const reported = this.#reported.get(digest) ?? none();
    addTo(reported, change);
    this.#reported.set(digest, reported);
  }

  /** What is there now, provided that everything was listed since the start. */
  total(): ChunkTotal {
    const total = { ...this.#listed };
    for (const [digest, change] of this.#reported) {
      if (!this.#recent.has(digest)) addTo(total, change);
    }
    return total;
  }
}

function none(): ChunkTotal {
  return { chunks: 0, bytes: 0 };
}

function addTo(total: ChunkTotal, change: ChunkTotal): void {
  total.chunks += change.chunks;
  total.bytes += change.bytes;
}

import type { Clock } from '#domain/clock.ts';
import type { SyncLevel } from '#domain/datastore.ts';
import type { BackupError } from '#domain/errors.ts';
import type { ObjectBackend } from './backends/backend.ts';
import type { ChunkStore } from './chunks/chunk-store.ts';
import type { Digest } from './chunks/digest.ts';
import type { PlacedIndexes } from './gc/placed-indexes.ts';
import type { LockTable } from './locks/lock-table.ts';
import type { ProcessLock } from './locks/process-lock.ts';
import type { SeenTime } from './trash/seen-time.ts';

/** An open datastore: what every verb of the engine works on. Made by `open.ts`, owned by one process. */
export interface Datastore {
  readonly backend: ObjectBackend;
  readonly chunks: ChunkStore;
  readonly locks: LockTable;
  readonly processLock: ProcessLock;
  readonly placed: PlacedIndexes;
  /** Chunks that were found damaged or missing and have not been stored anew since; filled by whoever opens it. */
  readonly damaged: Set<Digest>;
  readonly syncLevel: SyncLevel;
  /** Each chunk is flushed when it is stored; settled when the datastore is opened. */
  readonly flushesChunks: boolean;
  readonly clock: Clock;
  /** What the clock tells since before the datastore was opened, and nobody has seen. */
  readonly seenTime: SeenTime;
  /** Counts the owners that the datastore has had; only grows. */
  readonly epoch: number;
  /** Null when this process is written into the datastore as its owner; else why that failed: then it is read only. */
  readonly unclaimed: BackupError | null;
  /**
   * Throws when this process must not write any more because the datastore has another owner by now. Asked
   * before each change that another owner could contradict.
   */
  readonly assertOwned: () => void;
  /** The same after a look into the datastore itself: before anything is removed for good. */
  readonly assertStillOwned: () => Promise<void>;
  /**
   * A flush has failed since the datastore was opened, or its filesystem turned read-only: what was written before may
   * be lost although it can still be read, from memory. Nothing is finished any more then.
   */
  readonly flushFailed: () => boolean;
  close(): Promise<void>;
}

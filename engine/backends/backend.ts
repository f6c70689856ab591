import type { DatastoreKind, SyncLevel } from '#domain/datastore.ts';
import type { BackupError } from '#domain/errors.ts';
import type { MakeMemory } from '../threads/memory-shelf.ts';

/**
 * What keeps a datastore's bytes. Keys are relative paths with `/`, never empty, never starting with `/`, no
 * `.` or `..`; the caller has validated every component.
 *
 * Promises that every implementation keeps, checked one by one by `promises.ts`:
 * - *Read after write*: what a finished `put`, `commit`, `rename` or `remove` did is seen by the next call.
 * - *Whole or not at all*: a key never shows a part of a `put` or of a staged object, also not after a crash.
 * - *Idempotent removal*: removing a missing key is not an error.
 * - *Seven errors*: only STORAGE_MISSING, STORAGE_EXISTS, STORAGE_UNREACHABLE, STORAGE_DENIED,
 *   STORAGE_READ_ONLY, STORAGE_FULL or DATA_CORRUPT come out, as BackupError. A foreign error is translated
 *   where the foreign call is made.
 */
export interface Backend {
  readonly kind: DatastoreKind | 'memory';
  readonly traits: BackendTraits;
  /**
   * Told when a flush failed, whatever call it belonged to, and when a write was refused as read-only: what was written
   * before may be lost.
   */
  onFlushFailed: ((error: BackupError) => void) | null;
  /** Told when a call failed for a reason that the next one will meet as well, so that somebody looks. */
  onTrouble?: (() => void) | null;
  capacity(signal?: AbortSignal): Promise<Capacity>;
  /** Refuses every call from now on; resolves when those that were begun are done, on storage that hangs never. */
  close(): Promise<void>;
}

/** What differs between backends. The engine asks traits and never the kind. */
export interface BackendTraits {
  /** Objects are files below a directory, so threads may read and write them without the backend. */
  direct: DirectPath | null;
  /** An explicit access time is kept and can be read back at once. */
  keepsAccessTime: boolean;
  knowsCapacity: boolean;
  /** The strongest cheap way to make a whole backup durable that is known to work here. */
  defaultSyncLevel: SyncLevel;
}

export interface DirectPath {
  /** The path to use: it keeps leading to the directory that was opened. */
  access: string;
  /** The path as an administrator knows it, for messages. */
  shown: string;
  /** Device and inode of the directory: whether its path still leads to it. */
  place: string;
  /**
   * Runs calls on the path, and with it everything that needs it to stay what it is: the directory is not let go of
   * before they are done. Refused once it is closed. A thread gets the texts above and no more.
   */
  use<T>(work: () => Promise<T>): Promise<T>;
}

export interface Capacity {
  totalBytes: number;
  /** What is left for us, after reserves and quotas. */
  availableBytes: number;
  usedBytes: number;
  /** Null where the filesystem has no fixed number of them. */
  inodes: { total: number; available: number } | null;
}

export interface PutOptions {
  /** Fail with STORAGE_EXISTS instead of replacing. */
  exclusive?: boolean;
  /** The object survives a power cut once `put` returns. Otherwise a later `flush` makes it so. */
  durable?: boolean;
}

export interface ObjectStat {
  sizeBytes: number;
  /** Whole seconds since 1970. */
  modifiedAt: number;
  accessedAt: number;
}

export interface Entry {
  name: string;
  kind: 'object' | 'directory' | 'other';
}

/** Read access that lasts while the object is open, even if it is removed or replaced meanwhile. */
export interface ObjectReader {
  readonly sizeBytes: number;
  /** Fills `target` from `position`; DATA_CORRUPT when the object is shorter. */
  read(target: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/** An object being written: invisible under its key until `commit`. */
export interface StagedObject {
  write(bytes: Uint8Array, position: number): Promise<void>;
  read(target: Uint8Array, position: number): Promise<void>;
  commit(options?: PutOptions): Promise<void>;
  /** Gives up; nothing is left behind. Safe to call after a failed commit. */
  abort(): Promise<void>;
}

/** What listings read from. */
export type ObjectSource = Pick<ObjectBackend, 'list' | 'get' | 'stat'>;

export interface ObjectBackend extends Backend {
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<void>;
  /** Starts an object that is too large for memory or written out of order. The parent must exist. */
  stage(key: string): Promise<StagedObject>;
  /**
   * The whole object; STORAGE_MISSING, or DATA_CORRUPT when larger than `maxBytes`. It comes in what `memory` returns
   * for its size, where that is given.
   */
  get(key: string, maxBytes: number, memory?: MakeMemory): Promise<Uint8Array>;
  open(key: string): Promise<ObjectReader>;
  /** Undefined when there is no such object; a directory is not an object. */
  stat(key: string): Promise<ObjectStat | undefined>;
  /** The direct children of a directory (`''` is the root), in no order; STORAGE_MISSING when it is not there. */
  list(directory: string): Promise<Entry[]>;
  remove(key: string): Promise<void>;
  /** Sets the access time to now; false when there is no such object. */
  touch(key: string): Promise<boolean>;
  /** False when it was there already. The parent must exist: nothing here makes the way to a missing root. */
  makeDirectory(key: string, options?: { durable?: boolean; mode?: number }): Promise<boolean>;
  /** False when it was not empty or not there. */
  removeDirectory(key: string): Promise<boolean>;
  /**
   * Moves an object or a directory in one step; an object replaces another one, and STORAGE_EXISTS comes when a directory
   * is in the way of a directory.
   */
  rename(from: string, to: string): Promise<void>;
  /** Removes a directory with all it holds, symbolic links as links. */
  removeTree(key: string): Promise<void>;
  /** Returns when everything written so far survives a power cut. */
  flush(): Promise<void>;
}

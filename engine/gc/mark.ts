import { isBackupError } from '#domain/errors.ts';
import type { GroupRef } from '#domain/ids.ts';
import type { TaskProgress } from '#domain/task.ts';
import type { TrashItem } from '#domain/trash.ts';
import type { Datastore } from '../datastore.ts';
import { listGroups } from '../hierarchy/groups.ts';
import { below, snapshotKey } from '../hierarchy/layout.ts';
import { directoryExists, listNamespaces, listOrNothing } from '../hierarchy/namespaces.ts';
import { listSnapshots } from '../hierarchy/snapshots.ts';
import { isIndexName } from '../indexes/open-index.ts';
import { groupPlace } from '../locks/places.ts';
import { type TrashedGroup, trashedGroups } from '../trash/list-trash.ts';
import { contentKey } from '../trash/trash-layout.ts';
import { listIndexFiles } from './index-files.ts';
import { IndexMarker, type MarkedIndex } from './mark-index.ts';
import { MarkTable } from './mark-table.ts';
import type { PlacedIndex } from './placed-indexes.ts';

/** After so many times the group is locked: then it cannot change again. */
const LISTINGS_MAX = 10;

export interface MarkOptions {
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
  /** Of the trash: what is not marked, as if it were gone already. For plans, which remove nothing. */
  isGone?: ((item: TrashItem) => boolean) | undefined;
  /** Whether an index that cannot be read is passed over; without, each of them ends it. */
  passOver?: ((key: string) => Promise<boolean>) | undefined;
}

export interface Marks {
  table: MarkTable;
  /** Index files that were read. */
  indexFiles: number;
  /** Bytes of the archives that they describe: the logical size of the datastore. */
  archiveBytes: number;
  /** References, each as often as it occurs. */
  entries: number;
  groups: number;
  snapshots: number;
  /** Snapshots in the trash. */
  trashed: number;
  /** Keys of index files that belong to no snapshot; what they refer to is kept as well. */
  strangers: string[];
  /** Every index file that was read, under the key that it had last. */
  keys: string[];
}

/**
 * Marks every chunk that an index refers to (docs/formats/datastore.md), while backups, removals and moves go on.
 *
 * *Invariant*: at the end, every chunk of every finished snapshot is marked, and every chunk that a running backup may take
 * from an earlier one. What gets its name too late for the listing, or is moved into the trash or out of it, is in
 * `store.placed`; a group whose newest snapshot vanished between listing and reading is listed again, since a newer one
 * may have been made from it.
 */
export async function mark(store: Datastore, options: MarkOptions): Promise<Marks> {
  using placed = store.placed.watch();
  const walk = new MarkWalk(store, options, await listIndexFiles(store.backend, options.signal));
  for (const namespace of await listNamespaces(store.backend)) {
    for (const group of await listGroups(store.backend, namespace)) await walk.group(group);
  }
  for await (const trashed of trashedGroups(store.backend)) await walk.trashed(trashed);
  await walk.strangers();
  const next = () => placed.next(options.signal);
  for (let indexes = await next(); indexes.length > 0; indexes = await next()) {
    for (const index of indexes) await walk.placed(index);
  }
  return walk.result();
}

class MarkWalk {
  readonly marks: Omit<Marks, 'keys' | 'indexFiles' | 'archiveBytes' | 'entries'>;
  readonly #store: Datastore;
  readonly #options: MarkOptions;
  readonly #unread: Set<string>;
  /** Those that were read, by their keys. */
  readonly #counted = new Map<string, MarkedIndex>();
  readonly #total: number;
  readonly #marker: IndexMarker;

  constructor(store: Datastore, options: MarkOptions, files: Set<string>) {
    const table = new MarkTable();
    this.marks = { table, groups: 0, snapshots: 0, trashed: 0, strangers: [] };
    this.#store = store;
    this.#options = options;
    this.#unread = files;
    this.#total = files.size;
    this.#marker = new IndexMarker(store.backend, table);
  }

  /** False when the index is gone. One that is passed over is there, and says nothing. */
  async index(key: string): Promise<boolean> {
    this.#unread.delete(key);
    const marked = await this.#read(key);
    if (marked === 'passed over') return true;
    if (marked === null) return false;
    this.#counted.set(key, marked); // once, also when it is read once more, since it got its name meanwhile
    const done = this.#counted.size;
    this.#options.report({ phase: 'Mark', done, total: Math.max(this.#total, done), unit: 'files' });
    return true;
  }

  async #read(key: string): Promise<MarkedIndex | 'passed over' | null> {
    const { signal, passOver } = this.#options;
    try {
      return await this.#marker.mark(key, signal);
    } catch (error) {
      if (isBackupError(error, 'GC_INDEX_UNREADABLE') && (await passOver?.(key))) return 'passed over';
      throw error;
    }
  }

  /** One that got its name meanwhile; under the new one it counts once as well. */
  async placed({ key, from }: PlacedIndex): Promise<void> {
    if (from !== null) this.#counted.delete(from);
    await this.index(key);
  }

  /** What lies in the trash of one group. */
  async trashed({ items }: TrashedGroup): Promise<void> {
    this.#marker.beginGroup();
    for (const item of items) {
      if (this.#options.isGone?.(item)) await this.#passOver(contentKey(item));
      else if (await this.#snapshot(contentKey(item))) this.marks.trashed += 1;
    }
  }

  async #passOver(key: string): Promise<void> {
    for (const { name } of await listOrNothing(this.#store.backend, key))
      this.#unread.delete(below(key, name));
  }

  async group(group: GroupRef): Promise<void> {
    this.marks.groups += 1;
    this.#marker.beginGroup();
    const read = new Set<number>();
    for (let listing = 0; listing < LISTINGS_MAX; listing += 1) {
      if (await this.#snapshots(group, read)) return;
    }
    using _group = this.#store.locks.exclusive(groupPlace(group), 'garbage collection');
    await this.#snapshots(group, read);
  }

  /** False when the newest one vanished after it was listed: the group has changed underneath. */
  async #snapshots(group: GroupRef, read: Set<number>): Promise<boolean> {
    const listed = await listSnapshots(this.#store.backend, group);
    for (const [position, snapshot] of listed.entries()) {
      if (read.has(snapshot.time)) continue;
      if (await this.#snapshot(snapshotKey(snapshot))) {
        read.add(snapshot.time);
        this.marks.snapshots += 1;
      } else if (position === 0) {
        return false;
      }
    }
    return true;
  }

  /** False when it vanished, whole or in part. */
  async #snapshot(key: string): Promise<boolean> {
    const entries = await listOrNothing(this.#store.backend, key);
    if (entries.length === 0) return directoryExists(this.#store.backend, key); // a backup has just begun
    for (const { name, kind } of entries) {
      if (kind === 'object' && isIndexName(name) && !(await this.index(below(key, name)))) return false;
    }
    return true;
  }

  /** Copies that somebody made, restored snapshots under other names: whoever put them there expects them to work. */
  async strangers(): Promise<void> {
    for (const key of [...this.#unread]) {
      if (await this.index(key)) this.marks.strangers.push(key);
    }
  }

  result(): Marks {
    const marks = { ...this.marks, indexFiles: this.#counted.size, archiveBytes: 0, entries: 0 };
    for (const { archiveBytes, entries } of this.#counted.values()) {
      marks.archiveBytes += archiveBytes;
      marks.entries += entries;
    }
    return { ...marks, keys: [...this.#counted.keys()] };
  }
}

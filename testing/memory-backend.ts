import { BackupError } from '#domain/errors.ts';
import type {
  BackendTraits,
  Capacity,
  Entry,
  ObjectBackend,
  ObjectReader,
  ObjectStat,
  PutOptions,
  StagedObject,
} from '#engine/backends/backend.ts';
import type { MakeMemory } from '#engine/threads/memory-shelf.ts';

interface StoredObject {
  bytes: Uint8Array;
  modifiedAt: number;
  accessedAt: number;
}

/** A backend whose bytes are in memory: the simplest thing that keeps the promises of the interface. */
export class MemoryBackend implements ObjectBackend {
  readonly kind = 'memory';
  readonly traits: BackendTraits = {
    direct: null,
    keepsAccessTime: true,
    knowsCapacity: false,
    defaultSyncLevel: 'none',
  };
  onFlushFailed: ObjectBackend['onFlushFailed'] = null;
  readonly objects = new Map<string, StoredObject>();
  /** Names of the children of each directory. */
  readonly directories = new Map<string, Set<string>>([['', new Set()]]);
  readonly #staged = new Set<StagedObject>();
  readonly #now: () => number;

  /** `now` in ms since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes over all that another one holds, which stays as it is. */
  copyFrom(other: MemoryBackend): void {
    for (const [key, object] of other.objects) this.objects.set(key, { ...object });
    for (const [key, names] of other.directories) this.directories.set(key, new Set(names));
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<void> {
    this.#needParent(key);
    if (this.directories.has(key)) throw exists(key);
    if (options.exclusive && this.objects.has(key)) throw exists(key);
    const now = this.#seconds();
    this.objects.set(key, { bytes: Uint8Array.from(bytes), modifiedAt: now, accessedAt: now });
    this.#link(key);
  }

  async stage(key: string): Promise<StagedObject> {
    this.#needParent(key);
    const staged = new StagedMemory(
      (bytes, options) => this.put(key, bytes, options),
      () => this.#staged.delete(staged),
    );
    this.#staged.add(staged);
    return staged;
  }

  /** Objects that were begun and neither committed nor given up: on a disk, open files under temporary names. */
  stagedCount(): number {
    return this.#staged.size;
  }

  async get(key: string, maxBytes: number, memory: MakeMemory = Buffer.alloc): Promise<Uint8Array> {
    const { bytes } = this.#need(key);
    if (bytes.length > maxBytes) throw new BackupError('DATA_CORRUPT', `${key} is larger than it may be.`);
    const copy = memory(bytes.length);
    copy.set(bytes);
    return copy;
  }

  async open(key: string): Promise<ObjectReader> {
    const { bytes } = this.#need(key);
    return {
      sizeBytes: bytes.length,
      read: async (target, position) => {
        const piece = bytes.subarray(position, position + target.length);
        if (piece.length < target.length) throw new BackupError('DATA_CORRUPT', `${key} ends too early.`);
        target.set(piece);
      },
      close: async () => {},
    };
  }

  async stat(key: string): Promise<ObjectStat | undefined> {
    const object = this.objects.get(key);
    if (!object) return undefined;
    return { sizeBytes: object.bytes.length, modifiedAt: object.modifiedAt, accessedAt: object.accessedAt };
  }

  async list(directory: string): Promise<Entry[]> {
    const names = this.directories.get(directory);
    if (!names) throw missing(directory);
    return [...names].map((name) => {
      const isDirectory = this.directories.has(childKey(directory, name));
      return { name, kind: isDirectory ? 'directory' : 'object' };
    });
  }

  async remove(key: string): Promise<void> {
    if (this.objects.delete(key)) this.#unlink(key);
  }

  async touch(key: string): Promise<boolean> {
    const object = this.objects.get(key);
    if (object) object.accessedAt = this.#seconds();
    return object !== undefined;
  }

  async makeDirectory(key: string): Promise<boolean> {
    this.#needParent(key);
    if (this.objects.has(key)) throw exists(key);
    if (this.directories.has(key)) return false;
    this.directories.set(key, new Set());
    this.#link(key);
    return true;
  }

  async removeDirectory(key: string): Promise<boolean> {
    if (this.directories.get(key)?.size !== 0) return false;
    this.#unlink(key);
    return this.directories.delete(key);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#needParent(to);
    if (this.directories.has(to) && this.directories.has(from)) throw exists(to);
    if (!this.objects.has(from) && !this.directories.has(from)) throw missing(from);
    for (const key of this.#treeOf(from)) {
      const target = to + key.slice(from.length);
      const object = this.objects.get(key);
      const children = this.directories.get(key);
      if (object) this.objects.set(target, object);
      if (children) this.directories.set(target, children);
      this.objects.delete(key);
      this.directories.delete(key);
    }
    this.#unlink(from);
    this.#link(to);
  }

  async removeTree(key: string): Promise<void> {
    for (const name of this.#treeOf(key)) {
      this.objects.delete(name);
      this.directories.delete(name);
    }
    this.#unlink(key);
  }

  async flush(): Promise<void> {}

  async capacity(): Promise<Capacity> {
    const usedBytes = [...this.objects.values()].reduce((sum, object) => sum + object.bytes.length, 0);
    return { totalBytes: usedBytes, availableBytes: 0, usedBytes, inodes: null };
  }

  async close(): Promise<void> {}

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  /** The key itself and everything below it. */
  #treeOf(key: string): string[] {
    const children = [...(this.directories.get(key) ?? [])];
    return [key, ...children.flatMap((name) => this.#treeOf(childKey(key, name)))];
  }

  #link(key: string): void {
    this.directories.get(parentOf(key))?.add(nameOf(key));
  }

  #unlink(key: string): void {
    this.directories.get(parentOf(key))?.delete(nameOf(key));
  }

  #need(key: string): StoredObject {
    const object = this.objects.get(key);
    if (object) return object;
    throw this.directories.has(key)
      ? new BackupError('DATA_CORRUPT', `${key} is a directory.`)
      : missing(key);
  }

  #needParent(key: string): void {
    if (!this.directories.has(parentOf(key))) throw missing(parentOf(key));
  }
}

class StagedMemory implements StagedObject {
  #bytes = Buffer.alloc(0);
  readonly #publish: (bytes: Uint8Array, options: PutOptions) => Promise<void>;
  readonly #end: () => void;

  constructor(publish: (bytes: Uint8Array, options: PutOptions) => Promise<void>, end: () => void) {
    this.#publish = publish;
    this.#end = end;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    const grown = Buffer.alloc(Math.max(this.#bytes.length, position + bytes.length));
    grown.set(this.#bytes);
    grown.set(bytes, position);
    this.#bytes = grown;
  }

  async read(target: Uint8Array, position: number): Promise<void> {
    target.set(this.#bytes.subarray(position, position + target.length));
  }

  async commit(options: PutOptions = {}): Promise<void> {
    await this.#publish(this.#bytes, options);
    this.#end();
  }

  async abort(): Promise<void> {
    this.#end();
  }
}

function parentOf(key: string): string {
  return key.slice(0, Math.max(key.lastIndexOf('/'), 0));
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function childKey(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

function missing(key: string): BackupError {
  return new BackupError('STORAGE_MISSING', `${key} is not there.`);
}

function exists(key: string): BackupError {
  return new BackupError('STORAGE_EXISTS', `${key} exists already.`);
}

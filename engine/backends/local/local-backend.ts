import * as fs from 'node:fs';
import { join } from 'node:path';
import { BackupError } from '#domain/errors.ts';
import { syncFilesystem, touch } from '../../posix.ts';
import type { MakeMemory } from '../../threads/memory-shelf.ts';
import type {
  BackendTraits,
  Capacity,
  Entry,
  ObjectBackend,
  ObjectReader,
  ObjectStat,
  PutOptions,
  StagedObject,
} from '../backend.ts';
import { closeFile } from './close-file.ts';
import { fileError, isExisting, isFailedFlush, isMissing } from './errors.ts';
import { FileReader } from './file-reader.ts';
import { directoryOf, flushDirectorySteps, putFileSteps } from './file-steps.ts';
import { runAsync } from './run-steps.ts';
import { StagedFile } from './staged-file.ts';
import { temporaryName } from './temporary-name.ts';

const DIRECTORY_MODE = 0o755;

/**
 * Objects as files below one directory.
 *
 * *Invariant*: every call goes to the directory that was opened, by way of its descriptor. When the filesystem
 * is unmounted while we work, nothing is written beside it into the empty mount point.
 */
export class LocalBackend implements ObjectBackend {
  readonly kind = 'local';
  readonly traits: BackendTraits;
  onFlushFailed: ((error: BackupError) => void) | null = null;
  /** Path of the root as an administrator knows it, for messages. */
  readonly path: string;
  readonly #rootFd: number;
  readonly #root: string;

  constructor(path: string, traits: Omit<BackendTraits, 'direct'>) {
    this.path = path;
    this.#rootFd = openRoot(path);
    this.#root = `/proc/self/fd/${this.#rootFd}`;
    this.traits = { ...traits, direct: { access: this.#root, shown: path } };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<void> {
    const path = this.#path(key);
    await this.#do('write', path, () => runAsync(putFileSteps(path, temporaryName(path), bytes, options)));
  }

  async stage(key: string): Promise<StagedObject> {
    return StagedFile.create(this.#path(key), this.#shown(key), (error) => this.#heard(error));
  }

  async get(key: string, maxBytes: number, memory: MakeMemory = Buffer.alloc): Promise<Uint8Array> {
    const reader = await this.open(key);
    try {
      if (reader.sizeBytes > maxBytes) {
        throw new BackupError('DATA_CORRUPT', `${this.#shown(key)} is larger than it may be.`, {
          detail: `${reader.sizeBytes} bytes, at most ${maxBytes}`,
        });
      }
      const bytes = memory(reader.sizeBytes);
      await reader.read(bytes, 0);
      return bytes;
    } finally {
      await reader.close();
    }
  }

  async open(key: string): Promise<ObjectReader> {
    return FileReader.open(this.#path(key), this.#shown(key));
  }

  async stat(key: string): Promise<ObjectStat | undefined> {
    const path = this.#path(key);
    return this.#do('read', path, async () => {
      const stat = await fs.promises.lstat(path).catch(orMissing);
      if (!stat?.isFile()) return undefined;
      return {
        sizeBytes: stat.size,
        modifiedAt: Math.floor(stat.mtimeMs / 1000),
        accessedAt: Math.floor(stat.atimeMs / 1000),
      };
    });
  }

  async list(directory: string): Promise<Entry[]> {
    const path = this.#path(directory);
    return this.#do('read', path, async () => {
      const entries = await fs.promises.readdir(path, { withFileTypes: true });
      return Promise.all(
        entries.map(async (entry) => ({ name: entry.name, kind: await kindOf(path, entry) })),
      );
    });
  }

  async remove(key: string): Promise<void> {
    const path = this.#path(key);
    await this.#do('write', path, () => fs.promises.unlink(path).catch(orMissing));
  }

  async touch(key: string): Promise<boolean> {
    const path = this.#path(key);
    return this.#do('write', path, async () => touch(path));
  }

  async makeDirectory(key: string, options: { durable?: boolean } = {}): Promise<boolean> {
    const path = this.#path(key);
    return this.#do('write', path, async () => {
      try {
        await fs.promises.mkdir(path, { mode: DIRECTORY_MODE });
        if (options.durable) await flushNewDirectory(path);
        return true;
      } catch (error) {
        if (isExisting(error) && (await fs.promises.lstat(path)).isDirectory()) return false;
        throw error;
      }
    });
  }

  async removeDirectory(key: string): Promise<boolean> {
    const path = this.#path(key);
    return this.#do('write', path, async () => {
      try {
        await fs.promises.rmdir(path);
        return true;
      } catch (error) {
        if (isExisting(error) || isMissing(error)) return false;
        throw error;
      }
    });
  }

  /** Moves and makes both directories durable, so that after a power cut the object is at exactly one place. */
  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [this.#path(from), this.#path(to)];
    await this.#do('write', source, async () => {
      await fs.promises.rename(source, target);
      const parents = new Set([directoryOf(target), directoryOf(source)]);
      for (const parent of parents) await runAsync(flushDirectorySteps(parent));
    });
  }

  async removeTree(key: string): Promise<void> {
    const path = this.#path(key);
    await this.#do('write', path, () => fs.promises.rm(path, { recursive: true, force: true }));
  }

  async flush(): Promise<void> {
    await this.#do('write', this.#root, () => syncFilesystem(this.#rootFd));
  }

  async capacity(): Promise<Capacity> {
    return this.#do('read', this.#root, async () => capacityOf(await fs.promises.statfs(this.#root)));
  }

  async close(): Promise<void> {
    await closeFile(this.#rootFd);
  }

  #path(key: string): string {
    return key === '' ? this.#root : join(this.#root, key);
  }

  #shown(key: string): string {
    return key === '' ? this.path : join(this.path, key);
  }

  /** Runs file calls on `path` and translates what they throw. */
  async #do<T>(activity: 'read' | 'write', path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#heard(fileError(error, this.path + path.slice(this.#root.length), activity));
    }
  }

  #heard(error: BackupError): BackupError {
    if (isFailedFlush(error)) this.onFlushFailed?.(error);
    return error;
  }
}

/** Nobody learns that it was made when its name cannot be made durable, so it is taken away again. */
async function flushNewDirectory(path: string): Promise<void> {
  try {
    await runAsync(flushDirectorySteps(directoryOf(path)));
  } catch (error) {
    await fs.promises.rmdir(path).catch(() => {});
    throw error;
  }
}

function openRoot(path: string): number {
  try {
    return fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}

function orMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** Some filesystems leave the type out of their listings: then the entry itself is asked. */
async function kindOf(directory: string, entry: fs.Dirent): Promise<Entry['kind']> {
  if (entry.isFile()) return 'object';
  if (entry.isDirectory()) return 'directory';
  if (entry.isSymbolicLink() || entry.isFIFO() || entry.isSocket() || entry.isBlockDevice()) return 'other';
  const stat = await fs.promises.lstat(join(directory, entry.name)).catch(orMissing);
  if (stat?.isFile()) return 'object';
  return stat?.isDirectory() ? 'directory' : 'other';
}

function capacityOf(stat: fs.StatsFs): Capacity {
  return {
    totalBytes: stat.blocks * stat.bsize,
    availableBytes: stat.bavail * stat.bsize,
    usedBytes: (stat.blocks - stat.bfree) * stat.bsize,
    inodes: stat.files === 0 ? null : { total: stat.files, available: stat.ffree },
  };
}

import * as fs from 'node:fs';
import { join } from 'node:path';
import { BackupError, isBackupError } from '#domain/errors.ts';
import { CHUNK_ROOT } from '../../chunks/chunk-key.ts';
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
import {
  fileError,
  fullError,
  isExisting,
  isFailedFlush,
  isFailedWrite,
  isMissing,
  isTrouble,
} from './errors.ts';
import { FileReader } from './file-reader.ts';
import { directoryOf, flushDirectorySteps, putFileSteps } from './file-steps.ts';
import { OpenRoot } from './open-root.ts';
import { runAsync } from './run-steps.ts';
import { StagedFile } from './staged-file.ts';
import { temporaryName } from './temporary-name.ts';

const DIRECTORY_MODE = 0o755;
/** Less than the largest chunk: whatever ends with an error of the disk then ends for want of space. */
const ALMOST_FULL_BYTES = 16 * 1024 * 1024;
const MADE_ONCE = new RegExp(`^\\${CHUNK_ROOT}/[0-9a-f]{4}(?=/)`);

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
  onTrouble: (() => void) | null = null;
  readonly #root: OpenRoot;

  constructor(path: string, traits: Omit<BackendTraits, 'direct'>) {
    this.#root = new OpenRoot(path, (error) => this.#judge(error));
    this.traits = { ...traits, direct: this.#root };
  }

  /** Path of the root as an administrator knows it, for messages. */
  get path(): string {
    return this.#root.shown;
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<void> {
    await this.#do('write', key, (path) => runAsync(putFileSteps(path, temporaryName(path), bytes, options)));
  }

  async stage(key: string): Promise<StagedObject> {
    return this.#do('write', key, (path) => StagedFile.create(this.#root, path, this.#shown(key)));
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
    return this.#do('read', key, async (path) => {
      try {
        return await FileReader.open(this.#root, path, this.#shown(key));
      } catch (error) {
        if (isBackupError(error, 'STORAGE_MISSING')) await this.#assertMadeOnce(key);
        throw error;
      }
    });
  }

  async stat(key: string): Promise<ObjectStat | undefined> {
    return this.#do('read', key, async (path) => {
      const stat = await fs.promises.lstat(path).catch(orMissing);
      if (!stat) await this.#assertMadeOnce(key);
      if (!stat?.isFile()) return undefined;
      return {
        sizeBytes: stat.size,
        modifiedAt: Math.floor(stat.mtimeMs / 1000),
        accessedAt: Math.floor(stat.atimeMs / 1000),
      };
    });
  }

  async list(directory: string): Promise<Entry[]> {
    return this.#do('read', directory, async (path) => {
      const entries = await fs.promises.readdir(path, { withFileTypes: true });
      return Promise.all(
        entries.map(async (entry) => ({ name: entry.name, kind: await kindOf(path, entry) })),
      );
    });
  }

  async remove(key: string): Promise<void> {
    await this.#do('write', key, (path) => fs.promises.unlink(path).catch(orMissing));
  }

  async touch(key: string): Promise<boolean> {
    return this.#do('write', key, async (path) => {
      if (touch(path)) return true;
      await this.#assertMadeOnce(key);
      return false;
    });
  }

  async makeDirectory(key: string, options: { durable?: boolean; mode?: number } = {}): Promise<boolean> {
    return this.#do('write', key, async (path) => {
      try {
        await fs.promises.mkdir(path, { mode: options.mode ?? DIRECTORY_MODE });
        if (options.durable) await flushNewDirectory(path);
        return true;
      } catch (error) {
        if (isExisting(error) && (await fs.promises.lstat(path)).isDirectory()) return false;
        throw error;
      }
    });
  }

  async removeDirectory(key: string): Promise<boolean> {
    return this.#do('write', key, async (path) => {
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
    await this.#do('write', from, async (source) => {
      const target = this.#path(to);
      await fs.promises.rename(source, target);
      const parents = new Set([directoryOf(target), directoryOf(source)]);
      for (const parent of parents) await runAsync(flushDirectorySteps(parent));
    });
  }

  async removeTree(key: string): Promise<void> {
    await this.#do('write', key, (path) => fs.promises.rm(path, { recursive: true, force: true }));
  }

  async flush(): Promise<void> {
    await this.#do('write', '', () => syncFilesystem(this.#root.fd));
  }

  async capacity(): Promise<Capacity> {
    return this.#do('read', '', async (path) => capacityOf(await fs.promises.statfs(path)));
  }

  close(): Promise<void> {
    return this.#root.close();
  }

  #path(key: string): string {
    return key === '' ? this.#root.access : join(this.#root.access, key);
  }

  #shown(key: string): string {
    return key === '' ? this.path : join(this.path, key);
  }

  /** Runs file calls on the path of `key` and translates what they throw. */
  #do<T>(activity: 'read' | 'write', key: string, work: (path: string) => Promise<T>): Promise<T> {
    return this.#root.use(() =>
      work(this.#path(key)).catch((error) => {
        throw fileError(error, this.#shown(key), activity);
      }),
    );
  }

  /** The chunk directories are made once: what is missing in one that is gone is not missing, the storage is. */
  async #assertMadeOnce(key: string): Promise<void> {
    const directory = MADE_ONCE.exec(key)?.[0];
    if (directory === undefined || (await fs.promises.lstat(this.#path(directory)).catch(orMissing))) return;
    throw new BackupError('STORAGE_UNREACHABLE', `The chunk directory ${this.#shown(directory)} is gone.`, {
      hint: 'Check that the filesystem of the datastore is mounted.',
    });
  }

  /** Sees every failure, also those of threads, and tells those who have to know. */
  async #judge(error: BackupError): Promise<BackupError> {
    if (isFailedWrite(error) && (await this.#isAlmostFull())) return fullError(error, this.path);
    const turnedReadOnly = error.code === 'STORAGE_READ_ONLY';
    if (turnedReadOnly || isFailedFlush(error)) this.onFlushFailed?.(error);
    if (isTrouble(error)) this.onTrouble?.();
    return error;
  }

  async #isAlmostFull(): Promise<boolean> {
    const stat = await fs.promises.statfs(this.#root.access).catch(() => null);
    if (stat === null) return false;
    return stat.bavail * stat.bsize < ALMOST_FULL_BYTES || (stat.files > 0 && stat.ffree === 0);
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

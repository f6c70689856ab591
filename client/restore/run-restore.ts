import * as fs from 'node:fs';
import type { Writable } from 'node:stream';
import { BackupError } from '#domain/errors.ts';
import type { ArchiveFileName, SnapshotRef } from '#domain/ids.ts';
import { archiveKind } from '#domain/snapshot.ts';
import { decodeBlob, STORED_BLOB_MAX_BYTES } from '#engine/chunks/data-blob.ts';
import type { Manifest, ManifestEntry } from '#engine/hierarchy/manifest.ts';
import type { GatewayAddress } from '../connection/open-session.ts';
import { ReaderApi } from '../connection/reader-api.ts';
import { byteTextOf } from '../pxar/byte-text.ts';
import { isDirectory, isFile, isHardlink, type PxarEntry } from '../pxar/pxar-node.ts';
import { PxarReader } from '../pxar/pxar-reader.ts';
import { restoreEntry } from '../pxar/restore-entry.ts';
import { defaultRestoreOptions, type RestoreTotals } from '../pxar/restore-report.ts';
import { ChunkSource } from './chunk-source.ts';
import { findArchive, openArchiveIndex, readBlobFile, readManifest } from './open-archive.ts';
import { RemoteArchive } from './remote-archive.ts';
import type { RestoreEvents, RestoreSummary } from './restore-events.ts';
import { restoreImage } from './restore-image.ts';
import { restoreTree } from './restore-tree.ts';
import type { SnapshotSource } from './snapshot-source.ts';
import type { PlainRestoreOptions } from './tree-thread.ts';

/** One archive of a snapshot, and what becomes of it. */
export interface ArchiveRestore {
  snapshot: SnapshotRef;
  /** `root.pxar`, `disk.img`, `etc.conf`, or the name on the server. */
  archive: string;
  /** A path, or a stream such as standard output. */
  target: string | Writable;
  /** Only this entry of a directory archive. */
  path: string | null;
  overwrite: boolean;
  tree: PlainRestoreOptions;
  events: RestoreEvents;
  signal: AbortSignal;
  /** Milliseconds from an arbitrary start. */
  monotonic: () => number;
}

export interface RestoreRequest extends ArchiveRestore {
  address: GatewayAddress;
  datastore: string;
}

/** Restores one archive of a snapshot from a server. Errors: those of `restoreArchive`, and those of the connection. */
export async function runRestore(request: RestoreRequest): Promise<RestoreSummary> {
  const started = request.monotonic();
  const api = await ReaderApi.open(request.address, request.datastore, request.snapshot, request.signal);
  try {
    const summary = await restoreArchive(api, request);
    return { ...summary, durationMs: request.monotonic() - started };
  } finally {
    api.close();
  }
}

/**
 * Restores one archive of a snapshot. Every byte was checked against the digest that the backup recorded before it is
 * written. Errors: ARCHIVE_NOT_FOUND, FILE_NOT_FOUND, TARGET_NOT_EMPTY, DATA_CORRUPT with the place in the archive,
 * ARCHIVE_UNSAFE, CANCELLED, and those of where it comes from.
 */
export async function restoreArchive(from: SnapshotSource, request: ArchiveRestore): Promise<RestoreSummary> {
  const started = request.monotonic();
  const source = new ChunkSource(from);
  try {
    const manifest = await readManifest(from, request.snapshot);
    const entry = findArchive(manifest, request.archive);
    const restore = new Restore(request, from, source, manifest, entry);
    const totals = await restore.run();
    return {
      archive: entry.name,
      sizeBytes: restore.totalBytes,
      receivedBytes: source.receivedBytes,
      totals,
      durationMs: request.monotonic() - started,
    };
  } finally {
    await source.close();
  }
}

class Restore {
  readonly #request: ArchiveRestore;
  readonly #from: SnapshotSource;
  readonly #source: ChunkSource;
  readonly #manifest: Manifest;
  readonly #entry: ManifestEntry;
  #doneBytes = 0;
  #totalBytes: number;

  constructor(
    request: ArchiveRestore,
    from: SnapshotSource,
    source: ChunkSource,
    manifest: Manifest,
    entry: ManifestEntry,
  ) {
    this.#request = request;
    this.#from = from;
    this.#source = source;
    this.#manifest = manifest;
    this.#entry = entry;
    this.#totalBytes = entry.sizeBytes;
  }

  /** Of what is restored into a stream or an image; of a directory that of its archive. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  run(): Promise<RestoreTotals | null> {
    const kind = archiveKind(this.#entry.name);
    const isTree = kind === 'directory' || kind === 'split';
    if (this.#request.path !== null && !isTree) {
      throw new BackupError('INPUT_INVALID', 'Only a directory archive has paths in it.', { field: 'path' });
    }
    if (this.#entry.name.endsWith('.blob')) return this.#blob();
    if (typeof this.#request.target !== 'string') {
      const { path, target } = this.#request;
      return path === null ? this.#stream(target) : this.#fileTo(target, path);
    }
    if (!isTree) return this.#image(this.#request.target);
    const whole = this.#request.path === null && kind === 'directory';
    return whole ? this.#wholeTree(this.#request.target) : this.#partOfTree(this.#request.target);
  }

  async #blob(): Promise<null> {
    const bytes = await readBlobFile(this.#from, this.#entry);
    const payload = decodeBlob(bytes, { maxBytes: STORED_BLOB_MAX_BYTES });
    const { target, overwrite } = this.#request;
    if (typeof target !== 'string') {
      await write(target, payload);
      return null;
    }
    try {
      fs.writeFileSync(target, payload, { flag: overwrite ? 'w' : 'wx', mode: 0o600, flush: true });
    } catch (error) {
      throw targetError(target, error);
    }
    return null;
  }

  async #stream(target: Writable): Promise<null> {
    const index = await openArchiveIndex(this.#from, this.#entry);
    for await (const { payload } of this.#source.inOrder(index)) {
      this.#checkCancelled();
      await write(target, payload);
      this.#done(payload.length);
    }
    return null;
  }

  /** The content of one file, which alone has a form that everything understands. */
  async #fileTo(target: Writable, path: string): Promise<null> {
    const reader = await this.#openReader();
    const entry = await this.#lookup(reader, path);
    const file = isHardlink(entry) ? await reader.follow(entry) : entry;
    if (!isFile(file)) {
      const what = isDirectory(file) ? 'a directory' : 'no regular file';
      throw new BackupError('INPUT_INVALID', `${path} is ${what}; only a file goes into a stream.`, {
        field: 'path',
        hint: 'Name a directory to restore it into instead of "-".',
      });
    }
    this.#totalBytes = file.what.size;
    for await (const bytes of reader.content(file)) {
      this.#checkCancelled();
      await write(target, bytes);
      this.#done(bytes.length);
    }
    return null;
  }

  async #image(path: string): Promise<null> {
    const index = await openArchiveIndex(this.#from, this.#entry);
    const { overwrite, signal } = this.#request;
    await restoreImage({
      index,
      source: this.#source,
      path,
      overwrite,
      signal,
      done: (bytes) => this.#done(bytes),
    });
    return null;
  }

  async #wholeTree(target: string): Promise<RestoreTotals> {
    makeDirectory(target);
    const index = await openArchiveIndex(this.#from, this.#entry);
    return restoreTree({
      index,
      source: this.#source,
      target,
      options: this.#treeOptions(),
      signal: this.#request.signal,
      done: (bytes) => this.#done(bytes),
      problem: (problem) => this.#request.events.problem?.(problem),
    });
  }

  /** One entry with what is below it, or a split archive: found by random access. */
  async #partOfTree(target: string): Promise<RestoreTotals> {
    const reader = await this.#openReader();
    const entry = await this.#lookup(reader, this.#request.path ?? '');
    makeDirectory(target);
    const into = isDirectory(entry) ? {} : { as: 'entry' as const };
    const job = {
      target,
      options: { ...this.#treeOptions(), intoExisting: true },
      report: (problem: Parameters<NonNullable<RestoreEvents['problem']>>[0]) =>
        this.#request.events.problem?.(problem),
      cancelled: () => this.#request.signal.aborted,
    };
    return restoreEntry(reader, entry, job, { ...into, signal: this.#request.signal });
  }

  async #lookup(reader: PxarReader, path: string): Promise<PxarEntry> {
    const entry = await reader.lookup(byteTextOf(path));
    if (entry !== null) return entry;
    throw new BackupError('FILE_NOT_FOUND', `The archive has no ${path}.`, {
      field: 'path',
      hint: 'Look into it: ironcore-backup snapshot browse SNAPSHOT ARCHIVE [PATH]',
    });
  }

  async #openReader(): Promise<PxarReader> {
    const archive = new RemoteArchive(await openArchiveIndex(this.#from, this.#entry), this.#source);
    if (!this.#entry.name.endsWith('.mpxar.didx')) return PxarReader.open(archive);
    const payloadName = this.#entry.name.replace('.mpxar.', '.ppxar.') as ArchiveFileName;
    const payload = await openArchiveIndex(this.#from, findArchive(this.#manifest, payloadName));
    return PxarReader.open(archive, new RemoteArchive(payload, this.#source));
  }

  #treeOptions(): PlainRestoreOptions {
    const {
      mapId: _map,
      select: _select,
      basePath: _base,
      ...defaults
    } = defaultRestoreOptions(process.getuid?.() === 0);
    return { ...defaults, ...this.#request.tree, overwrite: this.#request.overwrite };
  }

  #checkCancelled(): void {
    if (this.#request.signal.aborted) throw new BackupError('CANCELLED', 'The restore was cancelled.');
  }

  #done(bytes: number): void {
    this.#doneBytes += bytes;
    this.#request.events.progress?.({
      doneBytes: this.#doneBytes,
      totalBytes: this.#totalBytes,
      receivedBytes: this.#source.receivedBytes,
    });
  }
}

function makeDirectory(path: string): void {
  try {
    fs.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw targetError(path, error);
  }
}

function targetError(path: string, error: unknown): BackupError {
  const reason = error instanceof Error ? error.message : String(error);
  if (reason.startsWith('EEXIST')) {
    return new BackupError('TARGET_NOT_EMPTY', `${path} exists.`, { hint: 'Add --overwrite to replace it.' });
  }
  return new BackupError('STORAGE_DENIED', `${path} cannot be written: ${reason}.`, { cause: error });
}

/** Returns when the bytes are out: their memory is used again. */
function write(target: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    target.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

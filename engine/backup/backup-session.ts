import type { ArchiveFileName, SnapshotRef } from '#domain/ids.ts';
import type { LogLevel } from '#domain/task.ts';
import type { ObjectReader, StagedObject } from '../backends/backend.ts';
import type { ChunkUpload } from '../chunks/chunk-store.ts';
import { CHUNK_MAX_BYTES } from '../chunks/data-blob.ts';
import { type Digest, digestToBytes } from '../chunks/digest.ts';
import { DigestMap } from '../chunks/digest-map.ts';
import type { Datastore } from '../datastore.ts';
import { removeEmptyGroup } from '../hierarchy/groups.ts';
import { MANIFEST_NAME } from '../hierarchy/layout.ts';
import { MANIFEST_MAX_BYTES, type Manifest, parseManifest } from '../hierarchy/manifest.ts';
import { removeUnfinished } from '../hierarchy/remove-snapshot.ts';
import { fileKey } from '../hierarchy/snapshots.ts';
import { DynamicIndexWriter } from '../indexes/dynamic-index-writer.ts';
import { FixedIndexWriter } from '../indexes/fixed-index-writer.ts';
import type { IndexKind } from '../indexes/index-header.ts';
import type { Lock } from '../locks/lock-table.ts';
import type { Writer } from '../locks/process-lock.ts';
import { assertFlushed, type CompletedFile, checkBase, persistManifest } from './finish-backup.ts';
import {
  type AppendItem,
  appendItems,
  type CloseClaim,
  checkUploadedChunk,
  closeUpload,
  type IndexUpload,
  newUpload,
  violation,
} from './index-upload.ts';
import { openPreviousFile, openReusableIndex } from './previous-snapshot.ts';
import {
  countStored,
  countUpload,
  noUploads,
  statisticsLines,
  type UploadStatistics,
} from './upload-statistics.ts';

export type SessionLog = (level: LogLevel, text: string) => void;

/** Ids of writers on the wire: 1 to 256. */
const WRITERS_MAX = 256;
/** Each holds a file and a buffer; no machine has so many disks that are backed up side by side. */
const OPEN_WRITERS_MAX = 64;
/** What was written of all images together may take so much memory to know: 128 TiB of them. */
const POSITIONS_MAX_BYTES = 4 * 1024 * 1024;

export interface SessionParts {
  store: Datastore;
  snapshot: SnapshotRef;
  benchmark: boolean;
  log: SessionLog;
  previous: SnapshotRef | null;
  groupCreated: boolean;
  locks: { group: Lock; snapshot: Lock; previous: Lock | null };
  writer: Writer;
}

type State = 'active' | 'finishing' | 'finished' | 'ended';

/**
 * One running backup, without its transport: the rules of docs/formats/protocol.md.
 *
 * *Invariants*: an index names only chunks that this backup uploaded or found in the locked previous snapshot.
 * Every index and blob has its final name before the manifest appears, and the manifest appears only in
 * `finish`. Changes of state run one after the other; chunks are checked and stored side by side.
 */
export class BackupSession {
  readonly snapshot: SnapshotRef;
  readonly previous: SnapshotRef | null;
  /** Over all archives. */
  readonly statistics: UploadStatistics = noUploads();
  readonly #parts: SessionParts;
  readonly #known = new DigestMap();
  readonly #uploads = new Map<number, IndexUpload>();
  readonly #completed = new Map<ArchiveFileName, CompletedFile>();
  #nextWriter = 1;
  #manifest: Manifest | null = null;
  #state: State = 'active';
  #flushedAt: number | null = null;
  #closing = false;
  #last: Promise<unknown> = Promise.resolve();
  #storing = new Set<Promise<unknown>>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.snapshot = parts.snapshot;
    this.previous = parts.previous;
  }

  get finished(): boolean {
    return this.#state === 'finished';
  }

  /** When the flush that made it safe began, in ms since 1970; null before it is finished. */
  get flushedAt(): number | null {
    return this.#flushedAt;
  }

  /** Bytes of all archives and blobs that are complete so far. */
  get sizeBytes(): number {
    return [...this.#completed.values()].reduce((sum, file) => sum + file.sizeBytes, 0);
  }

  createDynamicIndex(name: ArchiveFileName): Promise<number> {
    return this.#inTurn(async () => {
      const staged = await this.#stage(name, '.didx');
      return orGiveUp(staged, async () => {
        const index = await DynamicIndexWriter.create(staged, this.snapshot.time);
        return this.#register({ ...newUpload(name, staged), kind: 'dynamic', index });
      });
    });
  }

  /** `sizeBytes` null when the client does not know; `reuseChecksum` to start from the previous index. */
  createFixedIndex(
    name: ArchiveFileName,
    sizeBytes: number | null,
    reuseChecksum: string | null,
  ): Promise<number> {
    return this.#inTurn(async () => {
      const base = reuseChecksum === null ? null : await this.#reusable(name, sizeBytes, reuseChecksum);
      try {
        const staged = await this.#stage(name, '.fidx');
        return await orGiveUp(staged, async () => {
          const index = await FixedIndexWriter.create(staged, sizeBytes, this.snapshot.time);
          if (base) await index.copyFrom(base.index);
          this.#checkPositions(index.memoryBytes);
          const more = { announcedBytes: sizeBytes, incremental: base !== null, shortChunks: 0 };
          return this.#register({ ...newUpload(name, staged), kind: 'fixed', index, ...more });
        });
      } finally {
        await base?.reader.close();
      }
    });
  }

  /**
   * Checks and stores a chunk, then makes it known. The chunk stays even if the index refuses it. Returns the memory
   * of the upload, which may be used again.
   */
  async uploadChunk(kind: IndexKind, writerId: number, upload: ChunkUpload): Promise<Uint8Array> {
    this.#assertActive();
    const { store, writer } = this.#parts;
    writer.usesNow();
    const storing = store.chunks.ingest(upload).finally(() => writer.usesNow());
    this.#storing.add(storing);
    try {
      const result = await storing;
      countStored(this.statistics, result);
      if (result.warning) this.#parts.log('warning', `Chunk ${upload.digest}: ${result.warning}.`);
      const index = this.#upload(kind, writerId);
      checkUploadedChunk(index, upload.sizeBytes);
      countUpload(index.statistics, upload.sizeBytes, result);
      countUpload(this.statistics, upload.sizeBytes, result);
      this.#known.set(digestToBytes(upload.digest), upload.sizeBytes);
      return result.encoded;
    } finally {
      this.#storing.delete(storing);
    }
  }

  /** `offsets`: where each chunk starts. */
  append(
    kind: IndexKind,
    writerId: number,
    digests: readonly Digest[],
    offsets: readonly number[],
  ): Promise<void> {
    return this.#inTurn(async () => {
      if (digests.length !== offsets.length) {
        throw violation(`offset list has wrong length (${digests.length} != ${offsets.length})`);
      }
      await appendItems(this.#upload(kind, writerId), this.#items(digests, offsets));
      this.#checkPositions();
    });
  }

  closeIndex(kind: IndexKind, writerId: number, claim: CloseClaim): Promise<void> {
    return this.#inTurn(async () => {
      const upload = this.#upload(kind, writerId);
      const closed = await closeUpload(upload, claim);
      await upload.staged.commit({ durable: this.#parts.store.syncLevel === 'file' });
      this.#parts.store.placed.record(fileKey(this.snapshot, upload.name));
      this.#uploads.delete(writerId);
      this.#completed.set(upload.name, { checksum: closed.checksum, sizeBytes: closed.sizeBytes });
      const { name, chunkCount, statistics } = upload;
      const index = { ...closed, name, chunkCount, uuid: upload.index.uuid };
      for (const line of statisticsLines(index, statistics)) this.#parts.log('info', line);
      this.#parts.log('info', `successfully closed ${kind} index ${writerId}`);
    });
  }

  /** A whole blob file. The manifest is checked and held back until `finish`. */
  addBlob(name: ArchiveFileName, bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      if (!name.endsWith('.blob')) throw violation(`wrong blob file extension: '${name}'`);
      const checksum = await this.#parts.store.chunks.checkBlobFile(bytes, CHUNK_MAX_BYTES);
      if (name === MANIFEST_NAME) {
        if (bytes.length > MANIFEST_MAX_BYTES) throw violation('the manifest is too large');
        this.#manifest = parseManifest(bytes);
        return;
      }
      this.#assertFreeName(name);
      const durable = this.#parts.store.syncLevel === 'file';
      await this.#parts.store.backend.put(fileKey(this.snapshot, name), bytes, { durable });
      this.#completed.set(name, { checksum, sizeBytes: bytes.length });
      this.statistics.sizeBytes += bytes.length;
      this.#parts.log('info', `add blob "${name}" (${bytes.length} bytes)`);
    });
  }

  /** A file of the previous snapshot; the caller closes it. PROTOCOL_VIOLATION when there is none to build on. */
  openPrevious(name: ArchiveFileName): Promise<ObjectReader> {
    return this.#inTurn(() => openPreviousFile(this.#parts.store, this.previous, name, this.#known));
  }

  /**
   * Makes the snapshot a finished one (docs/formats/protocol.md). When it returns, the backup survives a power cut and
   * all locks are free. When it throws, the backup is unfinished and `abort` must follow.
   */
  finish(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#uploads.size > 0) throw violation('found open index writer - unable to finish backup');
      if (this.#completed.size === 0) {
        throw violation('backup does not contain valid files (file count == 0)');
      }
      const { store, benchmark, locks, writer, log } = this.#parts;
      if (this.previous !== null) await checkBase(store, this.previous);
      this.#state = 'finishing';
      const manifest = this.#manifest;
      if (manifest === null) throw violation('unable to update manifest blob - no manifest was uploaded');
      if (benchmark) return; // nothing of it stays, so nothing is finished
      this.#flushedAt = await persistManifest(
        store,
        this.snapshot,
        manifest,
        this.#completed,
        this.statistics,
        log,
      );
      this.#state = 'finished';
      writer.release();
      locks.previous?.release();
      locks.snapshot.release();
      locks.group.release();
      log('info', 'successfully finished backup');
    });
  }

  /**
   * Ends the session. What is not finished is removed, with the group if this was its first snapshot; only then
   * the locks are released. Safe to call at any time, also twice. A `finish` that is under way is waited for: if
   * it succeeds, the snapshot stays.
   */
  async abort(): Promise<void> {
    this.#closing = true;
    await this.#last.catch(() => {});
    await Promise.allSettled(this.#storing);
    if (this.#state === 'finished' || this.#state === 'ended') return;
    this.#state = 'ended';
    const { store, locks, writer, groupCreated } = this.#parts;
    try {
      for (const upload of this.#uploads.values()) await upload.staged.abort();
      // A new owner may have let the same snapshot be made meanwhile: what lies there is its business then.
      store.assertOwned();
      await removeUnfinished(store, this.snapshot);
      if (groupCreated) await removeEmptyGroup(store, this.snapshot);
    } finally {
      writer.release();
      locks.previous?.release();
      locks.snapshot.release();
      locks.group.release();
    }
  }

  *#items(digests: readonly Digest[], offsets: readonly number[]): Iterable<AppendItem> {
    for (const [position, hex] of digests.entries()) {
      const digest = digestToBytes(hex);
      const sizeBytes = this.#known.get(digest);
      if (sizeBytes === undefined) throw violation(`no such chunk ${hex}`);
      yield { digest, sizeBytes, offset: offsets[position] ?? -1 };
    }
  }

  async #reusable(name: ArchiveFileName, sizeBytes: number | null, checksum: string) {
    if (sizeBytes === null) throw violation('cannot reuse index - the size must be given');
    const base = await openReusableIndex(this.#parts.store, this.previous, name, checksum);
    const count = Math.ceil(sizeBytes / base.index.chunkBytes);
    if (base.index.count === count) return base;
    await base.reader.close();
    throw violation(`cannot reuse index - index sizes not equal (${base.index.count} != ${count})`);
  }

  async #stage(name: ArchiveFileName, extension: string) {
    if (!name.endsWith(extension)) throw violation(`wrong archive extension: '${name}'`);
    if (this.#nextWriter > WRITERS_MAX) throw violation('too many index writers');
    if (this.#uploads.size >= OPEN_WRITERS_MAX) throw violation('too many open index writers');
    this.#assertFreeName(name);
    return this.#parts.store.backend.stage(fileKey(this.snapshot, name));
  }

  /** Two writers of one name would share a file; a finished name is not written again. */
  #assertFreeName(name: ArchiveFileName): void {
    const open = [...this.#uploads.values()].some((upload) => upload.name === name);
    if (open || (this.#completed.has(name) && !name.endsWith('.blob'))) {
      throw violation(`archive '${name}' is already open or complete in this backup`);
    }
  }

  #checkPositions(moreBytes = 0): void {
    let bytes = moreBytes;
    for (const { index } of this.#uploads.values()) bytes += 'memoryBytes' in index ? index.memoryBytes : 0;
    if (bytes > POSITIONS_MAX_BYTES) throw violation('the images of this backup are too large together');
  }

  #register(upload: IndexUpload): number {
    const writerId = this.#nextWriter;
    this.#nextWriter += 1;
    this.#uploads.set(writerId, upload);
    this.#parts.log(
      'info',
      `created new ${upload.kind} index ${writerId} ("${fileKey(this.snapshot, upload.name)}")`,
    );
    return writerId;
  }

  #upload(kind: IndexKind, writerId: number): IndexUpload {
    const upload = this.#uploads.get(writerId);
    if (upload?.kind !== kind) throw violation(`${kind} writer '${writerId}' not registered`);
    return upload;
  }

  #assertActive(): void {
    this.#parts.store.assertOwned();
    assertFlushed(this.#parts.store);
    if (this.#state === 'active' && !this.#closing) return;
    const finishing = this.#state === 'finishing';
    throw violation(
      finishing ? 'backup is already in the process of finishing.' : 'backup already marked as finished.',
    );
  }

  /** Runs `work` after everything that was asked before, if the backup is still open then. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last
      .catch(() => {})
      .then(() => {
        this.#assertActive();
        return work();
      });
    this.#last = turn;
    return turn;
  }
}

/** What was staged and then did not come to be is given up at once: nobody else knows of it. */
async function orGiveUp<T>(staged: StagedObject, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await staged.abort();
    throw error;
  }
}

import { createHash } from 'node:crypto';
import type { ArchiveFileName } from '#domain/ids.ts';
import type { ManifestEntry } from '#engine/hierarchy/manifest.ts';
import type { IndexKind } from '#engine/indexes/index-header.ts';
import type { BackupApi } from '../connection/backup-api.ts';
import type { MadeChunk } from '../pipeline/chunk-maker.ts';
import type { SharedControl } from '../pipeline/shared-control.ts';
import type { RunChunks } from './run-chunks.ts';

/** Entries that go to the server in one call at most. */
const BATCH_ENTRIES = 1024;

export interface ArchiveCounts {
  chunks: number;
  /** Chunks that were sent; the server may have had some of them from others. */
  sentChunks: number;
  /** As sent, compressed. */
  sentBytes: number;
  /** Of the source, in chunks that did not have to be sent. */
  reusedBytes: number;
}

interface Pending {
  offset: number;
  sizeBytes: number;
  digest: Uint8Array;
  ready: boolean;
}

/**
 * Sends the chunks of one archive and its index. Chunks come in any order and are sent side by side; the index is
 * appended to in the order of the archive, one call after the other.
 */
export class IndexUploader {
  readonly name: ArchiveFileName;
  readonly counts: ArchiveCounts = { chunks: 0, sentChunks: 0, sentBytes: 0, reusedBytes: 0 };
  readonly #api: BackupApi;
  readonly #kind: IndexKind;
  readonly #writerId: number;
  readonly #control: SharedControl;
  readonly #run: RunChunks;
  readonly #checksum = createHash('sha256');
  readonly #pending = new Map<number, Pending>();
  readonly #fail: (error: unknown) => void;
  #batch: Pending[] = [];
  #next = 0;
  #end = 0;
  #appending = false;
  #expected: number | null = null;
  #complete: () => void = () => {};
  readonly #completed: Promise<void>;

  private constructor(options: UploaderOptions, writerId: number) {
    this.name = options.name;
    this.#api = options.api;
    this.#kind = options.kind;
    this.#control = options.control;
    this.#run = options.run;
    this.#fail = options.fail;
    this.#writerId = writerId;
    this.#completed = new Promise((resolve) => {
      this.#complete = resolve;
    });
  }

  static async open(options: UploaderOptions & { sizeBytes: number | null }): Promise<IndexUploader> {
    return new IndexUploader(
      options,
      await options.api.createIndex(options.kind, options.name, options.sizeBytes),
    );
  }

  accept(chunk: MadeChunk): void {
    const entry: Pending = {
      offset: chunk.offset,
      sizeBytes: chunk.sizeBytes,
      digest: chunk.digest,
      ready: false,
    };
    this.#pending.set(chunk.sequence, entry);
    this.counts.chunks += 1;
    const ready = () => {
      entry.ready = true;
      this.#advance();
    };
    if (chunk.blob === null) this.counts.reusedBytes += chunk.sizeBytes;
    if (chunk.known === 'previous') ready();
    else {
      this.#run.whenArrived(chunk.digest, ready);
      if (chunk.blob) void this.#send(chunk, chunk.blob).catch(this.#fail);
    }
  }

  /** No more chunks than this many will come. */
  expect(chunkCount: number): void {
    this.#expected = chunkCount;
    this.#advance();
  }

  /** Closes the index once everything has arrived; the entry of the manifest. */
  async finish(): Promise<ManifestEntry> {
    await this.#completed;
    const checksum = this.#checksum.digest('hex');
    await this.#api.closeIndex(this.#kind, this.#writerId, {
      chunkCount: this.#next,
      sizeBytes: this.#end,
      checksum,
    });
    return { name: this.name, cryptMode: 'none', sizeBytes: this.#end, checksum };
  }

  async #send(chunk: MadeChunk, blob: Uint8Array<ArrayBuffer>): Promise<void> {
    const digest = Buffer.from(chunk.digest).toString('hex');
    const sentBytes = blob.length;
    await this.#api.uploadChunk(this.#kind, this.#writerId, { digest, sizeBytes: chunk.sizeBytes, blob });
    blob.buffer.transfer(0); // the memory is needed for the next chunk now, not at some collection
    this.#control.giveCredit(chunk.sizeBytes);
    this.counts.sentChunks += 1;
    this.counts.sentBytes += sentBytes;
    this.#run.arrived(chunk.digest, chunk.sizeBytes);
  }

  /** Moves what is ready and in order into the next batch. */
  #advance(): void {
    for (;;) {
      const entry = this.#pending.get(this.#next);
      if (!entry?.ready) break;
      this.#pending.delete(this.#next);
      this.#next += 1;
      this.#batch.push(entry);
      this.#hash(entry);
    }
    if (this.#appending) return;
    if (this.#batch.length > 0) void this.#append().catch(this.#fail);
    else if (this.#expected === this.#next) this.#complete();
  }

  #hash(entry: Pending): void {
    this.#end = entry.offset + entry.sizeBytes;
    if (this.#kind === 'dynamic') {
      const end = Buffer.alloc(8);
      end.writeBigUInt64LE(BigInt(this.#end));
      this.#checksum.update(end);
    }
    this.#checksum.update(entry.digest);
  }

  async #append(): Promise<void> {
    this.#appending = true;
    const entries = this.#batch.splice(0, BATCH_ENTRIES);
    const digests = entries.map((entry) => Buffer.from(entry.digest).toString('hex'));
    await this.#api.append(
      this.#kind,
      this.#writerId,
      digests,
      entries.map((entry) => entry.offset),
    );
    this.#appending = false;
    this.#advance();
  }
}

export interface UploaderOptions {
  api: BackupApi;
  kind: IndexKind;
  name: ArchiveFileName;
  control: SharedControl;
  run: RunChunks;
  /** Told of what fails in the background; the backup is over then. */
  fail: (error: unknown) => void;
}

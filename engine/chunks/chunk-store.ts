import { BackupError, isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from '../backends/backend.ts';
import { isFailedFlush } from '../backends/local/errors.ts';
import type { SweptPart } from '../gc/sweep-counts.ts';
import type { SweepPlace } from '../gc/sweep-files.ts';
import type { MakeMemory } from '../threads/memory-shelf.ts';
import { freeMemory } from '../threads/serve-thread.ts';
import type { VerifyAnswer, VerifyPlace } from '../verify/verify-files.ts';
import { type ChunkFilesPlace, hasRightChecksum, type InsertResult } from './chunk-file.ts';
import type { ChunkJob } from './chunk-jobs.ts';
import { chunkKey } from './chunk-key.ts';
import type { ChunkPool } from './chunk-pool.ts';
import { ChunkTally } from './chunk-tally.ts';
import { ENCODED_CHUNK_MAX_BYTES, inspectBlob, kindOfMagic, MAGIC_BYTES } from './data-blob.ts';
import type { Digest } from './digest.ts';
import { decideInsert, type StoredChunk } from './insert-rule.ts';

export interface ChunkUpload {
  digest: Digest;
  /** Bytes of the payload, as announced. */
  sizeBytes: number;
  /** The blob as it came. Its memory goes over to a thread; `Ingested` has what may be used afterwards. */
  encoded: Uint8Array;
}

export interface Ingested extends InsertResult {
  /** The blob as it is stored, in the memory of the upload, for using that again. */
  encoded: Uint8Array;
}

export interface ChunkStoreOptions {
  backend: ObjectBackend;
  pool: ChunkPool;
  durable: boolean;
}

/** The chunks of one datastore: immutable, named by digest, stored once. */
export class ChunkStore {
  /** How many there are more than when somebody last asked. */
  readonly tally = new ChunkTally();
  readonly #backend: ObjectBackend;
  readonly #pool: ChunkPool;
  readonly #durable: boolean;
  #distrustSinceMs: number | null = null;

  constructor(options: ChunkStoreOptions) {
    this.#backend = options.backend;
    this.#pool = options.pool;
    this.#durable = options.durable;
  }

  /**
   * After an unclean stop: chunks modified since then (ms since 1970) are read before they are trusted, until a
   * scan has looked at them. Null ends it.
   */
  distrustSince(ms: number | null): void {
    this.#distrustSinceMs = ms;
  }

  /**
   * Checks an uploaded chunk and stores it. DATA_INVALID when it is not what was announced; the storage errors
   * of the backend otherwise.
   */
  async ingest(upload: ChunkUpload): Promise<Ingested> {
    const { direct } = this.#backend.traits;
    const place: ChunkFilesPlace | null =
      direct === null ? null : { direct, durable: this.#durable, distrustSinceMs: this.#distrustSinceMs };
    const answer = await this.#pool.run({ kind: 'ingest', ...upload, place }).catch((error) => {
      if (isFailedFlush(error)) this.#backend.onFlushFailed?.(error);
      throw error;
    });
    if (answer.kind !== 'ingested') throw new BackupError('INTERNAL', 'An internal check failed.');
    const { encoded } = answer;
    const insert = answer.insert ?? (await this.#insertObject(upload.digest, encoded));
    this.tally.add(upload.digest, { chunks: insert.created ? 1 : 0, bytes: insert.addedBytes });
    return { ...insert, encoded };
  }

  /** Bytes of the blob as it is stored; undefined when it is not there. */
  async storedBytes(digest: Digest): Promise<number | undefined> {
    return (await this.#backend.stat(chunkKey(digest)))?.sizeBytes;
  }

  /** The blob as it is stored, in `memory` if given; CHUNK_MISSING when it is not there. */
  async load(digest: Digest, memory?: MakeMemory): Promise<Uint8Array> {
    try {
      return await this.#backend.get(chunkKey(digest), ENCODED_CHUNK_MAX_BYTES, memory);
    } catch (error) {
      if (!isBackupError(error, 'STORAGE_MISSING')) throw error;
      throw new BackupError('CHUNK_MISSING', `Chunk ${digest} is missing.`, {
        hint: '"ironcore-backup datastore audit" names the snapshots that need it.',
        cause: error,
      });
    }
  }

  /** The payload, checked against the digest; DATA_CORRUPT or CHUNK_MISSING when it is not to be had. */
  async loadPayload(digest: Digest, sizeBytes: number): Promise<Uint8Array> {
    const encoded = await this.load(digest);
    return this.#payloadOf({ kind: 'decode', encoded, digest, sizeBytes });
  }

  /** Checks a blob file as it came over the wire; DATA_CORRUPT when it is none. Returns its file digest. */
  async checkBlobFile(encoded: Uint8Array, maxBytes: number): Promise<Digest> {
    const answer = await this.#pool.run({ kind: 'check', encoded, maxBytes });
    if (answer.kind !== 'checked') throw new BackupError('INTERNAL', 'An internal check failed.');
    return answer.digest;
  }

  /** The payload of a blob file; DATA_CORRUPT when it is damaged, ARCHIVE_ENCRYPTED when it needs a key. */
  async unpackBlob(encoded: Uint8Array): Promise<Uint8Array> {
    return this.#payloadOf({ kind: 'unpack', encoded });
  }

  async #payloadOf(job: ChunkJob): Promise<Uint8Array> {
    const answer = await this.#pool.run(job);
    if (answer.kind !== 'decoded') throw new BackupError('INTERNAL', 'An internal check failed.');
    if (answer.spare) freeMemory(answer.spare);
    return answer.payload;
  }

  /** How many parts of a sweep can run at once. */
  get threads(): number {
    return this.#pool.size;
  }

  /** Sweeps chunk directories that are files; what was removed is counted also where it fails in the end. */
  async sweep(place: SweepPlace): Promise<SweptPart> {
    const answer = await this.#pool.run({ kind: 'sweep', place });
    if (answer.kind !== 'swept') throw new BackupError('INTERNAL', 'An internal check failed.');
    for (const { digest, sizeBytes } of answer.part.removed) this.noteRemoved(digest, sizeBytes);
    return answer.part;
  }

  /** Reads chunks that are files and checks them, in a thread. */
  async verifyFiles(place: VerifyPlace): Promise<VerifyAnswer> {
    const answer = await this.#pool.run({ kind: 'verify', place });
    if (answer.kind !== 'verified') throw new BackupError('INTERNAL', 'An internal check failed.');
    return answer.answer;
  }

  /** Where the files of chunks lie on the disk; NaN for what is not there. */
  async inodesOf(place: VerifyPlace): Promise<Float64Array> {
    const answer = await this.#pool.run({ kind: 'inodes', place });
    if (answer.kind !== 'inodes') throw new BackupError('INTERNAL', 'An internal check failed.');
    return answer.inodes;
  }

  noteRemoved(digest: Digest, sizeBytes: number): void {
    this.tally.add(digest, { chunks: -1, bytes: -sizeBytes });
  }

  /** Runs `work` with the chunk mutex of a digest held: for renaming what is damaged. */
  holdShard<T>(digest: Digest, work: () => Promise<T>): Promise<T> {
    return this.#pool.mutex.holdAsync(digest, work);
  }

  /** Whether the chunk is there; if so, it counts as used from now on. */
  touch(digest: Digest): Promise<boolean> {
    return this.#backend.touch(chunkKey(digest));
  }

  /** The same rule as for files, for backends that are reached by calls. */
  #insertObject(digest: Digest, blob: Uint8Array): Promise<InsertResult> {
    const key = chunkKey(digest);
    return this.#pool.mutex.holdAsync(digest, async () => {
      const stored = await this.#lookAt(key);
      const decision = decideInsert(stored, { sizeBytes: blob.length, kind: inspectBlob(blob) });
      if (decision.action === 'refuse')
        throw new BackupError('DATA_INVALID', `Chunk refused: ${decision.reason}.`);
      if (decision.action === 'keep' && stored) {
        await this.#backend.touch(key);
        return { duplicate: true, created: false, storedBytes: stored.sizeBytes, addedBytes: 0 };
      }
      await this.#backend.put(key, blob, { durable: this.#durable || stored !== null });
      const warning = decision.action === 'write' ? decision.warning : undefined;
      const addedBytes = blob.length - (stored?.sizeBytes ?? 0);
      const created = stored === null;
      return {
        duplicate: false,
        created,
        storedBytes: blob.length,
        addedBytes,
        ...(warning ? { warning } : {}),
      };
    });
  }

  async #lookAt(key: string): Promise<StoredChunk | null> {
    const stat = await this.#backend.stat(key);
    if (!stat) return null;
    const inWindow = this.#distrustSinceMs !== null && stat.modifiedAt * 1000 >= this.#distrustSinceMs;
    const torn = inWindow && !hasRightChecksum(await this.#backend.get(key, ENCODED_CHUNK_MAX_BYTES));
    const reader = await this.#backend.open(key);
    try {
      const magic = new Uint8Array(Math.min(MAGIC_BYTES, reader.sizeBytes));
      await reader.read(magic, 0);
      return { sizeBytes: stat.sizeBytes, kind: kindOfMagic(magic), torn };
    } finally {
      await reader.close();
    }
  }
}

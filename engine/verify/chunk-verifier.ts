import { setImmediate } from 'node:timers/promises';
import { type BackupError, isBackupError } from '#domain/errors.ts';
import type { IndexChecker, IndexProblems, Problem } from '../audit/chunk-audit.ts';
import { isUnreadable } from '../backends/local/errors.ts';
import { CHUNK_MAX_BYTES } from '../chunks/data-blob.ts';
import { type Digest, digestToBytes } from '../chunks/digest.ts';
import { DigestMap } from '../chunks/digest-map.ts';
import type { Datastore } from '../datastore.ts';
import type { IndexEntry, IndexReader } from '../indexes/index-reader.ts';
import { packError, unpackError } from '../threads/packed-error.ts';
import { type ChunkVerdict, verifyBlob } from './verify-blob.ts';
import type { VerifyAnswer } from './verify-files.ts';

/** Entries whose chunks are sorted by their place on the disk before they are read. */
const WINDOW = 1024;
/** Chunks that a thread is given at once: backups wait for the same threads. */
const BATCH = 8;
const PROBLEMS_PER_INDEX = 20;
/** As many as a map of digests takes; those beyond are read once for each index that refers to them. */
const REMEMBERED_MAX = 16 * 1024 * 1024;
/** Values that stand where a plain chunk has its size, which is far smaller. */
const [ENCRYPTED, BROKEN] = [0xfffffffe, 0xffffffff];

export interface ReadBytes {
  chunks: number;
  /** Of the files that were read. */
  bytes: number;
}

/** Reads each chunk once in a run, however many indexes refer to it, and checks it against its name. */
export class ChunkVerifier implements IndexChecker {
  readonly read: ReadBytes = { chunks: 0, bytes: 0 };
  readonly #store: Datastore;
  readonly #signal: AbortSignal;
  /** Digest → size of the payload, ENCRYPTED or BROKEN. */
  readonly #known = new DigestMap();
  /** The same of those that were read for the window, whether they are remembered or not. */
  readonly #fresh = new Map<Digest, number>();
  readonly #broken = new Map<Digest, Problem>();
  readonly #rememberedMax: number;
  /** For payloads, where chunks are read by calls and not as files. */
  #scratch: Buffer | null = null;

  constructor(store: Datastore, signal: AbortSignal, rememberedMax = REMEMBERED_MAX) {
    this.#rememberedMax = rememberedMax;
    this.#store = store;
    this.#signal = signal;
  }

  /** `looked` hears how many entries there were since it was last called. Fails when the storage cannot be read. */
  async check(
    index: IndexReader,
    encrypted: boolean,
    looked: (entries: number) => void,
  ): Promise<IndexProblems> {
    const result: IndexProblems = { problems: [], found: [] };
    let window: IndexEntry[] = [];
    const finish = async () => {
      await this.#readNew(window, result.found);
      for (const entry of window) this.#judge(entry, encrypted, result.problems);
      looked(window.length);
      window = [];
    };
    for await (const entry of index.entries()) {
      window.push(entry);
      if (window.length >= WINDOW) await finish();
    }
    await finish();
    return result;
  }

  async #readNew(window: readonly IndexEntry[], found: Digest[]): Promise<void> {
    this.#fresh.clear();
    const fresh = new Set<Digest>();
    for (const { digest } of window) {
      if (this.#known.get(digestToBytes(digest)) === undefined) fresh.add(digest);
    }
    const sorted = await this.#byPlace([...fresh]);
    const batches = Array.from({ length: Math.ceil(sorted.length / BATCH) }, (_, at) =>
      sorted.slice(at * BATCH, (at + 1) * BATCH),
    );
    const lane = async () => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) await this.#readBatch(batch, found);
    };
    // One more than there are threads, so that none of them waits for the next.
    await Promise.all(Array.from({ length: this.#store.chunks.threads + 1 }, lane));
  }

  /** In the order in which they lie on the disk, as far as inodes tell: a disk that turns reads them in one sweep. */
  async #byPlace(digests: Digest[]): Promise<Digest[]> {
    const { direct } = this.#store.backend.traits;
    if (direct === null) return digests;
    const inodes = await this.#store.chunks.inodesOf({ direct, digests });
    const order = digests.map((digest, at) => ({ digest, inode: inodes[at] || 0 }));
    return order.sort((a, b) => a.inode - b.inode).map(({ digest }) => digest);
  }

  async #readBatch(digests: Digest[], found: Digest[]): Promise<void> {
    this.#signal.throwIfAborted();
    const { direct } = this.#store.backend.traits;
    const answers =
      direct === null
        ? await this.#readObjects(digests)
        : await this.#store.chunks.verifyFiles({ direct, digests });
    for (const [at, digest] of digests.entries()) {
      const answer = answers[at];
      if (answer === undefined) continue;
      if ('failure' in answer) {
        this.#noteUnreadable(digest, unpackError(answer.failure));
        continue;
      }
      this.read.chunks += 1;
      this.read.bytes += answer.storedBytes;
      this.#note(digest, answer, found);
    }
  }

  async #readObjects(digests: Digest[]): Promise<VerifyAnswer> {
    const verdicts: VerifyAnswer = [];
    for (const digest of digests) {
      await setImmediate();
      verdicts.push(await this.#readObject(digest));
    }
    return verdicts;
  }

  async #readObject(digest: Digest): Promise<VerifyAnswer[number]> {
    try {
      const encoded = await this.#store.chunks.load(digest);
      this.#scratch ??= Buffer.allocUnsafeSlow(CHUNK_MAX_BYTES);
      return verifyBlob(encoded, digest, this.#scratch);
    } catch (error) {
      if (isBackupError(error, 'CHUNK_MISSING')) return { state: 'missing', storedBytes: 0 };
      if (isUnreadable(error) || !isBackupError(error, 'DATA_CORRUPT')) return { failure: packError(error) };
      return { state: 'impossible', storedBytes: 0 };
    }
  }

  #note(digest: Digest, verdict: ChunkVerdict, found: Digest[]): void {
    const value = rememberedAs(verdict);
    this.#remember(digest, value);
    if (value !== BROKEN) return;
    found.push(digest);
    this.#broken.set(digest, problemOf(verdict));
  }

  #remember(digest: Digest, value: number): void {
    this.#fresh.set(digest, value);
    if (this.#known.count < this.#rememberedMax) this.#known.set(digestToBytes(digest), value);
  }

  /** The disk says so of this file alone: it is named, and stays where it is. Anything else says more, and ends the run. */
  #noteUnreadable(digest: Digest, error: BackupError): void {
    if (!isUnreadable(error) && error.code !== 'STORAGE_DENIED') throw error;
    this.#remember(digest, BROKEN);
    this.#broken.set(digest, {
      code: 'chunk-damaged',
      what: `cannot be read: ${error.message.replace(/\.$/, '')}`,
    });
  }

  #judge({ digest, start, end }: IndexEntry, encrypted: boolean, problems: Problem[]): void {
    if (problems.length >= PROBLEMS_PER_INDEX) return;
    const problem = this.#problemOf(digest, end - start, encrypted);
    if (problem) problems.push({ code: problem.code, what: `chunk ${digest} ${problem.what}.` });
  }

  #problemOf(digest: Digest, sizeBytes: number, encrypted: boolean): Problem | null {
    const value = this.#fresh.get(digest) ?? this.#known.get(digestToBytes(digest));
    if (value === undefined) return null;
    if (value === BROKEN) return this.#broken.get(digest) ?? problemOf({ state: 'damaged', storedBytes: 0 });
    if ((value === ENCRYPTED) !== encrypted) {
      const what = encrypted
        ? 'is not encrypted, though its archive is'
        : 'is encrypted, though its archive is not';
      return { code: 'file-damaged', what };
    }
    if (value === ENCRYPTED || value === sizeBytes) return null;
    return { code: 'file-damaged', what: `has ${value} bytes, and ${sizeBytes} by the index` };
  }
}

function rememberedAs({ state, sizeBytes = 0 }: ChunkVerdict): number {
  if (state === 'encrypted') return ENCRYPTED;
  // An empty chunk cannot be, and 0 would mean nothing.
  return state === 'plain' && sizeBytes > 0 ? sizeBytes : BROKEN;
}

function problemOf({ state, why }: ChunkVerdict): Problem {
  switch (state) {
    case 'missing':
      return { code: 'chunk-missing', what: 'is missing' };
    case 'impossible':
      return { code: 'chunk-damaged', what: 'is no file that a chunk can be' };
    default:
      return {
        code: 'chunk-damaged',
        what: `is damaged: ${(why ?? 'it cannot be used').replace(/\.$/, '')}`,
      };
  }
}

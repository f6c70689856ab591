import type { FindingCode } from '#domain/audit.ts';
import { isBackupError } from '#domain/errors.ts';
import { sentence } from '#domain/sentence.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { BLOB_MIN_BYTES, ENCODED_CHUNK_MAX_BYTES } from '../chunks/data-blob.ts';
import { type Digest, digestToBytes } from '../chunks/digest.ts';
import { DigestMap } from '../chunks/digest-map.ts';
import type { Datastore } from '../datastore.ts';
import type { IndexEntry, IndexReader } from '../indexes/index-reader.ts';

const PARALLEL = 16;
const PROBLEMS_PER_INDEX = 20;
/** As many as a map of digests takes; those beyond are looked at once for each index that refers to them. */
const REMEMBERED_MAX = 16 * 1024 * 1024;
const BROKEN_REMEMBERED_MAX = 10_000;
/** Stands where a sound chunk has its size, which is far smaller. */
const BROKEN = 0xffffffff;
const OF_THE_CHUNK = ['DATA_CORRUPT', 'CHUNK_MISSING'] as const;
/** The chunk may be sound, but not as this file needs it, or not for us. Whatever else fails ends the audit. */
const OF_THE_FILE = ['ARCHIVE_ENCRYPTED', 'STORAGE_DENIED'] as const;

/** What is wrong with a snapshot, a file or a chunk of it. */
export interface Problem {
  code: FindingCode;
  what: string;
}

const NO_DIRECTORY: Problem = { code: 'chunk-missing', what: 'is missing with its directory' };

/** What is wrong with one index: the first few problems, and each damaged or missing chunk that is news. */
export interface IndexProblems {
  problems: Problem[];
  found: Digest[];
}

/** Holds the chunks of an index against it. `looked` hears how many entries there were since it was last called. */
export interface IndexChecker {
  check(index: IndexReader, encrypted: boolean, looked: (entries: number) => void): Promise<IndexProblems>;
}

/** Looks at each chunk once, however many indexes refer to it. */
export class ChunkAudit implements IndexChecker {
  readonly #store: Datastore;
  readonly #directories: ReadonlySet<string>;
  readonly #deep: boolean;
  /** Digest → bytes of the payload as the first index has it, or BROKEN. */
  readonly #seen = new DigestMap();
  /** The same words for each index that has it with that size. */
  readonly #broken = new Map<Digest, { problem: Problem; sizeBytes: number }>();

  /** `directories`: the chunk directories that are there. */
  constructor(store: Datastore, directories: ReadonlySet<string>, deep: boolean) {
    this.#store = store;
    this.#directories = directories;
    this.#deep = deep;
  }

  get count(): number {
    return this.#seen.count;
  }

  /** `looked` hears how many entries there were since it was last called. */
  async check(
    index: IndexReader,
    encrypted: boolean,
    looked: (entries: number) => void,
  ): Promise<IndexProblems> {
    const result: IndexProblems = { problems: [], found: [] };
    let batch: Promise<void>[] = [];
    for await (const entry of index.entries()) {
      batch.push(this.#checkOne(entry, encrypted, result));
      if (batch.length < PARALLEL) continue;
      await Promise.all(batch);
      looked(batch.length);
      batch = [];
    }
    await Promise.all(batch);
    looked(batch.length);
    return result;
  }

  async #checkOne(entry: IndexEntry, encrypted: boolean, { problems, found }: IndexProblems): Promise<void> {
    const { digest } = entry;
    const sizeBytes = entry.end - entry.start;
    const bytes = digestToBytes(digest);
    const seen = this.#seen.get(bytes);
    if (seen === sizeBytes) return;
    const problem =
      seen === undefined || seen === BROKEN
        ? await this.#lookAt(digest, sizeBytes, encrypted, found)
        : otherSize(seen, sizeBytes);
    if (problem === null) this.#remember(bytes, sizeBytes);
    else if (seen === undefined) this.#remember(bytes, BROKEN);
    if (problem === null || problems.length >= PROBLEMS_PER_INDEX) return;
    problems.push({ code: problem.code, what: `chunk ${digest} ${sentence(problem.what)}` });
  }

  async #lookAt(
    digest: Digest,
    sizeBytes: number,
    encrypted: boolean,
    found: Digest[],
  ): Promise<Problem | null> {
    const known = this.#broken.get(digest);
    if (known?.sizeBytes === sizeBytes) return known.problem;
    const problem = await this.#problem(digest, sizeBytes, encrypted);
    if (problem === null) return null;
    if (this.#broken.size < BROKEN_REMEMBERED_MAX) this.#broken.set(digest, { problem, sizeBytes });
    if (!known && problem.code !== 'file-damaged' && problem !== NO_DIRECTORY) found.push(digest);
    return problem;
  }

  #remember(digest: Uint8Array, value: number): void {
    if (this.#seen.count < REMEMBERED_MAX && value > 0) this.#seen.set(digest, value);
  }

  async #problem(digest: Digest, sizeBytes: number, encrypted: boolean): Promise<Problem | null> {
    // To ask for a chunk in it would count as storage that is gone, and end the audit.
    if (!this.#directories.has(chunkDirectoryOf(digest))) return NO_DIRECTORY;
    try {
      const stat = await this.#store.backend.stat(chunkKey(digest));
      if (!stat) return this.#absence(digest);
      if (stat.sizeBytes < BLOB_MIN_BYTES || stat.sizeBytes > ENCODED_CHUNK_MAX_BYTES)
        return { code: 'chunk-damaged', what: 'has an impossible size' };
      if (!this.#deep) return null;
      if (encrypted) await this.#store.chunks.checkBlobFile(await this.#store.chunks.load(digest), sizeBytes);
      else await this.#store.chunks.loadPayload(digest, sizeBytes);
      return null;
    } catch (error) {
      if (!isBackupError(error, ...OF_THE_CHUNK, ...OF_THE_FILE)) throw error;
      const code = isBackupError(error, ...OF_THE_CHUNK) ? 'chunk-damaged' : 'file-damaged';
      return { code, what: `cannot be used: ${error.message}` };
    }
  }

  /** The first number is given first, and no file under it ever goes before the others. */
  async #absence(digest: Digest): Promise<Problem> {
    const aside = await this.#store.backend.stat(`${chunkKey(digest)}.0.bad`);
    if (aside) return { code: 'chunk-damaged', what: 'is damaged and was set aside' };
    return { code: 'chunk-missing', what: 'is missing' };
  }
}

function chunkDirectoryOf(digest: Digest): string {
  return digest.slice(0, 4);
}

function otherSize(seen: number, sizeBytes: number): Problem {
  return { code: 'file-damaged', what: `has ${seen} bytes in another index and ${sizeBytes} in this one.` };
}

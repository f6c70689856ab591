import { asBackupError } from '#domain/errors.ts';
import { sentence } from '#domain/sentence.ts';
import { chunkKey } from '../chunks/chunk-key.ts';
import { BLOB_MIN_BYTES, ENCODED_CHUNK_MAX_BYTES } from '../chunks/data-blob.ts';
import { type Digest, digestToBytes } from '../chunks/digest.ts';
import { DigestMap } from '../chunks/digest-map.ts';
import type { Datastore } from '../datastore.ts';
import type { IndexReader } from '../indexes/index-reader.ts';

const PARALLEL = 16;
const PROBLEMS_PER_INDEX = 20;
const SOUND = 1;
const BROKEN = 2;

/** Looks at each chunk once, however many indexes refer to it. */
export class ChunkAudit {
  readonly #store: Datastore;
  readonly #deep: boolean;
  /** Digest → SOUND or BROKEN. */
  readonly #seen = new DigestMap();
  /** The same words for each index that needs it. */
  readonly #broken = new Map<Digest, string>();

  constructor(store: Datastore, deep: boolean) {
    this.#store = store;
    this.#deep = deep;
  }

  get count(): number {
    return this.#seen.count;
  }

  /** What is wrong with the chunks of an index, at most the first few. */
  async check(index: IndexReader, encrypted: boolean): Promise<string[]> {
    const problems: string[] = [];
    let batch: Promise<void>[] = [];
    for await (const entry of index.entries()) {
      batch.push(this.#checkOne(entry.digest, entry.end - entry.start, encrypted, problems));
      if (batch.length === PARALLEL) {
        await Promise.all(batch);
        batch = [];
      }
    }
    await Promise.all(batch);
    return problems.slice(0, PROBLEMS_PER_INDEX);
  }

  async #checkOne(digest: Digest, sizeBytes: number, encrypted: boolean, problems: string[]): Promise<void> {
    const bytes = digestToBytes(digest);
    if (this.#seen.get(bytes) === SOUND) return;
    const problem = this.#broken.get(digest) ?? (await this.#problem(digest, sizeBytes, encrypted));
    this.#seen.set(bytes, problem === null ? SOUND : BROKEN);
    if (problem === null) return;
    this.#broken.set(digest, problem);
    problems.push(`chunk ${digest} ${sentence(problem)}`);
  }

  async #problem(digest: Digest, sizeBytes: number, encrypted: boolean): Promise<string | null> {
    try {
      const stat = await this.#store.backend.stat(chunkKey(digest));
      if (!stat) return this.#store.damaged.has(digest) ? 'is damaged and was set aside' : 'is missing';
      if (stat.sizeBytes < BLOB_MIN_BYTES || stat.sizeBytes > ENCODED_CHUNK_MAX_BYTES)
        return 'has an impossible size';
      if (!this.#deep) return null;
      if (encrypted) await this.#store.chunks.checkBlobFile(await this.#store.chunks.load(digest), sizeBytes);
      else await this.#store.chunks.loadPayload(digest, sizeBytes);
      return null;
    } catch (error) {
      return `cannot be used: ${asBackupError(error).message}`;
    }
  }
}

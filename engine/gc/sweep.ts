import { setImmediate } from 'node:timers/promises';
import type { DirectPath, ObjectBackend } from '../backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from '../chunks/chunk-key.ts';
import { parseDigest } from '../chunks/digest.ts';
import type { Datastore } from '../datastore.ts';
import { below } from '../hierarchy/layout.ts';
import { listOrNothing } from '../hierarchy/namespaces.ts';
import { unpackError } from '../threads/packed-error.ts';
import { type ChunkName, classifyName } from './classify-name.ts';
import { DirectoryCount, isNeeded, isSkipped, noteIfAny } from './directory-count.ts';
import { MarkLookup, type SharedMarks } from './mark-table.ts';
import { addCounts, count, newPart, noCounts, type SweepCounts } from './sweep-counts.ts';
import { type Cutoffs, judge } from './sweep-rule.ts';

const CHUNK_DIRECTORY = /^[0-9a-f]{4}$/;
/** Directories that a thread is given at once. */
const DIRECTORIES_A_PART = 64;
/** A thread returns after that long: backups wait for the same threads. */
const TURN_NS = 200_000_000n;
/** Nothing is removed so long after the owner was looked at; much longer than a part waits for a thread. */
const CHECK_NS = 5_000_000_000n;

export interface SweepOptions {
  marks: SharedMarks;
  cutoffs: Cutoffs;
  dryRun: boolean;
  /** Count the bytes of what is needed as well, which takes a call for each. */
  sizes: boolean;
  /** One byte a chunk directory: 1 where something can go. Written by a dry run; otherwise nothing else is looked at. Null: all are. */
  noted?: SharedArrayBuffer | null | undefined;
  signal: AbortSignal;
  /** Once it is aborted no further batch begins, and what was done so far is the result. */
  over?: AbortSignal | null | undefined;
  /** Before each batch: throws when nothing may be removed any more. */
  check: () => Promise<void>;
  /** Hears how many chunk directories were looked at. */
  report: (directories: number) => void;
}

export interface Swept {
  counts: SweepCounts;
  /** False when it was over before all was looked at. */
  isWhole: boolean;
}

/** Removes the chunks that nobody needs, and counts all. What was removed before it failed stays removed. */
export async function sweep(store: Datastore, options: SweepOptions): Promise<Swept> {
  const { direct } = store.backend.traits;
  const run = new SweepRun(store, options);
  await (direct === null ? run.objects() : run.files(direct));
  return { counts: run.counts, isWhole: run.isWhole };
}

class SweepRun {
  readonly counts: SweepCounts = noCounts();
  isWhole = true;
  readonly #store: Datastore;
  readonly #options: SweepOptions;
  readonly #marks: MarkLookup;
  readonly #noted: Uint8Array | null;
  #begun = 0;
  #done = 0;

  constructor(store: Datastore, options: SweepOptions) {
    this.#store = store;
    this.#options = options;
    this.#marks = new MarkLookup(options.marks);
    this.#noted = options.noted ? new Uint8Array(options.noted) : null;
  }

  /** In threads, each of which takes the next directories as soon as it is done. */
  async files(direct: DirectPath): Promise<void> {
    const lanes = Array.from({ length: this.#store.chunks.threads }, () => this.#lane(direct));
    const ends = await Promise.allSettled(lanes);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #lane(direct: DirectPath): Promise<void> {
    for (let from = this.#takeNext(); from < CHUNK_DIRECTORIES; from = this.#takeNext()) {
      const to = from + DIRECTORIES_A_PART;
      let next = from;
      while (next < to) {
        if (this.#isOver()) return;
        next = await this.#part(direct, next, to);
      }
    }
  }

  #isOver(): boolean {
    if (!this.#options.over?.aborted) return false;
    this.isWhole = false;
    return true;
  }

  #takeNext(): number {
    const from = this.#begun;
    this.#begun += DIRECTORIES_A_PART;
    return from;
  }

  async #part(direct: DirectPath, from: number, to: number): Promise<number> {
    const { marks, cutoffs, dryRun, sizes, noted = null } = this.#options;
    await this.#check();
    const times = { until: process.hrtime.bigint() + CHECK_NS, turn: TURN_NS };
    const place = { direct, marks, cutoffs, dryRun, sizes, noted, from, to, ...times };
    const part = await this.#store.chunks.sweep(place);
    addCounts(this.counts, part.counts);
    this.#report(part.next - from);
    if (part.failure) throw unpackError(part.failure);
    return part.next;
  }

  /** For backends that are reached by calls: none is made for a directory that is not there. */
  async objects(): Promise<void> {
    let part = -1;
    for (const number of await presentDirectories(this.#store.backend)) {
      const next = Math.floor(number / DIRECTORIES_A_PART);
      if (next !== part) {
        part = next;
        if (this.#isOver()) return;
        await this.#check();
        await setImmediate(); // memory answers at once, and others have work as well
      }
      if (!isSkipped(this.#noted, this.#options, number)) await this.#directory(number);
      this.#report(number + 1 - this.#done);
    }
    this.#report(CHUNK_DIRECTORIES - this.#done);
  }

  async #directory(number: number): Promise<void> {
    const prefix = chunkDirectoryName(number);
    const directory = below(CHUNK_ROOT, prefix);
    const counts = new DirectoryCount();
    const rest: string[] = [];
    for (const { name, kind } of await listOrNothing(this.#store.backend, directory)) {
      if (kind !== 'object' || !name.startsWith(prefix)) continue; // nobody would look for it here
      const slot = parseDigest(name) ? this.#marks.see(name) : -1;
      if (slot < 0) rest.push(name);
      else count(counts.used, await this.#sizeOf(below(directory, name), slot));
    }
    for (const name of rest) {
      const what = classifyName(name);
      if (what) await this.#object(below(directory, name), what, counts);
    }
    if (this.#options.dryRun) noteIfAny(this.#noted, number, counts);
    const part = newPart(0);
    counts.addTo(part, { onlyRemoved: false });
    addCounts(this.counts, part.counts);
    for (const { digest, sizeBytes } of part.removed) this.#store.chunks.noteRemoved(digest, sizeBytes);
  }

  async #sizeOf(key: string, slot: number): Promise<number> {
    if (!this.#options.sizes) return 0;
    const sizeBytes = (await this.#lookAt(key))?.sizeBytes ?? 0;
    this.#marks.noteSize(slot, sizeBytes);
    return sizeBytes;
  }

  async #object(key: string, what: ChunkName, counts: DirectoryCount): Promise<void> {
    const { cutoffs, dryRun } = this.#options;
    const seen = await this.#lookAt(key);
    if (!seen) return;
    const verdict = judge(isNeeded(what, this.#marks), seen.usedAt, cutoffs);
    if (verdict !== 'remove' || dryRun) {
      counts.add(what, verdict, seen.sizeBytes);
      return;
    }
    const isRemoved = await this.#store.chunks.holdShard(what.digest, () => this.#removeIfOld(key));
    if (isRemoved) counts.addRemoved(what, seen.sizeBytes);
    else counts.add(what, 'pending', seen.sizeBytes);
  }

  async #lookAt(key: string): Promise<{ usedAt: number; sizeBytes: number } | null> {
    const stat = await this.#store.backend.stat(key);
    return stat ? { usedAt: stat.accessedAt, sizeBytes: stat.sizeBytes } : null;
  }

  /** With the shard held: a backup that has just used it has touched it under the same lock. */
  async #removeIfOld(key: string): Promise<boolean> {
    const seen = await this.#lookAt(key);
    if (seen === null || judge(false, seen.usedAt, this.#options.cutoffs) !== 'remove') return false;
    await this.#check(); // much may have happened since the batch began: a call has no end that is known before
    await this.#store.backend.remove(key);
    return true;
  }

  async #check(): Promise<void> {
    this.#options.signal.throwIfAborted();
    await this.#options.check();
  }

  #report(directories: number): void {
    this.#done += directories;
    this.#options.report(this.#done);
  }
}

/** By number, in order. */
async function presentDirectories(backend: ObjectBackend): Promise<number[]> {
  const entries = await backend.list(CHUNK_ROOT);
  const numbers = entries.map(({ name }) => (CHUNK_DIRECTORY.test(name) ? Number.parseInt(name, 16) : -1));
  return numbers.filter((number) => number >= 0).sort((a, b) => a - b);
}

import { hash } from 'node:crypto';
import { CHUNK_MAX_BYTES, encodeChunk } from '#engine/chunks/data-blob.ts';
import type { SharedControl } from './shared-control.ts';
import type { SharedDigests } from './shared-digests.ts';

/** What is known of a chunk: from the snapshot before, from earlier in this backup, or not at all. */
export type Known = 'previous' | 'run' | null;

/** A chunk after hashing; with its blob when it has to be sent. */
export interface MadeChunk {
  archive: number;
  sequence: number;
  offset: number;
  sizeBytes: number;
  digest: Uint8Array<ArrayBuffer>;
  known: Known;
  /** Alone in its memory, so that it can move to another thread. */
  blob: Uint8Array<ArrayBuffer> | null;
}

export interface RawChunk {
  archive: number;
  sequence: number;
  offset: number;
  bytes: Uint8Array;
  /** Given when it is known without looking: a hole. */
  digest?: Uint8Array<ArrayBuffer>;
}

/** Hashes chunks, asks whether they are known, and compresses those that are not. Runs in threads. */
export class ChunkMaker {
  readonly #control: SharedControl;
  readonly #previous: SharedDigests;
  readonly #run: SharedDigests;
  readonly #scratch = Buffer.allocUnsafeSlow(CHUNK_MAX_BYTES);

  constructor(control: SharedControl, previous: SharedDigests, run: SharedDigests) {
    this.#control = control;
    this.#previous = previous;
    this.#run = run;
  }

  make(raw: RawChunk): MadeChunk {
    const digest = raw.digest ?? digestOf(raw.bytes);
    const { archive, sequence, offset } = raw;
    const place = { archive, sequence, offset, sizeBytes: raw.bytes.length, digest };
    if (this.#previous.has(digest)) return { ...place, known: 'previous', blob: null };
    if (!this.#run.add(digest)) return { ...place, known: 'run', blob: null };
    this.#control.takeCredit(raw.bytes.length);
    return { ...place, known: null, blob: encodeChunk(raw.bytes, this.#scratch) };
  }
}

function digestOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  // A small copy of its own: pooled memory cannot move to another thread.
  return Uint8Array.from(hash('sha256', bytes, 'buffer'));
}

/** The memory of a chunk that moves with the message instead of being copied. */
export function movable(chunk: MadeChunk): ArrayBuffer[] {
  return chunk.blob ? [chunk.digest.buffer, chunk.blob.buffer] : [chunk.digest.buffer];
}

import type { Digest } from '#engine/chunks/digest.ts';
import type { MakeMemory } from '#engine/threads/memory-shelf.ts';

/** Where a restore gets a snapshot from: a server by the network, or the datastore itself. */
export interface SnapshotSource {
  /** A file as it is stored; NAMESPACE_NOT_FOUND when it is not there. */
  download(name: string): Promise<Buffer>;
  /** A chunk of an index that was downloaded before, as it is stored: not checked yet. `digest` in hex. */
  chunk(digest: Digest, memory: MakeMemory): Promise<Buffer>;
  /** Hears of each chunk that could not be had or is not what its digest says. */
  damaged?: (digest: Digest) => void;
}

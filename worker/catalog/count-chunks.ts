import type { Entry } from '#engine/backends/backend.ts';
import {
  CHUNK_DIRECTORIES,
  CHUNK_ROOT,
  chunkDirectoryName,
  digestOfBadName,
} from '#engine/chunks/chunk-key.ts';
import type { ChunkCount, ChunkTotal } from '#engine/chunks/chunk-tally.ts';
import { type Digest, parseDigest } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import type { DamagedChunk } from '#engine/verify/bad-chunk.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import type { TaskContext } from '../tasks/task-context.ts';
import { replaceDamaged } from './damaged-chunks.ts';

const PARALLEL = 16;

type Counting = Pick<TaskContext<'datastore.rescan'>, 'worker' | 'signal' | 'progress'>;

/** Clocks of storage and server may differ by this much. */
const CLOCK_SLACK_MS = 60_000;

/** Counts the chunk files and their bytes, also those that backups add meanwhile. */
export async function countChunks(
  context: Counting,
  owned: OwnedDatastore,
  store: Datastore,
): Promise<ChunkTotal> {
  const { db, clock } = context.worker;
  const { tally } = store.chunks;
  const damaged: DamagedChunk[] = [];
  const count = tally.startCount(clock.now() - CLOCK_SLACK_MS);
  try {
    for (let first = 0; first < CHUNK_DIRECTORIES; first += PARALLEL) {
      context.signal.throwIfAborted();
      const numbers = Array.from({ length: PARALLEL }, (_, offset) => first + offset);
      const found = await Promise.all(numbers.map((number) => countDirectory(store, number, count)));
      damaged.push(...found.flat());
      context.progress({ phase: 'Chunks', done: first, total: CHUNK_DIRECTORIES, unit: 'directories' });
    }
    const total = await owned.chunkFigures.replace(tally, count);
    await replaceDamaged(db, owned.id, store, damaged);
    await owned.refreshStatus();
    return total;
  } finally {
    tally.endCount(count);
  }
}

/** Returns what was set aside in it. */
async function countDirectory(store: Datastore, number: number, count: ChunkCount): Promise<DamagedChunk[]> {
  const directory = `${CHUNK_ROOT}/${chunkDirectoryName(number)}`;
  const entries = await store.backend.list(directory);
  for (const entry of entries) {
    const digest = parseDigest(entry.name);
    if (digest === null) continue;
    const stat = await store.backend.stat(`${directory}/${entry.name}`);
    if (stat) count.saw(digest, stat.sizeBytes, stat.modifiedAt * 1000);
  }
  return setAsideIn(directory, entries);
}

/** Files under the name of a damaged chunk that has no sound one beside it. */
function setAsideIn(directory: string, entries: readonly Entry[]): DamagedChunk[] {
  const names = new Set(entries.map((entry) => entry.name));
  const found = new Map<Digest, DamagedChunk>();
  for (const name of names) {
    const digest = digestOfBadName(name);
    if (digest !== null && !names.has(digest))
      found.set(digest, { digest, setAsideAs: `${directory}/${name}` });
  }
  return [...found.values()];
}

import { eq, sql } from 'drizzle-orm';
import { announce } from '#drizzle/changes.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import type { Entry } from '#engine/backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from '#engine/chunks/chunk-key.ts';
import { type Digest, parseDigest } from '#engine/chunks/digest.ts';
import type { Datastore } from '#engine/datastore.ts';
import { type DamagedChunk, digestOfBadName } from '#engine/verify/bad-chunk.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import type { TaskContext } from '../tasks/task-context.ts';
import { replaceDamaged } from './damaged-chunks.ts';

const PARALLEL = 16;

type Counting = Pick<TaskContext<'datastore.rescan'>, 'worker' | 'signal' | 'progress'>;

/** Counts the chunk files and their bytes. Backups that run meanwhile are counted by themselves afterwards. */
export async function countChunks(
  context: Counting,
  owned: OwnedDatastore,
  store: Datastore,
): Promise<{ count: number; bytes: number }> {
  const total = { count: 0, bytes: 0 };
  const damaged: DamagedChunk[] = [];
  for (let first = 0; first < CHUNK_DIRECTORIES; first += PARALLEL) {
    context.signal.throwIfAborted();
    const numbers = Array.from({ length: PARALLEL }, (_, offset) => first + offset);
    const counts = await Promise.all(numbers.map((number) => countDirectory(store, number)));
    for (const { count, bytes, setAside } of counts) {
      total.count += count;
      total.bytes += bytes;
      damaged.push(...setAside);
    }
    context.progress({ phase: 'Chunks', done: first, total: CHUNK_DIRECTORIES, unit: 'directories' });
  }
  await context.worker.db
    .update(datastore)
    .set({ chunkCount: total.count, chunkBytes: total.bytes, chunksCountedAt: sql`now()` })
    .where(eq(datastore.id, owned.id));
  await replaceDamaged(context.worker.db, owned.id, store, damaged);
  await owned.refreshStatus();
  await announce(context.worker.db, 'datastore', owned.id, owned.id);
  return total;
}

interface Counted {
  count: number;
  bytes: number;
  setAside: DamagedChunk[];
}

async function countDirectory(store: Datastore, number: number): Promise<Counted> {
  const directory = `${CHUNK_ROOT}/${chunkDirectoryName(number)}`;
  const entries = await store.backend.list(directory);
  const total: Counted = { count: 0, bytes: 0, setAside: setAsideIn(directory, entries) };
  for (const entry of entries) {
    if (parseDigest(entry.name) === null) continue;
    const stat = await store.backend.stat(`${directory}/${entry.name}`);
    if (!stat) continue;
    total.count += 1;
    total.bytes += stat.sizeBytes;
  }
  return total;
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

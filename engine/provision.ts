import { isBackupError } from '#domain/errors.ts';
import type { TaskProgress } from '#domain/task.ts';
import type { ObjectBackend } from './backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from './chunks/chunk-key.ts';
import { below, PROCESS_LOCK_NAME } from './hierarchy/layout.ts';
import { IDENTITY_NAME, OWNER_RECORD_NAME, writeIdentity } from './identity.ts';

const PARALLEL = 32;
const DIRECTORIES_PER_REPORT = 2048;

export interface ProvisionOptions {
  backend: ObjectBackend;
  /** Identity of the new datastore. */
  uuid: string;
  /** Names this creation, for taking back what it made. */
  creationId: string;
  /** Milliseconds since 1970. */
  now: number;
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
}

/** Holds the id of the creation that is under way here; goes when it is complete. */
const MARKER_NAME = '.ibs-provisioning';
const MARKER_MAX_BYTES = 256;

/**
 * Lays out an empty datastore below the backend's root (docs/formats/datastore.md). The identity comes last: a place
 * without it is not a datastore. A marker that comes first tells what an interrupted creation has made from what
 * somebody else may have put there.
 */
export async function provisionDatastore(options: ProvisionOptions): Promise<void> {
  const { backend } = options;
  await backend.put(MARKER_NAME, Buffer.from(options.creationId), { exclusive: true, durable: true });
  await backend.makeDirectory(CHUNK_ROOT);
  await makeChunkDirectories(options);
  await backend.put(PROCESS_LOCK_NAME, Buffer.alloc(0));
  await backend.flush();
  options.signal.throwIfAborted();
  await writeIdentity(backend, options.uuid, options.now);
}

/** The creation is on record: from now on it is a datastore like any other. */
export async function completeProvision(backend: ObjectBackend): Promise<void> {
  await backend.remove(MARKER_NAME);
}

async function makeChunkDirectories({ backend, signal, report }: ProvisionOptions): Promise<void> {
  for (let first = 0; first < CHUNK_DIRECTORIES; first += PARALLEL) {
    signal.throwIfAborted();
    const names = Array.from({ length: PARALLEL }, (_, offset) => chunkDirectoryName(first + offset));
    await Promise.all(names.map((name) => backend.makeDirectory(below(CHUNK_ROOT, name))));
    if (first % DIRECTORIES_PER_REPORT === 0) {
      report({ phase: 'Chunk directories', done: first, total: CHUNK_DIRECTORIES, unit: 'directories' });
    }
  }
}

/** Takes away what this creation made, and only that: without its marker nothing is touched. */
export async function undoProvision(backend: ObjectBackend, creationId: string): Promise<boolean> {
  const marker = await backend.get(MARKER_NAME, MARKER_MAX_BYTES).catch((error) => {
    if (isBackupError(error, 'STORAGE_MISSING')) return null;
    throw error;
  });
  if (marker === null || Buffer.from(marker).toString() !== creationId) return false;
  await backend.remove(IDENTITY_NAME);
  await backend.remove(OWNER_RECORD_NAME);
  await backend.removeTree(CHUNK_ROOT);
  await backend.remove(PROCESS_LOCK_NAME);
  await backend.remove(MARKER_NAME);
  return true;
}

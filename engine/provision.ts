import * as fs from 'node:fs';
import { BackupError, isBackupError } from '#domain/errors.ts';
import type { TaskProgress } from '#domain/task.ts';
import type { ObjectBackend } from './backends/backend.ts';
import { errnoOf, fileError } from './backends/local/errors.ts';
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

/** Names the creation that is under way here, and notes once the chunks are its own; goes when it is complete. */
export const MARKER_NAME = '.ibs-provisioning';
const MARKER_MAX_BYTES = 256;
const CHUNKS_MADE = 'chunks made';

/** Nobody but the server looks at chunks. Set on the root whatever the umask of the process is; below it, it can only be less. */
const CHUNK_DIRECTORY_MODE = 0o750;

/**
 * Lays out an empty datastore below the backend's root (docs/formats/datastore.md). The identity comes last: a place
 * without it is not a datastore. A marker that comes first tells what an interrupted creation has made from what
 * somebody else may have put there. *Errors*: DATASTORE_PATH_NOT_EMPTY when somebody has.
 */
export async function provisionDatastore(options: ProvisionOptions): Promise<void> {
  const { backend } = options;
  await mark(options);
  await makeChunkRoot(options);
  await makeLockFile(options);
  await makeChunkDirectories(options);
  await backend.flush();
  options.signal.throwIfAborted();
  await writeIdentity(backend, options.uuid, options.now);
}

/** The creation is on record: from now on it is a datastore like any other. */
export async function completeProvision(backend: ObjectBackend): Promise<void> {
  await backend.remove(MARKER_NAME);
}

async function mark({ backend, creationId }: ProvisionOptions): Promise<void> {
  const bytes = Buffer.from(creationId);
  const made = await isMade(backend.put(MARKER_NAME, bytes, { exclusive: true, durable: true }));
  if (!made) throw occupied(MARKER_NAME);
}

async function makeChunkRoot({ backend, creationId }: ProvisionOptions): Promise<void> {
  if (!(await isMade(backend.makeDirectory(CHUNK_ROOT, { durable: true })))) {
    await backend.remove(MARKER_NAME);
    throw occupied(CHUNK_ROOT);
  }
  await setMode(backend, CHUNK_ROOT);
  await backend.put(MARKER_NAME, Buffer.from(`${creationId}\n${CHUNKS_MADE}`), { durable: true });
}

async function makeLockFile({ backend }: ProvisionOptions): Promise<void> {
  const empty = Buffer.alloc(0);
  if (await isMade(backend.put(PROCESS_LOCK_NAME, empty, { exclusive: true, durable: true }))) return;
  await backend.removeDirectory(CHUNK_ROOT);
  await backend.remove(MARKER_NAME);
  throw occupied(PROCESS_LOCK_NAME);
}

/** False when something of that name was there before. */
async function isMade(making: Promise<unknown>): Promise<boolean> {
  try {
    return (await making) !== false;
  } catch (error) {
    if (isBackupError(error, 'STORAGE_EXISTS')) return false;
    throw error;
  }
}

function occupied(name: string): BackupError {
  return new BackupError(
    'DATASTORE_PATH_NOT_EMPTY',
    `The directory is not empty: ${name} is there already.`,
    {
      field: 'path',
    },
  );
}

/** Where no flush of the whole filesystem is known to work, that of the last one flushes the names of all. */
async function makeChunkDirectories({ backend, signal, report }: ProvisionOptions): Promise<void> {
  const last = CHUNK_DIRECTORIES - 1;
  const make = (number: number) => {
    const key = below(CHUNK_ROOT, chunkDirectoryName(number));
    return backend.makeDirectory(key, { durable: number === last, mode: CHUNK_DIRECTORY_MODE });
  };
  for (let first = 0; first < last; first += PARALLEL) {
    signal.throwIfAborted();
    const length = Math.min(PARALLEL, last - first);
    await Promise.all(Array.from({ length }, (_, offset) => make(first + offset)));
    if (first % DIRECTORIES_PER_REPORT === 0) {
      report({ phase: 'Chunk directories', done: first, total: CHUNK_DIRECTORIES, unit: 'directories' });
    }
  }
  await make(last);
}

async function setMode(backend: ObjectBackend, key: string): Promise<void> {
  const { direct } = backend.traits;
  if (direct === null) return;
  try {
    await fs.promises.chmod(below(direct.access, key), CHUNK_DIRECTORY_MODE);
  } catch (error) {
    if (!WITHOUT_MODES.has(errnoOf(error) ?? 0)) throw fileError(error, below(direct.shown, key), 'write');
  }
}

/** EPERM ENOSYS EOPNOTSUPP: a filesystem that keeps no modes, on a directory of our own. */
const WITHOUT_MODES = new Set([1, 38, 95]);

/**
 * Takes away what this creation made, and only that: without its marker nothing is touched, and chunks only when it
 * notes that they are its own.
 */
export async function undoProvision(backend: ObjectBackend, creationId: string): Promise<boolean> {
  const marker = await readMarker(backend);
  if (marker?.creationId !== creationId) return false;
  if (marker.chunksMade) {
    for (const name of [IDENTITY_NAME, OWNER_RECORD_NAME, PROCESS_LOCK_NAME]) await backend.remove(name);
    await backend.removeTree(CHUNK_ROOT);
  } else {
    await backend.removeDirectory(CHUNK_ROOT); // made, but not noted yet: then it is empty
  }
  await backend.remove(MARKER_NAME);
  return true;
}

async function readMarker(
  backend: ObjectBackend,
): Promise<{ creationId: string; chunksMade: boolean } | null> {
  try {
    const text = Buffer.from(await backend.get(MARKER_NAME, MARKER_MAX_BYTES)).toString();
    const [creationId = '', note] = text.split('\n');
    return { creationId, chunksMade: note === CHUNKS_MADE };
  } catch (error) {
    if (isBackupError(error, 'STORAGE_MISSING')) return null;
    throw error;
  }
}

import type { Clock } from '#domain/clock.ts';
import type { SyncLevel } from '#domain/datastore.ts';
import { BackupError, type ErrorCode, isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from './backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from './chunks/chunk-key.ts';
import type { ChunkPool } from './chunks/chunk-pool.ts';
import { ChunkStore } from './chunks/chunk-store.ts';
import type { Datastore } from './datastore.ts';
import { PlacedIndexes } from './gc/placed-indexes.ts';
import { below, PROCESS_LOCK_NAME } from './hierarchy/layout.ts';
import {
  IDENTITY_NAME,
  OWNER_RECORD_NAME,
  type OwnerRecord,
  readIdentity,
  readOwnerRecord,
  writeOwnerRecord,
} from './identity.ts';
import { LockTable } from './locks/lock-table.ts';
import { ProcessLock } from './locks/process-lock.ts';
import { SeenTime } from './trash/seen-time.ts';

/** Another owner that was seen this recently may still be writing. */
const OWNER_SILENT_MS = 60_000;

export interface OpenOptions {
  backend: ObjectBackend;
  pool: ChunkPool;
  clock: Clock;
  syncLevel: SyncLevel;
  /** The identity that was recorded when the datastore was made or adopted. */
  uuid: string;
  owner: {
    workerId: string;
    host: string;
    epoch: number;
    /** Throws once another worker has taken over. */
    assertOwned: () => void;
    /** The same after reading who stands in the datastore; without, what `assertOwned` knows is enough. */
    assertStillOwned?: (store: Datastore) => Promise<void>;
    /** The owner that the file names is known to be gone, so its recent sign of life does not count. */
    isGone: (seen: OwnerRecord) => boolean;
    process?: OwnerRecord['process'];
  };
  /** A flush failed, or the filesystem turned read-only: called once, with the reason for people. */
  suspect: (reason: string) => void;
  /** Without: always. Where nothing should be written, a refusal as read-only says nothing of what was. */
  expectsWrites?: () => boolean;
  /** A call failed for a reason that lies with the storage: worth a look at it. */
  onTrouble?: () => void;
}

/**
 * Opens a datastore for this process: checks that it is the recorded one, claims it, assembles the engine. Where nothing
 * can be written it is opened unclaimed: restores must work from a disk that is full or mounted read-only.
 * *Errors*: DATASTORE_IDENTITY_MISMATCH when it is not there or another one, DATASTORE_IN_USE when somebody
 * else was seen on it in the last minute.
 */
export async function openDatastore(options: OpenOptions): Promise<Datastore> {
  const { backend, clock, syncLevel } = options;
  await checkIdentity(backend, options.uuid);
  const lastSign = await backend.stat(OWNER_RECORD_NAME); // which we are about to replace
  const { epoch, unclaimed } = await claim(options);
  let flushFailed = false;
  backend.onFlushFailed = (error) => {
    const isAccident = options.expectsWrites?.() ?? true;
    if (error.code === 'STORAGE_READ_ONLY' && (unclaimed !== null || !isAccident)) return;
    if (!flushFailed) options.suspect(suspicion(error));
    flushFailed = true;
  };
  backend.onTrouble = options.onTrouble ?? null;
  const flushesChunks = syncLevel === 'file';
  const processLock = openLock(options, unclaimed);
  const { assertOwned, assertStillOwned = async () => assertOwned() } = options.owner;
  const store: Datastore = {
    backend,
    chunks: new ChunkStore({ backend, pool: options.pool, durable: flushesChunks }),
    locks: new LockTable(clock),
    processLock,
    placed: new PlacedIndexes(),
    damaged: new Set(),
    syncLevel,
    flushesChunks,
    clock,
    seenTime: new SeenTime(clock, lastSign ? lastSign.modifiedAt * 1000 : null),
    epoch,
    unclaimed,
    assertOwned,
    assertStillOwned: () => assertStillOwned(store),
    flushFailed: () => flushFailed,
    close: async () => {
      await processLock.close();
      await backend.close();
    },
  };
  return store;
}

/** On a filesystem that is mounted read-only no lock can be had; nor can anybody collect there. */
function openLock({ backend, clock }: OpenOptions, unclaimed: BackupError | null): ProcessLock {
  const { direct } = backend.traits;
  if (direct === null) return ProcessLock.open(null, clock);
  try {
    return ProcessLock.open(below(direct.access, PROCESS_LOCK_NAME), clock);
  } catch (error) {
    if (unclaimed === null || isBackupError(error)) throw error;
    return ProcessLock.open(null, clock);
  }
}

function suspicion(error: BackupError): string {
  return `${error.message} What was written before may be lost.`;
}

/** An empty mount point, another disk and a half-copied tree are all told from the real thing. */
export async function checkIdentity(backend: ObjectBackend, uuid: string): Promise<void> {
  const identity = await readIdentity(backend);
  if (identity === null) throw mismatch(`${IDENTITY_NAME} is missing: the filesystem may not be mounted`);
  if (identity.uuid !== uuid) throw mismatch(`it has the identity ${identity.uuid} instead of ${uuid}`);
  for (const number of [0, CHUNK_DIRECTORIES - 1]) {
    const key = below(CHUNK_ROOT, chunkDirectoryName(number));
    await backend.list(key).catch((error) => {
      throw isBackupError(error, 'STORAGE_MISSING') ? mismatch(`${key} is missing`) : error;
    });
  }
}

interface Claim {
  epoch: number;
  unclaimed: BackupError | null;
}

/**
 * Writes us into the datastore as its owner. The epoch never falls, whatever the database remembers, and grows with every
 * new owner: who was paused for long sees by it that he is none any more.
 */
async function claim(options: OpenOptions): Promise<Claim> {
  const { backend, clock, owner } = options;
  const seen = await readOwnerRecord(backend);
  const isOther = seen !== null && seen.workerId !== owner.workerId;
  if (isOther && clock.now() - seen.seenAt < OWNER_SILENT_MS && !owner.isGone(seen)) throw inUse(seen);
  const epoch = Math.max(owner.epoch, seen?.epoch ?? 0) + (isOther ? 1 : 0);
  const { workerId, host, process } = owner;
  const record = { workerId, host, epoch, seenAt: clock.now(), ...(process && { process }) };
  try {
    await writeOwnerRecord(backend, record, { durable: true });
    return { epoch, unclaimed: null };
  } catch (error) {
    if (isBackupError(error, ...UNWRITABLE)) return { epoch, unclaimed: error };
    throw error;
  }
}

const UNWRITABLE: ErrorCode[] = [
  'STORAGE_FULL',
  'STORAGE_READ_ONLY',
  'STORAGE_DENIED',
  'STORAGE_UNREACHABLE',
];

function inUse(seen: OwnerRecord): BackupError {
  return new BackupError('DATASTORE_IN_USE', `Another server on ${seen.host} uses the datastore.`, {
    hint: 'If that server is gone for good, this resolves by itself within a minute or two.',
  });
}

function mismatch(why: string): BackupError {
  return new BackupError('DATASTORE_IDENTITY_MISMATCH', `This is not the recorded datastore: ${why}.`, {
    hint: 'Mount the right filesystem, then probe again.',
  });
}

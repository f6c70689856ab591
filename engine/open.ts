import type { Clock } from '#domain/clock.ts';
import type { SyncLevel } from '#domain/datastore.ts';
import { BackupError, isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from './backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from './chunks/chunk-key.ts';
import type { ChunkPool } from './chunks/chunk-pool.ts';
import { ChunkStore } from './chunks/chunk-store.ts';
import type { Datastore } from './datastore.ts';
import { below, PROCESS_LOCK_NAME } from './hierarchy/layout.ts';
import { IDENTITY_NAME, readIdentity, readOwnerRecord, writeOwnerRecord } from './identity.ts';
import { LockTable } from './locks/lock-table.ts';
import { ProcessLock } from './locks/process-lock.ts';

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
    /** The worker that the file names is known to be gone, so its recent sign of life does not count. */
    isGone: (workerId: string) => boolean;
  };
  /** A flush failed: called once, with the reason for people. */
  suspect: (reason: string) => void;
}

/**
 * Opens a datastore for this process: checks that it is the recorded one, claims it, assembles the engine.
 * *Errors*: DATASTORE_IDENTITY_MISMATCH when it is not there or another one, DATASTORE_IN_USE when somebody
 * else was seen on it in the last minute.
 */
export async function openDatastore(options: OpenOptions): Promise<Datastore> {
  const { backend, clock, syncLevel } = options;
  await checkIdentity(backend, options.uuid);
  const epoch = await claim(options);
  let flushFailed = false;
  backend.onFlushFailed = (error) => {
    if (!flushFailed) options.suspect(suspicion(error));
    flushFailed = true;
  };
  const { direct } = backend.traits;
  const processLock = ProcessLock.open(
    direct === null ? null : below(direct.access, PROCESS_LOCK_NAME),
    clock,
  );
  return {
    backend,
    chunks: new ChunkStore({ backend, pool: options.pool, durable: syncLevel === 'file' }),
    locks: new LockTable(clock),
    processLock,
    damaged: new Set(),
    syncLevel,
    clock,
    epoch,
    assertOwned: options.owner.assertOwned,
    flushFailed: () => flushFailed,
    close: async () => {
      await processLock.close();
      await backend.close();
    },
  };
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

/** Writes us into the datastore as its owner. The epoch never falls, whatever the database remembers. */
async function claim(options: OpenOptions): Promise<number> {
  const { backend, clock, owner } = options;
  const seen = await readOwnerRecord(backend);
  const foreign = seen !== null && seen.workerId !== owner.workerId && !owner.isGone(seen.workerId);
  if (foreign && clock.now() - seen.seenAt < OWNER_SILENT_MS) {
    throw new BackupError(
      'DATASTORE_IN_USE',
      `Another server on ${seen.host} used the datastore a moment ago.`,
      {
        hint: 'If that server is gone for good, this resolves by itself within a minute.',
      },
    );
  }
  const epoch = Math.max(owner.epoch, (seen?.epoch ?? 0) + (foreign ? 1 : 0));
  const record = { workerId: owner.workerId, host: owner.host, epoch, seenAt: clock.now() };
  await writeOwnerRecord(backend, record, { durable: true });
  return epoch;
}

function mismatch(why: string): BackupError {
  return new BackupError('DATASTORE_IDENTITY_MISMATCH', `This is not the recorded datastore: ${why}.`, {
    hint: 'Mount the right filesystem, then probe again.',
  });
}

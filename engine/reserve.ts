import { randomBytes } from 'node:crypto';
import { isBackupError } from '#domain/errors.ts';
import type { ObjectBackend } from './backends/backend.ts';

/**
 * A file that keeps some space for what gives space back (docs/reliability.md). On a filesystem without a free block even
 * moving a snapshot to the trash needs one for a directory; the file goes then, and comes back once there is room.
 */

export const RESERVE_NAME = '.ibs-reserve';
/** Enough for the directories of some thousand snapshots that go. */
export const RESERVE_BYTES = 8 * 1024 * 1024;
/** Unless so many times as much is free, it is not made: what runs needs the space more. */
const ROOM = 2;
const PIECE_BYTES = 1024 * 1024;

/**
 * Makes the file unless it is there whole. False where there is no room for it, or nothing can be written: then it is made
 * another time. Random bytes, since a filesystem that compresses would keep nothing free for zeros.
 */
export async function ensureReserve(backend: ObjectBackend): Promise<boolean> {
  if ((await backend.stat(RESERVE_NAME))?.sizeBytes === RESERVE_BYTES) return true;
  if (backend.traits.knowsCapacity) {
    const { availableBytes } = await backend.capacity();
    if (availableBytes < ROOM * RESERVE_BYTES) return false;
  }
  try {
    await write(backend);
    return true;
  } catch (error) {
    if (isBackupError(error, 'STORAGE_FULL', 'STORAGE_READ_ONLY', 'STORAGE_DENIED')) return false;
    throw error;
  }
}

async function write(backend: ObjectBackend): Promise<void> {
  const file = await backend.stage(RESERVE_NAME);
  try {
    for (let at = 0; at < RESERVE_BYTES; at += PIECE_BYTES) await file.write(randomBytes(PIECE_BYTES), at);
    await file.commit();
  } catch (error) {
    await file.abort();
    throw error;
  }
}

/**
 * Runs what leads to free space. Where it finds no space left, the reserve goes and it is run once more: it must be such
 * that a part of it that was done already does no harm.
 */
export async function withReserve<Result>(
  backend: ObjectBackend,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isBackupError(error, 'STORAGE_FULL') || !(await release(backend))) throw error;
    return work();
  }
}

/** False when there was none. */
async function release(backend: ObjectBackend): Promise<boolean> {
  if ((await backend.stat(RESERVE_NAME)) === undefined) return false;
  await backend.remove(RESERVE_NAME);
  return true;
}

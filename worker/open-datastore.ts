import { hostname } from 'node:os';
import type { Clock } from '#domain/clock.ts';
import { BackupError, unreachable } from '#domain/errors.ts';
import type { DatastoreConfig, datastore } from '#drizzle/schema/datastore.ts';
import type { ObjectBackend } from '#engine/backends/backend.ts';
import { judgeFilesystem } from '#engine/backends/local/filesystems.ts';
import { LocalBackend } from '#engine/backends/local/local-backend.ts';
import { mountOf } from '#engine/backends/local/mount.ts';
import type { ChunkPool } from '#engine/chunks/chunk-pool.ts';
import type { Datastore } from '#engine/datastore.ts';
import { openDatastore } from '#engine/open.ts';

export type DatastoreRow = typeof datastore.$inferSelect;

export interface OpenContext {
  pool: ChunkPool;
  clock: Clock;
  workerId: string;
  epoch: number;
  assertOwned: () => void;
  isGone: (workerId: string) => boolean;
  suspect: (reason: string) => void;
}

/** From a record to an open engine. The only switch on the kind of a datastore. */
export async function openFromRow(row: DatastoreRow, context: OpenContext): Promise<Datastore> {
  if (row.identity === null) {
    throw new BackupError('DATASTORE_LAYOUT_INVALID', `The datastore ${row.name} was never completed.`);
  }
  const backend = makeBackend(row.config);
  try {
    const { defaultSyncLevel } = backend.traits;
    // Where a flush of the whole filesystem is not known to work, every file is flushed on its own.
    const syncLevel = defaultSyncLevel === 'file' ? 'file' : row.syncLevel;
    return await openDatastore({
      backend,
      pool: context.pool,
      clock: context.clock,
      syncLevel,
      uuid: row.identity,
      owner: {
        workerId: context.workerId,
        host: hostname(),
        epoch: context.epoch,
        assertOwned: context.assertOwned,
        isGone: context.isGone,
      },
      suspect: context.suspect,
    });
  } catch (error) {
    await backend.close();
    throw error;
  }
}

export function makeBackend(config: DatastoreConfig): ObjectBackend {
  switch (config.kind) {
    case 'local': {
      const { syncLevel } = judgeFilesystem(mountOf(config.path));
      return new LocalBackend(config.path, {
        keepsAccessTime: true,
        knowsCapacity: true,
        defaultSyncLevel: syncLevel,
      });
    }
    default:
      return unreachable(config.kind);
  }
}

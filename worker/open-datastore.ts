import { stat } from 'node:fs/promises';
import type { SyncLevel } from '#domain/datastore.ts';
import { BackupError, unreachable } from '#domain/errors.ts';
import type { DatastoreConfig, datastore } from '#drizzle/schema/datastore.ts';
import type { ObjectBackend } from '#engine/backends/backend.ts';
import { judgeFilesystem } from '#engine/backends/local/filesystems.ts';
import { LocalBackend } from '#engine/backends/local/local-backend.ts';
import { mountOf } from '#engine/backends/local/mount.ts';
import { placeOf } from '#engine/backends/local/open-root.ts';
import type { Datastore } from '#engine/datastore.ts';
import { type OpenOptions, openDatastore } from '#engine/open.ts';
import { answered } from './answered.ts';

export type DatastoreRow = typeof datastore.$inferSelect;

export type OpenContext = Omit<OpenOptions, 'backend' | 'uuid' | 'syncLevel'>;

/** From a record to an open engine. The only switch on the kind of a datastore. */
export async function openFromRow(row: DatastoreRow, context: OpenContext): Promise<Datastore> {
  if (row.identity === null) {
    throw new BackupError('DATASTORE_LAYOUT_INVALID', `The datastore ${row.name} was never completed.`);
  }
  const backend = makeBackend(row.config);
  try {
    const syncLevel = syncLevelOf(row, backend);
    return await openDatastore({ ...context, backend, syncLevel, uuid: row.identity });
  } catch (error) {
    await backend.close();
    throw error;
  }
}

/** Where a flush of the whole filesystem is not known to work, every file is flushed on its own. */
function syncLevelOf({ syncLevel }: Pick<DatastoreRow, 'syncLevel'>, { traits }: ObjectBackend): SyncLevel {
  return traits.defaultSyncLevel === 'file' ? 'file' : syncLevel;
}

/** Whether a level that was chosen while the datastore is open is reached only by opening it anew. */
export function needsReopening(store: Datastore, row: DatastoreRow): boolean {
  return store.flushesChunks !== (syncLevelOf(row, store.backend) === 'file');
}

/**
 * The same datastore for what begins from now on; what runs keeps the level that it began with. Chunks are flushed one by
 * one or not, as they were when it was opened: until that changes, a flush of the whole filesystem promises the same.
 */
export function followSyncLevel(store: Datastore, row: DatastoreRow): Datastore {
  const wanted = syncLevelOf(row, store.backend);
  const syncLevel = wanted === 'file' && !store.flushesChunks ? 'filesystem' : wanted;
  return store.syncLevel === syncLevel ? store : { ...store, syncLevel };
}

/** A remount leaves the engine on the filesystem that was there before, while a probe goes by the path. */
export async function leadsElsewhere(path: string, { backend }: Datastore): Promise<boolean> {
  const { direct } = backend.traits;
  const found = await answered(stat(path, { bigint: true }).catch(() => null));
  return direct !== null && found !== null && placeOf(found) !== direct.place;
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

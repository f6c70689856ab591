import * as fs from 'node:fs';
import { eq } from 'drizzle-orm';
import { asBackupError, BackupError } from '#domain/errors.ts';
import { datastorePath } from '#domain/permissions.ts';
import { formatCount } from '#domain/units.ts';
import { announce } from '#drizzle/changes.ts';
import { removeGrantsBelow } from '#drizzle/permissions.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { cancelQueuedTasks } from '#drizzle/tasks.ts';
import type { ObjectBackend } from '#engine/backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from '#engine/chunks/chunk-key.ts';
import { IDENTITY_NAME, OWNER_RECORD_NAME } from '#engine/identity.ts';
import { checkIdentity } from '#engine/open.ts';
import { makeBackend } from '../open-datastore.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

/** Everything that belongs to a datastore, in the order in which it goes: content first, chunks last. */
const CONTENT = ['vm', 'ct', 'host', 'ns'];
const REST = ['.gc-status', '.lock', OWNER_RECORD_NAME, IDENTITY_NAME];

/** Directories that are removed side by side; a divisor of their number. */
const AT_ONCE = 32;
/** So that somebody who watches sees that it goes on. */
const LOGGED_EVERY = 8192;

/** Removes the record; with `destroyData` also what the datastore holds, and nothing else that lies there. */
export const handleRemove: TaskHandler<'datastore.remove'> = async (context) => {
  const owned = ownedBy(context);
  const { name } = owned;
  const { path } = owned.row.config;
  await owned.reload();
  try {
    if (owned.operations.count > 0) {
      throw new BackupError('DATASTORE_BUSY', `${name} is in use: ${owned.operations.list().join(', ')}.`, {
        hint: 'Wait for it, or cancel it first.',
      });
    }
    await owned.refreshStatus(); // closes the engine, so that nothing new can start
    if (context.payload.destroyData) await destroy(context, owned);
  } catch (error) {
    await context.worker.db.update(datastore).set({ phase: 'ready' }).where(eq(datastore.id, owned.id));
    await owned.refreshStatus();
    throw error;
  }
  await forget(context, owned);
  await context.ownership.drop(owned.id);
  const outcome = context.payload.destroyData
    ? `${name} and its data are gone.`
    : `${name} is no longer configured; its data stays in ${path}.`;
  return { outcome };
};

/** The record and all that hangs on it, at once: a later datastore of the same name inherits nothing. */
async function forget(context: TaskContext<'datastore.remove'>, { id, name }: OwnedDatastore): Promise<void> {
  await context.worker.db.transaction(async (tx) => {
    const grants = await removeGrantsBelow(tx, datastorePath(name), context.createdBy);
    if (grants > 0) context.log('info', `Grants on ${name} and its namespaces that went with it: ${grants}.`);
    await cancelQueuedTasks(tx, id, `The datastore ${name} was removed before this could start.`);
    await tx.delete(datastore).where(eq(datastore.id, id));
    await announce(tx, 'datastore', id);
  });
}

async function destroy(context: TaskContext<'datastore.remove'>, owned: OwnedDatastore): Promise<void> {
  const { path } = owned.row.config;
  const backend = makeBackend(owned.row.config);
  try {
    // Never on a mount point that has lost its filesystem, nor on another disk.
    if (owned.row.identity) await checkIdentity(backend, owned.row.identity);
    context.log('warning', `Destroying all backups in ${path}.`);
    for (const key of CONTENT) {
      context.progress({ phase: `Snapshots in ${key}` });
      await backend.removeTree(key);
    }
    await removeChunks(context, backend);
    for (const key of REST) await backend.remove(key);
  } finally {
    await backend.close();
  }
  try {
    fs.rmdirSync(path);
  } catch (error) {
    context.log(
      'info',
      `${path} itself stays: ${asBackupError(error).detail?.split('\n')[0] ?? 'it is in use'}.`,
    );
  }
}

async function removeChunks(context: TaskContext<'datastore.remove'>, backend: ObjectBackend): Promise<void> {
  context.log('info', 'Removing 65 536 chunk directories, one by one. On a busy disk that takes minutes.');
  for (let first = 0; first < CHUNK_DIRECTORIES; first += AT_ONCE) {
    context.signal.throwIfAborted();
    const numbers = Array.from({ length: AT_ONCE }, (_, offset) => first + offset);
    await Promise.all(
      numbers.map((number) => backend.removeTree(`${CHUNK_ROOT}/${chunkDirectoryName(number)}`)),
    );
    const done = first + AT_ONCE;
    context.progress({ phase: 'Chunks', done, total: CHUNK_DIRECTORIES, unit: 'directories' });
    if (done % LOGGED_EVERY === 0) context.log('info', `${formatCount(done)} chunk directories are gone.`);
  }
  await backend.removeTree(CHUNK_ROOT);
}

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
import { PROCESS_LOCK_NAME } from '#engine/hierarchy/layout.ts';
import { MOVES_ROOT } from '#engine/hierarchy/move-journal.ts';
import { IDENTITY_NAME, OWNER_RECORD_NAME, readIdentity } from '#engine/identity.ts';
import { MARKER_NAME } from '#engine/provision.ts';
import { RESERVE_NAME } from '#engine/reserve.ts';
import { TRASH_ROOT } from '#engine/trash/trash-layout.ts';
import { makeBackend } from '../open-datastore.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { requireStill } from './rights-now.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

/**
 * Everything that belongs to a datastore, in the order in which it goes: content first, then chunks. By its identity a
 * removal that was interrupted is known, so that goes last.
 */
const CONTENT = ['vm', 'ct', 'host', 'ns', TRASH_ROOT, MOVES_ROOT];
const REST = [
  ...['.gc-status', RESERVE_NAME, PROCESS_LOCK_NAME, MARKER_NAME, OWNER_RECORD_NAME, IDENTITY_NAME],
];

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
    await requireStill(context, name, 'Datastore.Allocate');
    if (owned.operations.count > 0) {
      throw new BackupError('DATASTORE_BUSY', `${name} is in use: ${owned.operations.list().join(', ')}.`, {
        hint: 'Wait for it, or cancel it first.',
      });
    }
    await owned.refreshStatus(); // closes the engine, so that nothing new can start
    if (context.payload.destroyData) await destroy(context, owned);
  } catch (error) {
    if (context.worker.stopping.aborted) throw error; // the next worker goes on
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
  if (context.retried && (await isGone(context, owned))) {
    context.log('info', 'The lost attempt had removed everything.');
    return;
  }
  const backend = makeBackend(owned.row.config);
  try {
    await refuseOther(backend, owned);
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
  await fs.promises.rmdir(path).catch((error) => {
    context.log(
      'info',
      `${path} itself stays: ${asBackupError(error).detail?.split('\n')[0] ?? 'it is in use'}.`,
    );
  });
}

/** Nothing of it is left on the filesystem that it was on; a mount point that has lost its filesystem is another. */
async function isGone(
  { worker }: TaskContext<'datastore.remove'>,
  { row }: OwnedDatastore,
): Promise<boolean> {
  const { path, mount: recorded } = row.config;
  const look = { path, nowMs: worker.clock.now(), tryAccessTime: 'never' as const };
  const { mount, entries } = await worker.probes.inspect(look);
  if (mount?.type !== recorded?.type || mount?.mountPoint !== recorded?.mountPoint) return false;
  return !entries.some((name) => name === CHUNK_ROOT || REST.includes(name));
}

/**
 * Never on a mount point that has lost its filesystem, nor on another disk. The identity is enough: of a removal that was
 * interrupted, the rest may be gone.
 */
async function refuseOther(backend: ObjectBackend, { name, row }: OwnedDatastore): Promise<void> {
  const found = await readIdentity(backend);
  if (row.identity !== null && found?.uuid === row.identity) return;
  const why = found ? `the identity there is ${found.uuid}` : `${IDENTITY_NAME} is missing`;
  throw new BackupError(
    'DATASTORE_IDENTITY_MISMATCH',
    `What is in ${row.config.path} is not ${name}: ${why}.`,
    {
      hint: 'Mount the right filesystem, or remove the datastore without its data.',
    },
  );
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

import { randomUUID } from 'node:crypto';
import type { AdoptDatastoreInput, CreateDatastoreInput, SyncLevel } from '#domain/datastore.ts';
import { isBelowRoot, pathsOverlap } from '#domain/datastore.ts';
import { BackupError } from '#domain/errors.ts';
import { firstJobs } from '#domain/job.ts';
import { announce } from '#drizzle/changes.ts';
import { isUniqueViolation, type Transaction } from '#drizzle/client.ts';
import { insertJobs } from '#drizzle/jobs.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { readSetting } from '#drizzle/settings.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { startTask } from '../start-task.ts';

/**
 * Starts the creation of a datastore. What can be refused without looking at the disk is refused here; the task
 * looks at the disk, and takes the row away again if it fails.
 */
export async function createDatastore(
  context: ServiceContext,
  input: CreateDatastoreInput,
): Promise<{ taskId: string }> {
  await requirePrivilege(context, '/datastore', 'Datastore.Allocate');
  return begin(context, 'datastore.create', input, input.syncLevel);
}

/** Takes over a directory that already is a datastore, made by this product or by a Proxmox Backup Server. */
export async function adoptDatastore(
  context: ServiceContext,
  input: AdoptDatastoreInput,
): Promise<{ taskId: string }> {
  await requirePrivilege(context, '/datastore', 'Datastore.Allocate');
  return begin(context, 'datastore.adopt', input, 'filesystem');
}

async function begin(
  context: ServiceContext,
  kind: 'datastore.create' | 'datastore.adopt',
  input: AdoptDatastoreInput,
  syncLevel: SyncLevel,
): Promise<{ taskId: string }> {
  const id = randomUUID();
  const { sameFilesystemReason } = input;
  const payload = { datastoreId: id, ...(sameFilesystemReason ? { sameFilesystemReason } : {}) };
  const detail = { path: input.path, ...(sameFilesystemReason ? { sameFilesystemReason } : {}) };
  const start = { kind, payload, datastore: { id, name: input.name }, subject: input.name, detail };
  try {
    return await startTask(context, start, async (tx) => {
      await checkPlace(tx, input);
      await tx.insert(datastore).values({
        id,
        name: input.name,
        kind: input.type,
        config: { kind: input.type, path: input.path, mount: null },
        comment: input.comment,
        trashDays: input.trashDays,
        verifyNew: input.verifyNew,
        syncLevel,
        createdBy: actor(context).principal,
      });
      await insertJobs(tx, id, firstJobs(input), context.clock.now());
      await announce(tx, 'datastore', id, id);
    });
  } catch (error) {
    if (!isUniqueViolation(error, 'datastore_name')) throw error;
    throw nameTaken(input.name);
  }
}

function nameTaken(name: string): BackupError {
  return new BackupError('DATASTORE_EXISTS', `There is a datastore ${name} already.`, {
    field: 'name',
    hint: 'Choose another name.',
  });
}

/** Asked again by the task, under a lock; here it spares the wait. */
async function checkPlace(tx: Transaction, { name, path }: AdoptDatastoreInput): Promise<void> {
  const roots = await readSetting(tx, 'allowedRoots');
  if (!isBelowRoot(path, roots)) {
    throw new BackupError('DATASTORE_PATH_NOT_ALLOWED', `${path} is outside the allowed roots.`, {
      field: 'path',
      hint: `Choose a directory below ${roots.join(', ')}, or add a root in the settings.`,
    });
  }
  const others = await tx.select({ name: datastore.name, config: datastore.config }).from(datastore);
  // Said first: whoever sends the same again wants to hear that it is there.
  if (others.some((other) => other.name === name)) throw nameTaken(name);
  const clash = others.find((other) => pathsOverlap(other.config.path, path));
  if (!clash) return;
  throw new BackupError('DATASTORE_PATH_OVERLAP', `${path} overlaps with the datastore ${clash.name}.`, {
    field: 'path',
    hint: 'One garbage collection would delete the chunks of the other; choose a directory outside of it.',
  });
}

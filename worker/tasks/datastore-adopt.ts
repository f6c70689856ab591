import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { asBackupError, BackupError } from '#domain/errors.ts';
import { countOf } from '#domain/units.ts';
import { announce } from '#drizzle/changes.ts';
import { isUniqueViolation } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import type { ObjectBackend } from '#engine/backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from '#engine/chunks/chunk-key.ts';
import { PROCESS_LOCK_NAME } from '#engine/hierarchy/layout.ts';
import {
  IDENTITY_NAME,
  OWNER_RECORD_NAME,
  readIdentity,
  readOwnerRecord,
  writeIdentity,
} from '#engine/identity.ts';
import { ProcessLock } from '#engine/locks/process-lock.ts';
import { lastChunkChange } from '#engine/probe/last-change.ts';
import { RESERVE_NAME } from '#engine/reserve.ts';
import { countChunks } from '../catalog/count-chunks.ts';
import { reconcileCatalog } from '../catalog/reconcile.ts';
import { makeBackend } from '../open-datastore.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import { inspectForDatastore, sameIdentity } from '../place-report.ts';
import { probeNow } from '../prober.ts';
import { proveAccessTimes, throwIfRefused } from './datastore-create.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

type Adoption = TaskContext<'datastore.adopt'>;

/** A server that was seen on the datastore this recently may come back. */
const SILENT_MS = 60_000;

/** Nobody here knows what its last server had flushed: so much in front of the last change counts as not flushed. */
const UNFLUSHED_MS = 24 * 3600 * 1000;

/** What was written into the datastore, to be taken out again when nothing comes of it. */
interface Written {
  identity: boolean;
  owner: boolean;
}

/** Takes over an existing datastore: looks first, then writes no more than its identity file. */
export const handleAdopt: TaskHandler<'datastore.adopt'> = async (context) => {
  const { worker, log } = context;
  const owned = ownedBy(context);
  const { path } = owned.row.config;
  const written: Written = { identity: false, owner: false };
  try {
    await refuseUnfit(context, path);
    await takeOver(context, written);
    context.progress({ phase: 'Probe' });
    const probe = await probeNow(worker, owned);
    if (!probe.reachable) throw new BackupError('DATASTORE_OFFLINE', probe.reason);
    const options = { full: true, signal: context.signal, report: context.progress };
    const found = await reconcileCatalog(worker.db, owned.writer(), owned.id, options);
    await countChunks(context, owned, owned.writer());
    const outcome = `${owned.name} is ${owned.row.status}: ${countOf(found.snapshots, 'snapshot')} in ${countOf(found.groups, 'group')}.`;
    log('info', outcome);
    return { outcome, result: { ...found, name: owned.name, path } };
  } catch (error) {
    if (!worker.stopping.aborted) await giveBack(context, owned, written);
    throw error;
  }
};

async function refuseUnfit(context: Adoption, path: string): Promise<void> {
  context.progress({ phase: 'Checks' });
  const question = { path, purpose: 'adopt' as const, ignoreId: context.payload.datastoreId };
  const report = await inspectForDatastore(context.worker, question);
  throwIfRefused(report, context.payload.sameFilesystemReason);
}

async function takeOver(context: Adoption, written: Written): Promise<void> {
  const { worker, payload } = context;
  const owned = ownedBy(context);
  const { config } = owned.row;
  const backend = makeBackend(config);
  let lock: ProcessLock | null = null;
  try {
    await checkLayout(context, backend);
    lock = lockAlone(context, backend);
    written.owner = await refuseStrangers(context, backend);
    const changedAt = await lastChunkChange(backend, context.signal);
    const identity = await claimIdentity(context, backend);
    const mount = await proveAccessTimes(context, config.path);
    written.identity = await addIdentity(context, backend, identity);
    const lastSyncAt = new Date(Math.min(changedAt ?? 0, worker.clock.now()) - UNFLUSHED_MS);
    context.log('info', `Chunks written since ${lastSyncAt.toISOString()} are checked in the background.`);
    await worker.db
      .update(datastore)
      .set({ phase: 'ready', config: { ...config, mount }, lastSyncAt, cleanlyClosed: 0 })
      .where(eq(datastore.id, payload.datastoreId));
  } finally {
    await lock?.close();
    await backend.close();
  }
  await owned.reload();
}

/** Held while we look. Null when a lost attempt came so far that the datastore is open: then we have it ourselves. */
function lockAlone(context: Adoption, backend: ObjectBackend): ProcessLock | null {
  const { direct } = backend.traits;
  if (direct === null || ownedBy(context).isOpen) return null;
  return ProcessLock.openAlone(`${direct.access}/${PROCESS_LOCK_NAME}`, context.worker.clock);
}

/** True when no server has ever written itself into the datastore. */
async function refuseStrangers(context: Adoption, backend: ObjectBackend): Promise<boolean> {
  const owner = await readOwnerRecord(backend);
  if (owner === null) return true;
  const silentMs = context.worker.clock.now() - owner.seenAt;
  if (silentMs >= SILENT_MS || (await isOurs(context, owner.workerId))) return false;
  throw new BackupError(
    'DATASTORE_IN_USE',
    `A server on ${owner.host} used this datastore less than a minute ago.`,
    {
      hint: 'Remove it from that server first, or wait a minute after that server has ended.',
    },
  );
}

/** Recorded before it is written: of two adoptions of one directory only one comes so far. */
async function claimIdentity(context: Adoption, backend: ObjectBackend): Promise<string> {
  const { worker, payload } = context;
  const identity = (await readIdentity(backend))?.uuid ?? ownedBy(context).row.identity ?? randomUUID();
  try {
    await worker.db.update(datastore).set({ identity }).where(eq(datastore.id, payload.datastoreId));
    return identity;
  } catch (error) {
    if (!isUniqueViolation(error, 'datastore_identity')) throw error;
    const [other] = await worker.db.select().from(datastore).where(eq(datastore.identity, identity));
    if (!other) throw error;
    throw new BackupError('DATASTORE_PATH_OVERLAP', sameIdentity(other), { field: 'path' });
  }
}

/** False when it has one. */
async function addIdentity(context: Adoption, backend: ObjectBackend, uuid: string): Promise<boolean> {
  if ((await readIdentity(backend)) !== null) return false;
  context.log('info', 'Writing an identity file; everything else stays as it is.');
  await writeIdentity(backend, uuid, context.worker.clock.now());
  return true;
}

/** The record first, so that nothing is written any more; then the directory is as it was. */
async function giveBack(context: Adoption, { id, row }: OwnedDatastore, written: Written): Promise<void> {
  const { worker, ownership, log } = context;
  await worker.db.delete(datastore).where(eq(datastore.id, id));
  await announce(worker.db, 'datastore', id);
  await ownership.drop(id);
  if (!written.identity && !written.owner) return;
  try {
    const backend = makeBackend(row.config);
    if (written.owner) await backend.remove(OWNER_RECORD_NAME);
    // Of one that had an identity it is not known who has made the reserve, and it does no harm.
    if (written.identity) for (const name of [RESERVE_NAME, IDENTITY_NAME]) await backend.remove(name);
    await backend.close();
  } catch (error) {
    log('error', `Could not take back what was written: ${asBackupError(error).message}`);
  }
}

/** An owner of this installation is no stranger: alive it gives way to us, dead it is gone. */
async function isOurs(context: Adoption, workerId: string): Promise<boolean> {
  const known = await context.ownership.aliveWorkers();
  return known.has(workerId);
}

async function checkLayout(context: Adoption, backend: ObjectBackend): Promise<void> {
  const names = new Set((await backend.list(CHUNK_ROOT)).map((entry) => entry.name));
  for (let number = 0; number < CHUNK_DIRECTORIES; number += 1) {
    const name = chunkDirectoryName(number);
    if (names.has(name)) continue;
    throw new BackupError('DATASTORE_LAYOUT_INVALID', `${CHUNK_ROOT}/${name} is missing.`, {
      hint: 'The copy of the datastore is incomplete; copy it again.',
    });
  }
  context.log('info', 'All 65 536 chunk directories are there.');
}

import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { asBackupError, BackupError } from '#domain/errors.ts';
import { needsReason, type PlaceReport } from '#domain/place-report.ts';
import { announce } from '#drizzle/changes.ts';
import { type DatastoreConfig, datastore } from '#drizzle/schema/datastore.ts';
import type { Mount } from '#engine/backends/local/mount.ts';
import { makeBase, removeBase } from '#engine/make-base.ts';
import type { PlaceLook } from '#engine/probe/inspect-place.ts';
import { completeProvision, provisionDatastore, undoProvision } from '#engine/provision.ts';
import { makeBackend } from '../open-datastore.ts';
import { inspectForDatastore } from '../place-report.ts';
import { probeNow } from '../prober.ts';
import type { WorkerContext } from '../worker-context.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

type Creation = TaskContext<'datastore.create'>;
/** How to take back what was made, in the order in which it was made. */
type Undo = (() => Promise<void> | void)[];

/**
 * Makes a datastore step by step. Nothing half-made remains: whatever fails takes back what was made, and the
 * record goes as well.
 */
export const handleCreate: TaskHandler<'datastore.create'> = async (context) => {
  const { worker } = context;
  const owned = ownedBy(context);
  const { path } = owned.row.config;
  const undo: Undo = [];
  try {
    // A lost attempt that got as far as the record has only the probe left to do.
    if (owned.row.phase === 'creating') await make(context, undo);
    else undo.push(() => takeBackLayout(context));
    context.progress({ phase: 'Probe' });
    const result = await probeNow(worker, owned);
    if (!result.reachable) throw new BackupError('DATASTORE_OFFLINE', result.reason);
  } catch (error) {
    await takeBack(context, undo, error);
    throw error;
  }
  await complete(context);
  return { outcome: `${owned.name} is ${owned.row.status}.`, result: { name: owned.name, path } };
};

async function make(context: Creation, undo: Undo): Promise<void> {
  const { worker, payload } = context;
  const owned = ownedBy(context);
  const { path } = owned.row.config;
  if (context.retried) await takeBackEarlier(context);
  await refuseUnfit(context, path);
  const first = await makeBase(path);
  if (first) {
    context.log('info', `Made ${path}.`);
    undo.push(() => removeBase(path, first));
  }
  const mount = await proveAccessTimes(context, path);
  const identity = await layOut(context, undo);
  const config = { ...owned.row.config, mount };
  await worker.db
    .update(datastore)
    .set({ identity, phase: 'ready', config, lastSyncAt: sql`now()`, chunksCountedAt: sql`now()` })
    .where(eq(datastore.id, payload.datastoreId));
  await announce(worker.db, 'datastore', payload.datastoreId, payload.datastoreId);
  await owned.reload();
}

/** What a lost attempt has left: told by its marker, and looked for only where the path leads to no other place. */
async function takeBackEarlier(context: Creation): Promise<void> {
  const { path } = ownedBy(context).row.config;
  const { isDirectory } = await lookAt(context.worker, path, 'never');
  if (isDirectory) await takeBackLayout(context);
}

/** Looks once more, now that nobody else can slip in between. */
async function refuseUnfit(context: Creation, path: string): Promise<void> {
  const question = { path, purpose: 'create' as const, ignoreId: context.payload.datastoreId };
  context.progress({ phase: 'Checks' });
  const report = await inspectForDatastore(context.worker, question);
  for (const check of report.checks) {
    const level = check.outcome === 'ok' ? 'info' : check.outcome === 'blocked' ? 'error' : 'warning';
    if (level !== 'error') context.log(level === 'warning' ? 'info' : level, check.text);
  }
  throwIfRefused(report, context.payload.sameFilesystemReason);
  if (context.payload.sameFilesystemReason) {
    context.log('info', `Allowed on a shared filesystem because: ${context.payload.sameFilesystemReason}`);
  }
}

const CODES: Partial<Record<PlaceReport['checks'][number]['id'], BackupError['code']>> = {
  roots: 'DATASTORE_PATH_NOT_ALLOWED',
  path: 'PATH_INVALID',
  content: 'DATASTORE_PATH_NOT_EMPTY',
  overlap: 'DATASTORE_PATH_OVERLAP',
};

export function throwIfRefused(report: PlaceReport, reason: string | undefined): void {
  const blocked = report.checks.find((check) => check.outcome === 'blocked');
  if (blocked)
    throw new BackupError(CODES[blocked.id] ?? 'DATASTORE_FILESYSTEM_UNFIT', blocked.text, { field: 'path' });
  if (!needsReason(report) || reason) return;
  const text = report.checks.find((check) => check.outcome === 'override')?.text ?? '';
  throw new BackupError('DATASTORE_SAME_FILESYSTEM', text, {
    field: 'sameFilesystemReason',
    hint: 'If it is really meant, repeat it with --same-filesystem-reason "…".',
  });
}

/** Of a directory that is empty or about to be adopted. Returns the mount that it is on, for the record. */
export async function proveAccessTimes(
  context: Pick<Creation, 'worker' | 'log' | 'progress'>,
  path: string,
): Promise<MountRecord> {
  context.progress({ phase: 'Access times' });
  const { accessTime, mount } = await lookAt(context.worker, path, 'always');
  if (accessTime === null || mount === null || accessTime.problem) {
    const why = accessTime?.problem ?? `${path} cannot be written.`;
    throw new BackupError('DATASTORE_FILESYSTEM_UNFIT', why, { field: 'path' });
  }
  context.log('info', `Explicit access times are kept; clock offset ${accessTime.clockOffsetSeconds} s.`);
  return recordOf(mount);
}

function lookAt({ probes, clock }: WorkerContext, path: string, tryAccessTime: PlaceLook['tryAccessTime']) {
  return probes.inspect({ path, nowMs: clock.now(), tryAccessTime });
}

async function layOut(context: Creation, undo: Undo): Promise<string> {
  const owned = ownedBy(context);
  const backend = makeBackend(owned.row.config);
  const identity = randomUUID();
  try {
    undo.push(() => takeBackLayout(context));
    context.log('info', 'Making 65 536 chunk directories.');
    await provisionDatastore({
      backend,
      uuid: identity,
      creationId: context.payload.datastoreId,
      now: context.worker.clock.now(),
      signal: context.signal,
      report: context.progress,
    });
    context.log('info', `Identity ${identity} written.`);
    return identity;
  } finally {
    await backend.close();
  }
}

/** It is a datastore already, so a marker that stays takes nothing back any more. */
async function complete(context: Creation): Promise<void> {
  const backend = makeBackend(ownedBy(context).row.config);
  try {
    await completeProvision(backend);
  } catch (error) {
    context.log('warning', `The mark of the creation stays: ${asBackupError(error).message}`);
  } finally {
    await backend.close();
  }
}

async function takeBackLayout(context: Creation): Promise<void> {
  const backend = makeBackend(ownedBy(context).row.config);
  try {
    await undoProvision(backend, context.payload.datastoreId);
  } finally {
    await backend.close();
  }
}

type MountRecord = NonNullable<DatastoreConfig['mount']>;

function recordOf({ type, source, mountPoint }: Mount): MountRecord {
  return { type, source, mountPoint };
}

/** The mount that the directory is on now. */
export async function mountRecord(worker: WorkerContext, path: string): Promise<MountRecord> {
  const { mount, exists } = await lookAt(worker, path, 'never');
  if (exists && mount) return recordOf(mount);
  throw new BackupError('STORAGE_MISSING', `${path} is not there.`, {
    hint: 'Check that the filesystem is mounted.',
  });
}

async function takeBack(context: Creation, undo: Undo, cause: unknown): Promise<void> {
  if (context.worker.stopping.aborted) return; // not a failure: the next worker goes on
  // The phase stays as it was: it names the step that failed.
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (error) {
      context.log('error', `Could not take back everything: ${asBackupError(error).message}`);
    }
  }
  if (undo.length > 0) context.log('info', 'What was made is removed again.');
  await context.worker.db.delete(datastore).where(eq(datastore.id, context.payload.datastoreId));
  await announce(context.worker.db, 'datastore', context.payload.datastoreId);
  await context.ownership.drop(context.payload.datastoreId);
  context.worker.log.warn({ err: cause }, 'creation of a datastore failed');
}

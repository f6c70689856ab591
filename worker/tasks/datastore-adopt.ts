import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { countOf } from '#domain/units.ts';
import { announce } from '#drizzle/changes.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import type { ObjectBackend } from '#engine/backends/backend.ts';
import { CHUNK_DIRECTORIES, CHUNK_ROOT, chunkDirectoryName } from '#engine/chunks/chunk-key.ts';
import { readIdentity, readOwnerRecord, writeIdentity } from '#engine/identity.ts';
import { ProcessLock } from '#engine/locks/process-lock.ts';
import { countChunks } from '../catalog/count-chunks.ts';
import { reconcileCatalog } from '../catalog/reconcile.ts';
import { makeBackend } from '../open-datastore.ts';
import { inspectForDatastore } from '../place-report.ts';
import { probeNow } from '../prober.ts';
import { mountRecord, throwIfRefused } from './datastore-create.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

type Adoption = TaskContext<'datastore.adopt'>;

/** A server that was seen on the datastore this recently may come back. */
const SILENT_MS = 60_000;

/** Takes over an existing datastore: looks first, then writes no more than its identity file. */
export const handleAdopt: TaskHandler<'datastore.adopt'> = async (context) => {
  const { worker, payload, log } = context;
  const owned = ownedBy(context);
  const { path } = owned.row.config;
  try {
    context.progress({ phase: 'Checks' });
    const report = await inspectForDatastore(worker, {
      path,
      purpose: 'adopt',
      ignoreId: payload.datastoreId,
    });
    throwIfRefused(report, payload.sameFilesystemReason);
    const backend = makeBackend(owned.row.config);
    const identity = await look(context, backend).finally(() => backend.close());
    await worker.db
      .update(datastore)
      .set({
        identity,
        phase: 'ready',
        config: { ...owned.row.config, mount: await mountRecord(worker, path) },
        lastSyncAt: sql`now()`,
      })
      .where(eq(datastore.id, payload.datastoreId));
    await owned.reload();
    context.progress({ phase: 'Probe' });
    const probe = await probeNow(worker, owned);
    if (!probe.reachable) throw new BackupError('DATASTORE_OFFLINE', probe.reason);
  } catch (error) {
    if (!worker.stopping.aborted) {
      await worker.db.delete(datastore).where(eq(datastore.id, payload.datastoreId));
      await announce(worker.db, 'datastore', payload.datastoreId);
      await context.ownership.drop(payload.datastoreId);
    }
    throw error;
  }
  const options = { full: true, signal: context.signal, report: context.progress };
  const found = await reconcileCatalog(worker.db, owned.writer(), owned.id, options);
  await countChunks(context, owned, owned.writer());
  const outcome = `${owned.name} is ${owned.row.status}: ${countOf(found.snapshots, 'snapshot')} in ${countOf(found.groups, 'group')}.`;
  log('info', outcome);
  return { outcome, result: { ...found, name: owned.name, path } };
};

/** Is it whole, and is nobody else using it? Returns its identity, a new one for a foreign store. */
async function look(context: Adoption, backend: ObjectBackend): Promise<string> {
  await checkLayout(context, backend);
  const { direct } = backend.traits;
  if (direct) await ProcessLock.open(`${direct.access}/.lock`, context.worker.clock).close();
  const owner = await readOwnerRecord(backend);
  const stranger = owner !== null && !(await isOurs(context, owner.workerId));
  if (owner && stranger && context.worker.clock.now() - owner.seenAt < SILENT_MS) {
    throw new BackupError(
      'DATASTORE_IN_USE',
      `A server on ${owner.host} used this datastore less than a minute ago.`,
      {
        hint: 'Remove it from that server first, or wait a minute after that server has ended.',
      },
    );
  }
  const identity = await readIdentity(backend);
  if (identity) return identity.uuid;
  context.log('info', 'Writing an identity file; everything else stays as it is.');
  const uuid = randomUUID();
  await writeIdentity(backend, uuid, context.worker.clock.now());
  return uuid;
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

import { eq } from 'drizzle-orm';
import type { AcceptDatastoreInput, MaintenanceInput } from '#domain/datastore.ts';
import { BackupError } from '#domain/errors.ts';
import type { GcInput } from '#domain/gc.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { VERIFY_PRIVILEGES, type VerifyInput, verifySubject } from '#domain/verify.ts';
import { announce } from '#drizzle/changes.ts';
import type { Executor } from '#drizzle/client.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { type DatastoreRow, findDatastore } from '../find-datastore.ts';
import { findGroup } from '../find-group.ts';
import { requireNamespace } from '../find-namespace.ts';
import { findSnapshot } from '../snapshot/find-snapshot.ts';
import { startTask } from '../start-task.ts';

/** Tasks on a whole datastore, each carried out by its owner. */

interface Named {
  name: DatastoreName;
}

/** Looks at the storage now, step by step. `acceptMount` records the mount that is found as the right one. */
export async function probeDatastore(
  context: ServiceContext,
  input: Named & { acceptMount: boolean },
): Promise<{ taskId: string }> {
  await requirePrivilege(context, datastorePath(input.name), 'Datastore.Audit', 'Datastore.Modify');
  if (input.acceptMount) await requirePrivilege(context, datastorePath(input.name), 'Datastore.Allocate');
  const row = await findDatastore(context.db, input.name);
  return startTask(context, {
    kind: 'datastore.probe',
    payload: { datastoreId: row.id, acceptMount: input.acceptMount },
    datastore: row,
    subject: row.name,
  });
}

/** Trusts a datastore again on which a flush failed, because somebody who may has looked and says so. */
export async function acceptDatastore(
  context: ServiceContext,
  input: AcceptDatastoreInput,
): Promise<{ taskId: string }> {
  await requirePrivilege(context, datastorePath(input.name), 'Datastore.Allocate');
  const row = await findDatastore(context.db, input.name);
  const { reason } = input;
  return startTask(context, {
    kind: 'datastore.accept',
    payload: { datastoreId: row.id, reason },
    datastore: row,
    subject: row.name,
    detail: { reason, suspect: row.suspect },
  });
}

/** Makes the lists anew from what the datastore holds. */
export async function rescanDatastore(context: ServiceContext, input: Named): Promise<{ taskId: string }> {
  await requirePrivilege(context, datastorePath(input.name), 'Datastore.Modify');
  const row = await findDatastore(context.db, input.name);
  const payload = { datastoreId: row.id };
  return startTask(context, { kind: 'datastore.rescan', payload, datastore: row, subject: row.name });
}

/** Checks what must always hold; `deep` reads every chunk. */
export async function auditDatastore(
  context: ServiceContext,
  input: Named & { deep: boolean },
): Promise<{ taskId: string }> {
  await requirePrivilege(context, datastorePath(input.name), 'Datastore.Verify', 'Datastore.Modify');
  const row = await findDatastore(context.db, input.name);
  const payload = { datastoreId: row.id, deep: input.deep };
  return startTask(context, { kind: 'datastore.audit', payload, datastore: row, subject: row.name });
}

/** Removes the chunks that nothing needs; `preview` only tells what would go. */
export async function collectGarbage(
  context: ServiceContext,
  input: GcInput,
  { preview }: { preview: boolean },
): Promise<{ taskId: string }> {
  await requirePrivilege(context, datastorePath(input.name), 'Datastore.Modify');
  const row = await findDatastore(context.db, input.name);
  const { graceMinutes, stopPercent } = input;
  const wish = { datastoreId: row.id, graceMinutes };
  const on = { datastore: row, subject: row.name };
  if (preview) return startTask(context, { kind: 'datastore.gcPreview', payload: wish, ...on });
  const payload = { ...wish, stopPercent, until: null };
  return startTask(context, { kind: 'datastore.gc', payload, ...on });
}

/** Reads snapshots and checks every byte of them, in those namespaces below that the caller may verify as well. */
export async function verifyDatastore(
  context: ServiceContext,
  input: VerifyInput,
): Promise<{ taskId: string }> {
  const caller = await requirePrivilege(
    context,
    datastorePath(input.name, input.namespace),
    ...VERIFY_PRIVILEGES,
  );
  const { name, ...wish } = input;
  const row = await findDatastore(context.db, name);
  await requireVerifyScope(context.db, row, input);
  const payload = { datastoreId: row.id, ...wish, onBehalfOf: caller.principal, until: null };
  const subject = verifySubject(row.name, input);
  return startTask(context, { kind: 'datastore.verify', payload, datastore: row, subject });
}

/** What is named has to be there: a task that fails for a slip of the pen would be told as something that is wrong. */
export async function requireVerifyScope(
  db: Executor,
  row: DatastoreRow,
  input: Pick<VerifyInput, 'namespace' | 'group' | 'time'>,
): Promise<void> {
  const { namespace, group, time } = input;
  await requireNamespace(db, row, namespace);
  if (group === null) {
    if (time === null) return;
    throw new BackupError('INPUT_INVALID', 'A snapshot is named by its group and its time.', {
      field: 'group',
      hint: 'Name the group as well.',
    });
  }
  await findGroup(db, row, { namespace, ...group });
  if (time !== null) await findSnapshot(db, { datastore: row.name, namespace, ...group, time });
}

/** Enters or leaves a maintenance mode. New work is refused at once; the task waits for work that is running. */
export async function setMaintenance(
  context: ServiceContext,
  input: MaintenanceInput,
): Promise<{ taskId: string }> {
  await requirePrivilege(context, datastorePath(input.name), 'Datastore.Allocate');
  const row = await findDatastore(context.db, input.name);
  const { mode, message } = input;
  const payload = { datastoreId: row.id, mode, message };
  const detail = { mode, message };
  return startTask(context, {
    kind: 'datastore.maintenance',
    payload,
    datastore: row,
    subject: row.name,
    detail,
  });
}

/** Forgets the configuration; with `destroyData` the chunks and snapshots go as well. */
export async function removeDatastore(
  context: ServiceContext,
  input: Named & { destroyData: boolean },
): Promise<{ taskId: string }> {
  await requirePrivilege(context, datastorePath(input.name), 'Datastore.Allocate');
  const row = await findDatastore(context.db, input.name);
  const payload = { datastoreId: row.id, destroyData: input.destroyData };
  const detail = { destroyData: input.destroyData, path: row.config.path };
  const start = { kind: 'datastore.remove' as const, payload, datastore: row, subject: row.name, detail };
  return startTask(context, start, async (tx) => {
    await tx.update(datastore).set({ phase: 'removing' }).where(eq(datastore.id, row.id));
    await announce(tx, 'datastore', row.id, row.id);
  });
}

import { eq, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { JobChange, JobSettings, UpdateJobInput } from '#domain/job.ts';
import { datastorePath } from '#domain/permissions.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import type { Transaction } from '#drizzle/client.ts';
import { writeJobChange } from '#drizzle/jobs.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { type DatastoreRow, lockDatastore } from '../find-datastore.ts';
import { requireNamespace } from '../find-namespace.ts';

/** Changes when a job of a datastore runs and what it does. What was due before the change is not made up for. */
export async function updateJob(
  context: ServiceContext,
  { name, version, ...change }: UpdateJobInput,
): Promise<{ version: number }> {
  await requirePrivilege(context, datastorePath(name), 'Datastore.Allocate');
  return context.db.transaction(async (tx) => {
    const row = await lockDatastore(tx, name);
    requireVersion(row, version);
    if ('namespace' in change && change.namespace !== undefined)
      await requireNamespace(tx, row, change.namespace);
    const changes = await changeJobs(tx, row.id, [change], context.clock.now());
    await recordAudit(tx, { ...actor(context), action: 'datastore.updateJob', subject: name, ...changes });
    return raiseVersion(tx, row);
  });
}

/** Before and after of each job, for the audit log. */
export async function changeJobs(
  tx: Transaction,
  datastoreId: string,
  changes: readonly JobChange[],
  now: number,
): Promise<{ before: { jobs?: JobSettings[] }; after: { jobs?: JobSettings[] } }> {
  const [before, after]: JobSettings[][] = [[], []];
  for (const change of changes) {
    const changed = await writeJobChange(tx, datastoreId, change, now);
    before?.push(changed.before);
    after?.push(changed.after);
  }
  return changes.length === 0
    ? { before: {}, after: {} }
    : { before: { jobs: before }, after: { jobs: after } };
}

/** CONFLICTING_CHANGE when the change was made from an older version. */
export function requireVersion(row: DatastoreRow, version: number | undefined): void {
  if (version === undefined || version === row.version) return;
  throw new BackupError('CONFLICTING_CHANGE', `The datastore ${row.name} was changed by someone else.`, {
    hint: 'Load it again and repeat the change.',
  });
}

/** Everybody sees that the datastore has changed. */
export async function raiseVersion(tx: Transaction, row: DatastoreRow): Promise<{ version: number }> {
  const version = row.version + 1;
  await tx
    .update(datastore)
    .set({ version: sql`${datastore.version} + 1` })
    .where(eq(datastore.id, row.id));
  await announce(tx, 'datastore', row.id, row.id);
  return { version };
}

import { and, eq, sql } from 'drizzle-orm';
import type { DatastoreName, NamespacePath } from '#domain/ids.ts';
import { DEFAULT_JOB, jobNoun } from '#domain/job.ts';
import { isWithin } from '#domain/namespace.ts';
import { datastorePath } from '#domain/permissions.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import type { Database, Transaction } from '#drizzle/client.ts';
import { isJob, lockJobs, settingsOf } from '#drizzle/jobs.ts';
import { removeGrantsBelow } from '#drizzle/permissions.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { backupGroup, namespace, snapshot } from '#drizzle/schema/snapshot.ts';
import { isWithinPath } from '#drizzle/within.ts';

/** What went with a namespace. */
export interface Forgotten {
  grants: number;
  /** In words, as in "the prune of production has ended". */
  jobs: string[];
}

/**
 * Takes the rows away of a namespace that is gone and of those below it, with what was granted on them and the jobs that
 * begin there: a later namespace of the same name inherits nothing.
 */
export function forgetNamespace(
  db: Database,
  { id, name }: { id: string; name: DatastoreName | string },
  path: NamespacePath,
  by: string,
): Promise<Forgotten> {
  return db.transaction(async (tx) => {
    const grants = await removeGrantsBelow(tx, datastorePath(name, path), by);
    const jobs = await stopJobs(tx, { id, name }, path, by);
    for (const table of [snapshot, backupGroup]) {
      await tx.delete(table).where(and(eq(table.datastoreId, id), isWithinPath(table.namespace, path)));
    }
    await tx.delete(namespace).where(and(eq(namespace.datastoreId, id), isWithinPath(namespace.path, path)));
    await announce(tx, 'content', id, id);
    return { grants, jobs };
  });
}

/** One with a name goes; of the one that is always there the schedule does. */
async function stopJobs(
  tx: Transaction,
  { id, name }: { id: string; name: string },
  path: NamespacePath,
  by: string,
): Promise<string[]> {
  await tx.select({ id: datastore.id }).from(datastore).where(eq(datastore.id, id)).for('update');
  const rows = (await lockJobs(tx, id)).filter(
    ({ options }) => options.namespace !== undefined && isWithin(options.namespace, path),
  );
  const stopped = rows.filter((row) => row.name !== DEFAULT_JOB || row.schedule !== null);
  for (const row of stopped) {
    const before = settingsOf(row);
    const isDefault = row.name === DEFAULT_JOB;
    if (isDefault) await tx.update(datastoreJob).set({ schedule: null }).where(isJob(id, row));
    else await tx.delete(datastoreJob).where(isJob(id, row));
    await recordAudit(tx, {
      ...{ principal: by, source: '', subject: name },
      action: isDefault ? 'datastore.updateJob' : 'datastore.removeJob',
      before: { jobs: [before] },
      ...(isDefault ? { after: { jobs: [{ ...before, schedule: null }] } } : {}),
    });
  }
  if (stopped.length > 0) {
    await tx
      .update(datastore)
      .set({ version: sql`${datastore.version} + 1` })
      .where(eq(datastore.id, id));
    await announce(tx, 'datastore', id, id);
  }
  return stopped.map(jobNoun);
}

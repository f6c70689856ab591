import { BackupError } from '#domain/errors.ts';
import { DEFAULT_JOB, jobEntry, type RemoveJobInput } from '#domain/job.ts';
import { datastorePath } from '#domain/permissions.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { isJob, noSuchJob, settingsOf } from '#drizzle/jobs.ts';
import { datastoreJob } from '#drizzle/schema/job.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { lockDatastore } from '../find-datastore.ts';
import { raiseVersion, requireVersion } from './update-job.ts';

/** Takes a job with a name away. A run of it that is on its way goes on. */
export async function removeJob(
  context: ServiceContext,
  { name, kind, job, version }: RemoveJobInput,
): Promise<{ version: number }> {
  await requirePrivilege(context, datastorePath(name), 'Datastore.Allocate');
  if (job === DEFAULT_JOB) {
    throw new BackupError('JOB_IS_DEFAULT', `The default ${jobEntry(kind).noun} is always there.`, {
      field: 'job',
      hint: 'Set its schedule to none instead: then it runs by hand only.',
    });
  }
  return context.db.transaction(async (tx) => {
    const row = await lockDatastore(tx, name);
    requireVersion(row, version);
    const [removed] = await tx
      .delete(datastoreJob)
      .where(isJob(row.id, { kind, name: job }))
      .returning();
    if (!removed) throw noSuchJob({ kind, name: job });
    const before = { jobs: [settingsOf(removed)] };
    await recordAudit(tx, { ...actor(context), action: 'datastore.removeJob', subject: name, before });
    return raiseVersion(tx, row);
  });
}

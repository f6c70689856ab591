import { BackupError } from '#domain/errors.ts';
import { type CreateJobInput, jobNoun, NAMED_JOBS_MAX, newJob } from '#domain/job.ts';
import { datastorePath } from '#domain/permissions.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { insertJobs, lockJobs } from '#drizzle/jobs.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { lockDatastore } from '../find-datastore.ts';
import { requireNamespace } from '../find-namespace.ts';
import { raiseVersion, requireVersion } from './update-job.ts';

/** Gives a datastore a further job of a kind, with a name. What was due before starts nothing. */
export async function createJob(
  context: ServiceContext,
  { name, version, ...wishes }: CreateJobInput,
): Promise<{ version: number }> {
  await requirePrivilege(context, datastorePath(name), 'Datastore.Allocate');
  return context.db.transaction(async (tx) => {
    const row = await lockDatastore(tx, name);
    requireVersion(row, version);
    if (wishes.namespace !== undefined) await requireNamespace(tx, row, wishes.namespace);
    const job = newJob(wishes);
    const named = (await lockJobs(tx, row.id)).filter((one) => one.kind === job.kind && one.name !== '');
    if (named.some((one) => one.name === job.name)) {
      throw new BackupError('JOB_EXISTS', `There is a ${jobNoun(job)} already.`, {
        field: 'job',
        hint: 'Choose another name, or change the one that there is.',
      });
    }
    if (named.length >= NAMED_JOBS_MAX) {
      const words = `${name} has ${NAMED_JOBS_MAX} jobs of that kind, and may not have more.`;
      throw new BackupError('JOB_LIMIT', words, { hint: 'Remove one, or widen the namespace of another.' });
    }
    await insertJobs(tx, row.id, [job], context.clock.now());
    const after = { jobs: [job] };
    await recordAudit(tx, { ...actor(context), action: 'datastore.createJob', subject: name, after });
    return raiseVersion(tx, row);
  });
}

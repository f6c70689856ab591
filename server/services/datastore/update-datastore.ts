import { eq, sql } from 'drizzle-orm';
import type { UpdateDatastoreInput } from '#domain/datastore.ts';
import { changesOf } from '#domain/job.ts';
import { datastorePath } from '#domain/permissions.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { announce } from '#drizzle/changes.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';
import { lockDatastore } from '../find-datastore.ts';
import { changeJobs, requireVersion } from './update-job.ts';

/** Changes the configuration. With a version, a change that somebody else made meanwhile is not overwritten. */
export async function updateDatastore(
  context: ServiceContext,
  input: UpdateDatastoreInput,
): Promise<{ version: number }> {
  await requirePrivilege(context, datastorePath(input.name), 'Datastore.Allocate');
  return context.db.transaction(async (tx) => {
    const row = await lockDatastore(tx, input.name);
    requireVersion(row, input.version);
    const changes = {
      ...(input.comment === undefined ? {} : { comment: input.comment }),
      ...(input.syncLevel === undefined ? {} : { syncLevel: input.syncLevel }),
      ...(input.trashDays === undefined ? {} : { trashDays: input.trashDays }),
      ...(input.verifyNew === undefined ? {} : { verifyNew: input.verifyNew }),
    };
    const [updated] = await tx
      .update(datastore)
      .set({ ...changes, version: sql`${datastore.version} + 1` })
      .where(eq(datastore.id, row.id))
      .returning({ version: datastore.version });
    const { comment, syncLevel, trashDays, verifyNew } = row;
    const jobs = await changeJobs(tx, row.id, changesOf(input), context.clock.now());
    const change = {
      before: { comment, syncLevel, trashDays, verifyNew, ...jobs.before },
      after: { ...changes, ...jobs.after },
    };
    await recordAudit(tx, { ...actor(context), action: 'datastore.update', subject: input.name, ...change });
    await announce(tx, 'datastore', row.id, row.id);
    return { version: updated?.version ?? row.version };
  });
}

import { DRILL_PRIVILEGES, type DrillInput, drillSubject } from '#domain/drill.ts';
import { datastorePath } from '#domain/permissions.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { requireVerifyScope } from '../datastore/datastore-tasks.ts';
import { findDatastore } from '../find-datastore.ts';
import { startTask } from '../start-task.ts';

/** Restores a snapshot on the server and compares it; without a time, one at random of those that the caller may verify. */
export async function runDrill(context: ServiceContext, input: DrillInput): Promise<{ taskId: string }> {
  const caller = await requirePrivilege(
    context,
    datastorePath(input.name, input.namespace),
    ...DRILL_PRIVILEGES,
  );
  const { name, ...wish } = input;
  const row = await findDatastore(context.db, name);
  await requireVerifyScope(context.db, row, input);
  const payload = { datastoreId: row.id, ...wish, onBehalfOf: caller.principal };
  const subject = drillSubject(row.name, input);
  return startTask(context, { kind: 'datastore.drill', payload, datastore: row, subject });
}

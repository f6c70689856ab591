import { BackupError } from '#domain/errors.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import type { TaskRow } from '#drizzle/tasks.ts';
import type { ServiceContext } from '../services/context.ts';
import { privilegeFilter, requireSession } from './require-privilege.ts';

/** One sees one's own tasks and those of one's tokens; all tasks of a datastore with Audit on it. */
export async function taskFilter(context: ServiceContext): Promise<(row: TaskRow) => boolean> {
  const caller = await requireSession(context);
  const seesAll = await outcomeFilter(context);
  return (row) => owns(caller.principal, row.createdBy as PrincipalId) || seesAll(row.datastoreName);
}

/**
 * Whether the caller sees every task of a datastore. Nobody else hears what came of one that is not its own: the words name
 * snapshots, and files in them.
 */
export async function outcomeFilter(context: ServiceContext): Promise<(datastore: string | null) => boolean> {
  const holds = await privilegeFilter(context);
  return (datastore) =>
    holds('/system', 'Sys.Audit') ||
    (datastore !== null && holds(datastorePath(datastore as DatastoreName), 'Datastore.Audit'));
}

/** TASK_NOT_FOUND also for what the caller may not see: that it exists is nobody else's business. */
export async function requireVisible(
  context: ServiceContext,
  row: TaskRow | undefined,
  id: string,
): Promise<TaskRow> {
  const visible = await taskFilter(context);
  if (row && visible(row)) return row;
  throw new BackupError('TASK_NOT_FOUND', `There is no task ${id}.`);
}

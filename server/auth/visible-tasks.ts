import { BackupError } from '#domain/errors.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import type { TaskRow } from '#drizzle/tasks.ts';
import type { ServiceContext } from '../services/context.ts';
import { privilegeFilter, requireSession } from './require-privilege.ts';

/** One sees one's own tasks and those of one's tokens; all tasks of a datastore with Audit on it. */
export async function taskFilter(context: ServiceContext): Promise<(row: TaskRow) => boolean> {
  const caller = await requireSession(context);
  const holds = await privilegeFilter(context);
  return (row) => {
    if (owns(caller.principal, row.createdBy as PrincipalId) || holds('/system', 'Sys.Audit')) return true;
    const path: AclPath | null = row.datastoreName ? datastorePath(row.datastoreName) : null;
    return path !== null && holds(path, 'Datastore.Audit');
  };
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

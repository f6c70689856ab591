import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { datastorePath } from '#domain/permissions.ts';
import { owns, type PrincipalId } from '#domain/principal.ts';
import { isFinal } from '#domain/task.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { task } from '#drizzle/schema/task.ts';
import { requestCancel } from '#drizzle/tasks.ts';
import { privilegeFilter, requireSession } from '../../auth/require-privilege.ts';
import { requireVisible } from '../../auth/visible-tasks.ts';
import { actor, type ServiceContext } from '../context.ts';

/** Asks a task to stop. One's own always; others' with Modify on the datastore or the system. */
export async function cancelTask(context: ServiceContext, input: { id: string }): Promise<{ state: string }> {
  const caller = await requireSession(context);
  const [found] = await context.db.select().from(task).where(eq(task.id, input.id));
  const row = await requireVisible(context, found, input.id);
  const holds = await privilegeFilter(context);
  const path = row.datastoreName ? datastorePath(row.datastoreName) : '/system';
  const may =
    owns(caller.principal, row.createdBy as PrincipalId) ||
    holds('/system', 'Sys.Modify') ||
    holds(path, 'Datastore.Modify');
  if (!may)
    throw new BackupError('PRIVILEGE_MISSING', `You need Datastore.Modify on ${path} to stop this task.`);
  if (isFinal(row.state)) return { state: row.state };
  return context.db.transaction(async (tx) => {
    const before = await requestCancel(tx, row.id, caller.principal);
    await recordAudit(tx, {
      ...actor(context),
      action: 'task.cancel',
      subject: row.subject,
      detail: { id: row.id },
    });
    return { state: before.state };
  });
}

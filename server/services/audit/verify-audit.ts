import type { AuditVerifyPayload } from '#domain/audit-log.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { startTask } from '../start-task.ts';

/** Reads every row and holds it against the chain: a task, since there may be millions. */
export async function verifyAudit(
  context: ServiceContext,
  payload: AuditVerifyPayload,
): Promise<{ taskId: string }> {
  await requirePrivilege(context, '/system', 'Audit.Read');
  return startTask(context, { kind: 'audit.verify', payload, datastore: null, subject: 'audit log' });
}

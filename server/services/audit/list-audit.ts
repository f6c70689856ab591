import type { AuditListInput } from '#domain/audit-log.ts';
import { BackupError } from '#domain/errors.ts';
import { auditPage, findAudit } from '#drizzle/audit-log.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { type AuditView, viewAudit } from './audit-view.ts';

export interface AuditPage {
  entries: AuditView[];
  /** For the next page; null when this is the last. */
  cursor: number | null;
}

export async function getAudit(context: ServiceContext, { id }: { id: number }): Promise<AuditView> {
  await requirePrivilege(context, '/system', 'Audit.Read');
  const row = await findAudit(context.db, id);
  if (row) return viewAudit(row);
  throw new BackupError('AUDIT_ROW_NOT_FOUND', `The audit log has no row ${id}.`, {
    field: 'id',
    hint: 'It may have been removed when its time had come.',
  });
}

/** Newest first. */
export async function listAudit(context: ServiceContext, input: AuditListInput): Promise<AuditPage> {
  await requirePrivilege(context, '/system', 'Audit.Read');
  const rows = await auditPage(context.db, input);
  const entries = rows.slice(0, input.limit).map(viewAudit);
  return { entries, cursor: rows.length > input.limit ? (entries.at(-1)?.id ?? null) : null };
}

import type { ChainedRow } from '#domain/audit-chain.ts';
import type { AuditExportInput } from '#domain/audit-log.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { contentOf, sealAudit } from '#drizzle/audit-chain.ts';
import { chainPage } from '#drizzle/audit-log.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { actor, type ServiceContext } from '../context.ts';

export interface AuditExportPage {
  /** In the order of the chain, with everything that its hashes cover. */
  rows: ChainedRow[];
  /** `after` of the next page; null when this is the last. */
  after: number | null;
}

/** The log as it can be kept and verified elsewhere. That somebody took it is a row of it, too. */
export async function exportAudit(
  context: ServiceContext,
  input: AuditExportInput,
): Promise<AuditExportPage> {
  await requirePrivilege(context, '/system', 'Audit.Read');
  if (input.after === 0) {
    const { limit: _, after: __, ...filter } = input;
    await recordAudit(context.db, {
      ...actor(context),
      action: 'audit.export',
      subject: 'audit log',
      detail: filter,
    });
    await sealAudit(context.db);
  }
  const rows = await chainPage(context.db, input);
  const after = rows.length < input.limit ? null : (rows.at(-1)?.position ?? null);
  return {
    rows: rows.map((row) => ({
      position: row.position ?? 0,
      ...contentOf(row),
      previousHash: row.previousHash ?? '',
      hash: row.hash ?? '',
    })),
    after,
  };
}

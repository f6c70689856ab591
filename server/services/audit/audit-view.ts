import type { AuditOutcome } from '#domain/audit-log.ts';
import type { AuditRow } from '#drizzle/audit-chain.ts';

/** A row of the audit log. */
export interface AuditView {
  id: number;
  at: Date;
  principal: string;
  /** Address of the client; empty for the system itself. */
  source: string;
  action: string;
  subject: string;
  outcome: AuditOutcome;
  /** Why it was refused. */
  code: string | null;
  detail: unknown;
  before: unknown;
  after: unknown;
  /** Its place in the chain, and its hash; null for the moment until it is sealed. */
  position: number | null;
  hash: string | null;
}

export function viewAudit({ previousHash: _, ...row }: AuditRow): AuditView {
  return row;
}

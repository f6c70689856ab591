import type { Executor } from './client.ts';
import { audit } from './schema/system.ts';

export interface AuditEntry {
  principal: string;
  /** Address of the client; empty for the system itself. */
  source: string;
  /** `noun.verb`. */
  action: string;
  subject: string;
  outcome?: 'done' | 'refused';
  /** What changed, without secrets. */
  detail?: Record<string, unknown>;
}

/** Writes who did what, in the transaction that does it: one is not without the other. */
export async function recordAudit(db: Executor, entry: AuditEntry): Promise<void> {
  await db.insert(audit).values({ outcome: 'done', ...entry });
}

import type { AuditOutcome } from '#domain/audit-log.ts';
import type { ErrorCode } from '#domain/errors.ts';
import { maskSecrets } from '#domain/mask-secrets.ts';
import type { Executor } from './client.ts';
import { audit } from './schema/system.ts';

export interface AuditEntry {
  principal: string;
  /** Address of the client; empty for the system itself. */
  source: string;
  /** `noun.verb`. */
  action: string;
  subject: string;
  outcome?: AuditOutcome;
  /** Why it was refused. */
  code?: ErrorCode;
  /** What else there is to say. */
  detail?: Record<string, unknown>;
  /** What was so before the change, and is after it: the fields that it is about. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/**
 * Writes who did what, in the transaction that does it: one is not without the other. Secrets are masked here. The row is
 * taken into the chain a moment later (audit-chain.ts).
 */
export async function recordAudit(db: Executor, entry: AuditEntry): Promise<void> {
  const { detail, before, after, ...words } = entry;
  await db.insert(audit).values({
    outcome: 'done',
    ...words,
    detail: maskSecrets(detail),
    before: maskSecrets(before),
    after: maskSecrets(after),
  });
}

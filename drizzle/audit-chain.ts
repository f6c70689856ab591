import { hash } from 'node:crypto';
import { asc, eq, isNull, sql } from 'drizzle-orm';
import { type AuditContent, type ChainPoint, canonicalText } from '#domain/audit-chain.ts';
import { BackupError } from '#domain/errors.ts';
import type { Database, Transaction } from './client.ts';
import { audit, auditChain } from './schema/system.ts';

/**
 * Takes rows of the audit log into its chain. Writers do not wait for each other: they only insert, and whoever seals
 * chains what was committed, in the order in which it finds it (docs/decisions/0029-audit-chain.md).
 */

const BATCH = 500;

export type AuditRow = typeof audit.$inferSelect;
export type ChainRow = typeof auditChain.$inferSelect;

export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** Chains every row that is committed and not in the chain yet; how many that were. */
export async function sealAudit(db: Database): Promise<number> {
  for (let sealed = 0; ; ) {
    const count = await db.transaction(sealBatch);
    sealed += count;
    if (count < BATCH) return sealed;
  }
}

/** One at a time, in all processes: the row of the chain is locked. */
async function sealBatch(tx: Transaction): Promise<number> {
  // Mostly there is nothing, and nobody has to wait to learn that.
  const [any] = await tx.select({ id: audit.id }).from(audit).where(isNull(audit.position)).limit(1);
  if (!any) return 0;
  const chain = await lockChain(tx);
  const rows = await tx
    .select()
    .from(audit)
    .where(isNull(audit.position))
    .orderBy(asc(audit.id))
    .limit(BATCH);
  let head: ChainPoint = { position: chain.headPosition, hash: chain.headHash };
  const sealed = rows.map((row) => {
    const previousHash = head.hash;
    head = { position: head.position + 1, hash: sha256(canonicalText(contentOf(row), previousHash)) };
    return { id: row.id, ...head, previousHash };
  });
  await tx.execute(sql`
    update audit set position = new.position, previous_hash = new."previousHash", hash = new.hash
    from jsonb_to_recordset(${JSON.stringify(sealed)}::jsonb)
      as new(id bigint, position bigint, "previousHash" text, hash text)
    where audit.id = new.id`);
  await tx.update(auditChain).set({ headPosition: head.position, headHash: head.hash });
  return rows.length;
}

export async function readChain(db: Database | Transaction): Promise<ChainRow> {
  const [row] = await db.select().from(auditChain);
  return row ?? chainLost();
}

export async function lockChain(tx: Transaction): Promise<ChainRow> {
  const [row] = await tx.select().from(auditChain).where(eq(auditChain.one, true)).for('update');
  return row ?? chainLost();
}

function chainLost(): never {
  throw new BackupError('AUDIT_CHAIN_BROKEN', 'Where the chain of the audit log ends is not on record.');
}

/** A row as its hash covers it. */
export function contentOf(row: AuditRow): AuditContent {
  const { id, principal, source, action, subject, outcome, code, detail, before, after } = row;
  const words = { id, at: row.at.toISOString(), principal, source, action, subject, outcome, code };
  return { ...words, detail, before, after };
}

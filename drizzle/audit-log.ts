import { and, asc, desc, eq, gt, gte, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm';
import type { AuditExportInput, AuditFilter, AuditListInput } from '#domain/audit-log.ts';
import { recordAudit } from './audit.ts';
import { type AuditRow, lockChain } from './audit-chain.ts';
import type { Database, Executor } from './client.ts';
import { audit, auditChain } from './schema/system.ts';

/** Reading the audit log, and removing what is older than it has to be kept. */

/** Newest first. One more than the limit tells that there is another page. */
export async function auditPage(db: Executor, input: AuditListInput): Promise<AuditRow[]> {
  const behind = input.cursor === undefined ? undefined : lt(audit.id, input.cursor);
  return db
    .select()
    .from(audit)
    .where(and(...conditions(input), behind))
    .orderBy(desc(audit.id))
    .limit(input.limit + 1);
}

export async function findAudit(db: Executor, id: number): Promise<AuditRow | undefined> {
  const [row] = await db.select().from(audit).where(eq(audit.id, id));
  return row;
}

/** In the order of the chain, what is in it. */
export async function chainPage(db: Executor, input: AuditExportInput): Promise<AuditRow[]> {
  return db
    .select()
    .from(audit)
    .where(and(...conditions(input), gt(audit.position, input.after)))
    .orderBy(asc(audit.position))
    .limit(input.limit);
}

/** Rows that were written and are not in the chain yet. */
export async function unsealedCount(db: Executor): Promise<number> {
  return db.$count(audit, isNull(audit.position));
}

/** Every value that a column has, found by jumping along its index instead of reading all rows. */
export async function valuesOf(
  db: Executor,
  column: 'principal' | 'action',
  most: number,
): Promise<string[]> {
  const name = sql.identifier(column);
  const { rows } = await db.execute<{ value: string }>(sql`
    with recursive found (value) as (
      (select ${name} from audit order by ${name} limit 1)
      union all
      select (select ${name} from audit where ${name} > found.value order by ${name} limit 1)
      from found where found.value is not null
    )
    select value from found where value is not null limit ${most}`);
  return rows.map(({ value }) => value);
}

function conditions(filter: AuditFilter): (SQL | undefined)[] {
  const { by, action, subject, outcome, since, until } = filter;
  return [
    by === undefined ? undefined : or(eq(audit.principal, by), like(audit.principal, `${escaped(by)}!%`)),
    action === undefined
      ? undefined
      : or(eq(audit.action, action), like(audit.action, `${escaped(action)}.%`)),
    subject === undefined ? undefined : sql`strpos(lower(${audit.subject}), lower(${subject})) > 0`,
    outcome === undefined ? undefined : eq(audit.outcome, outcome),
    since === undefined ? undefined : gte(audit.at, since),
    until === undefined ? undefined : lt(audit.at, until),
  ];
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

const RETIRED_AT_ONCE = 10_000;
export const RETIRE = 'audit.retire';

/**
 * Removes rows that are older than so many days, from the beginning of the chain on, and moves its beginning behind
 * them. A row of the log says up to where, so that nobody can do the same behind our back. Not before a day's worth has come
 * together. Returns how many rows went.
 */
export async function retireAudit(db: Database, days: number): Promise<number> {
  return db.transaction(async (tx) => {
    const chain = await lockChain(tx);
    const { rows } = await tx.execute<{ position: string; hash: string }>(sql`
      select position, hash from audit
      where position <= ${chain.basePosition + RETIRED_AT_ONCE}
        and position < coalesce(
          (select min(position) from audit where at >= now() - make_interval(days => ${days})),
          ${chain.headPosition})
        and exists (
          select 1 from audit where position = ${chain.basePosition + 1}
            and at < now() - make_interval(days => ${days + 1}))
      order by position desc limit 1`);
    const [last] = rows;
    if (!last) return 0;
    const through = Number(last.position);
    await tx.update(auditChain).set({ basePosition: through, baseHash: last.hash });
    const { rowCount } = await tx.delete(audit).where(sql`${audit.position} <= ${through}`);
    const detail = { through, hash: last.hash, rows: rowCount ?? 0 };
    await recordAudit(tx, { principal: 'system', source: '', action: RETIRE, subject: 'audit log', detail });
    return rowCount ?? 0;
  });
}

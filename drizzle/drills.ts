import { and, desc, eq, inArray } from 'drizzle-orm';
import { DRILL_REPORTS_MAX } from '#domain/drill.ts';
import { announce } from './changes.ts';
import type { Executor, Transaction } from './client.ts';
import { drillReport } from './schema/drill.ts';

/** What restore drills have shown: the newest reports of each datastore. */

export type DrillRow = typeof drillReport.$inferSelect;

/** An attempt that was taken over may have told the same before: the later one counts. */
export async function putDrillReport(tx: Transaction, report: DrillRow): Promise<void> {
  const { id, datastoreId, ...rest } = report;
  await tx.insert(drillReport).values(report).onConflictDoUpdate({ target: drillReport.id, set: rest });
  const old = tx
    .select({ id: drillReport.id })
    .from(drillReport)
    .where(eq(drillReport.datastoreId, datastoreId))
    .orderBy(desc(drillReport.startedAt), desc(drillReport.id))
    .offset(DRILL_REPORTS_MAX);
  await tx.delete(drillReport).where(inArray(drillReport.id, old));
  await announce(tx, 'datastore', datastoreId, datastoreId);
}

/** Newest first. */
export async function readDrillReports(db: Executor, datastoreId: string): Promise<DrillRow[]> {
  return db
    .select()
    .from(drillReport)
    .where(eq(drillReport.datastoreId, datastoreId))
    .orderBy(desc(drillReport.startedAt), desc(drillReport.id));
}

export async function findDrillReport(
  db: Executor,
  datastoreId: string,
  id: string,
): Promise<DrillRow | undefined> {
  const isIt = and(eq(drillReport.datastoreId, datastoreId), eq(drillReport.id, id));
  const [row] = await db.select().from(drillReport).where(isIt);
  return row;
}

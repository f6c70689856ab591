import { and, eq } from 'drizzle-orm';
import type { Executor } from '#drizzle/client.ts';
import { task } from '#drizzle/schema/task.ts';

/** The snapshots that are being written now, as their tasks name them: `ibs-primary:vm/100/2026-05-02T08:11:33Z`. */
export async function runningBackups(db: Executor): Promise<readonly string[]> {
  const rows = await db
    .select({ subject: task.subject })
    .from(task)
    .where(and(eq(task.kind, 'backup'), eq(task.state, 'running')));
  return rows.map(({ subject }) => subject);
}

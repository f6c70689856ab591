import { and, eq, inArray } from 'drizzle-orm';
import { task } from '#drizzle/schema/task.ts';
import { enqueueTask } from '#drizzle/tasks.ts';
import type { WorkerContext } from '../worker-context.ts';

/** The server itself, where a task names who started it. */
const SYSTEM = 'system';

/** Sends a rescan, unless one is on its way that will see the same. */
export async function requestRescan(
  context: WorkerContext,
  datastore: { id: string; name: string },
): Promise<void> {
  await context.db.transaction(async (tx) => {
    const [waiting] = await tx
      .select({ id: task.id })
      .from(task)
      .where(
        and(
          eq(task.kind, 'datastore.rescan'),
          eq(task.datastoreId, datastore.id),
          inArray(task.state, ['queued', 'running']),
        ),
      )
      .limit(1);
    if (waiting) return;
    await enqueueTask(tx, context.queue, {
      kind: 'datastore.rescan',
      payload: { datastoreId: datastore.id },
      datastore: { id: datastore.id, name: datastore.name },
      subject: datastore.name,
      createdBy: SYSTEM,
    });
  });
}

import type { QueuedTaskKind, TaskPayload } from '#domain/task.ts';
import { recordAudit } from '#drizzle/audit.ts';
import type { Transaction } from '#drizzle/client.ts';
import { datastoreQueue, SYSTEM_QUEUE } from '#drizzle/queue.ts';
import { enqueueTask } from '#drizzle/tasks.ts';
import { actor, type ServiceContext } from './context.ts';

export interface TaskStart<K extends QueuedTaskKind> {
  kind: K;
  payload: TaskPayload<K>;
  datastore: { id: string; name: string } | null;
  subject: string;
  /** Left out of the audit log: it only looks. */
  unaudited?: true;
  /** What the audit log shows of it, without secrets. */
  detail?: Record<string, unknown>;
}

/** Sends a task with its audit row in one transaction, after whatever `before` does in it. */
export async function startTask<K extends QueuedTaskKind>(
  context: ServiceContext,
  start: TaskStart<K>,
  before?: (tx: Transaction) => Promise<void>,
): Promise<{ taskId: string }> {
  await context.queue.ensure(start.datastore ? datastoreQueue(start.datastore.id) : SYSTEM_QUEUE);
  const { principal, source } = actor(context);
  return context.db.transaction(async (tx) => {
    await before?.(tx);
    const { kind, payload, datastore, subject } = start;
    const taskId = await enqueueTask(tx, context.queue, {
      kind,
      payload,
      datastore,
      subject,
      createdBy: principal,
    });
    if (!start.unaudited) {
      const detail = { taskId, ...start.detail };
      await recordAudit(tx, { principal, source, action: kind, subject, detail });
    }
    return { taskId };
  });
}

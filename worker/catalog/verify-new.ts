import { and, eq, sql } from 'drizzle-orm';
import type { SnapshotRef } from '#domain/ids.ts';
import { verifySubject } from '#domain/verify.ts';
import type { Transaction } from '#drizzle/client.ts';
import type { Queue } from '#drizzle/queue.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { task } from '#drizzle/schema/task.ts';
import { enqueueTask } from '#drizzle/tasks.ts';

/** The server itself, where a task names who started it. */
const SYSTEM = 'system';

/**
 * Sends the verification of a backup that has just been listed, where its datastore is set so. Once for a snapshot, also
 * when the listing is repeated. The client waits for no more than two rows.
 */
export async function queueVerification(
  tx: Transaction,
  queue: Queue,
  datastoreId: string,
  { namespace, type, id, time }: SnapshotRef,
): Promise<void> {
  const [row] = await tx
    .select({ name: datastore.name, verifyNew: datastore.verifyNew })
    .from(datastore)
    .where(and(eq(datastore.id, datastoreId), eq(datastore.phase, 'ready')));
  if (!row?.verifyNew) return;
  const place = { namespace, depth: 0, group: { type, id }, time };
  const same = sql`${task.payload} @> ${JSON.stringify(place)}::jsonb`;
  const isSent = and(
    ...[
      eq(task.datastoreId, datastoreId),
      eq(task.kind, 'datastore.verify'),
      eq(task.createdBy, SYSTEM),
      same,
    ],
  );
  if ((await tx.$count(task, isSent)) > 0) return;
  const wish = { ...place, outdatedAfterDays: null, budgetBytes: null };
  await enqueueTask(tx, queue, {
    kind: 'datastore.verify',
    payload: { datastoreId, ...wish, onBehalfOf: null, until: null },
    datastore: { id: datastoreId, name: row.name },
    subject: verifySubject(row.name, wish),
    createdBy: SYSTEM,
  });
}

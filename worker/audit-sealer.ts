import { setTimeout } from 'node:timers/promises';
import { and, eq, inArray } from 'drizzle-orm';
import { lockChain, sealAudit } from '#drizzle/audit-chain.ts';
import { retireAudit } from '#drizzle/audit-log.ts';
import { SYSTEM_QUEUE } from '#drizzle/queue.ts';
import { task } from '#drizzle/schema/task.ts';
import { readSetting } from '#drizzle/settings.ts';
import { enqueueTask } from '#drizzle/tasks.ts';
import type { WorkerContext } from './worker-context.ts';

/** Rows of the audit log are in its chain about a second after they were committed. */
const SEAL_EVERY_MS = 1000;
const VERIFY_EVERY_MS = 86_400_000;

/** Seals until the worker stops. Every worker does: one that has nothing to do costs one short query. */
export async function keepSealing({ db, log, stopping }: WorkerContext): Promise<void> {
  for (let failing = false; !stopping.aborted; ) {
    try {
      await sealAudit(db);
      failing = false;
    } catch (error) {
      if (!failing && !stopping.aborted) log.warn({ err: error }, 'the audit log cannot be sealed');
      failing = true;
    }
    await setTimeout(SEAL_EVERY_MS, null, { signal: stopping }).catch(() => {});
  }
}

type Records = Pick<WorkerContext, 'db' | 'queue' | 'clock'>;

/** Removes what need not be kept any longer, and has the chain verified once a day. */
export async function careForAudit(records: Records): Promise<void> {
  await retireAudit(records.db, await readSetting(records.db, 'auditRetentionDays'));
  await verifyWhenDue(records);
}

async function verifyWhenDue({ db, queue, clock }: Records): Promise<void> {
  await queue.ensure(SYSTEM_QUEUE);
  await db.transaction(async (tx) => {
    const { verifiedAt, headPosition } = await lockChain(tx);
    if (headPosition === 0 || clock.now() - (verifiedAt?.getTime() ?? 0) < VERIFY_EVERY_MS) return;
    const waiting = and(eq(task.kind, 'audit.verify'), inArray(task.state, ['queued', 'running']));
    if ((await tx.$count(task, waiting)) > 0) return;
    const wish = { kind: 'audit.verify', payload: { expect: null }, datastore: null } as const;
    await enqueueTask(tx, queue, { ...wish, subject: 'audit log', createdBy: 'system' });
  });
}

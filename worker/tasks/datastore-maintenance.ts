import { eq } from 'drizzle-orm';
import { statusSentence } from '#domain/datastore.ts';
import { announce } from '#drizzle/changes.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { probeNow } from '../prober.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

/**
 * Enters or leaves a maintenance mode. The mode counts at once for new work; entering offline then waits for what
 * is running, and lets go of the storage so that it can be unmounted.
 */
export const handleMaintenance: TaskHandler<'datastore.maintenance'> = async (context) => {
  const owned = ownedBy(context);
  const { mode, message } = context.payload;
  const since = context.worker.clock.now();
  const maintenance = mode === null ? null : { mode, message, since, by: context.createdBy };
  await context.worker.db.update(datastore).set({ maintenance }).where(eq(datastore.id, owned.id));
  await announce(context.worker.db, 'datastore', owned.id, owned.id);
  await owned.reload();
  if (mode === 'offline') {
    for (const title of owned.operations.list()) context.log('info', `Waiting for ${title}.`);
    context.progress({ phase: 'Waiting for running work', total: owned.operations.count });
    await owned.operations.idle(context.signal);
  }
  await owned.refreshStatus();
  if (mode === null) await probeNow(context.worker, owned);
  const outcome =
    mode === null
      ? statusSentence(owned.name, { status: owned.row.status, reason: owned.row.statusReason })
      : `${owned.name} is in ${mode} maintenance.`;
  return { outcome };
};

import { eq } from 'drizzle-orm';
import { statusSentence } from '#domain/datastore.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { probeNow } from '../prober.ts';
import { mountRecord } from './datastore-create.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

/** Looks at the storage now and prints each step; fails when the datastore is not usable afterwards. */
export const handleProbe: TaskHandler<'datastore.probe'> = async (context) => {
  const owned = ownedBy(context);
  if (context.payload.acceptMount) {
    const mount = await mountRecord(context.worker, owned.row.config.path);
    context.log('info', `Recording ${mount.type} ${mount.source} on ${mount.mountPoint} as the right mount.`);
    await context.worker.db
      .update(datastore)
      .set({ config: { ...owned.row.config, mount } })
      .where(eq(datastore.id, owned.id));
    await owned.reload();
  }
  const result = await probeNow(context.worker, owned);
  for (const step of result.steps) {
    const level = step.outcome === 'ok' ? 'info' : step.outcome === 'warning' ? 'warning' : 'error';
    context.log(level, `${step.name}: ${step.detail} (${step.ms.toFixed(1)} ms)`);
  }
  const { status, statusReason } = owned.row;
  return {
    outcome: statusSentence(owned.name, { status, reason: statusReason }),
    result: { status, steps: result.steps },
  };
};

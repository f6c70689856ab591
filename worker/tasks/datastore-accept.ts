import { and, eq } from 'drizzle-orm';
import { statusSentence } from '#domain/datastore.ts';
import { BackupError } from '#domain/errors.ts';
import { formatCount } from '#domain/units.ts';
import { announce } from '#drizzle/changes.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { probeNow } from '../prober.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

/**
 * Trusts a datastore again on which a flush failed, because an administrator says so. Everything that was written since
 * the last flush that is known to have worked is checked first; what is damaged is set aside, and known from then on.
 */
export const handleAccept: TaskHandler<'datastore.accept'> = async (context) => {
  const owned = ownedBy(context);
  await owned.reload();
  const { suspect } = owned.row;
  if (suspect === null)
    return { outcome: `${owned.name} does not wait to be accepted: nothing was changed.` };
  context.log('info', `Why it is not trusted: ${suspect}`);
  context.log('info', `Why ${context.createdBy} trusts it again: ${context.payload.reason}`);
  for (const title of owned.operations.list()) context.log('info', `Waiting for ${title}.`);
  context.progress({ phase: 'Waiting for running work', total: owned.operations.count });
  await owned.operations.idle(context.signal);
  context.progress({ phase: 'Probe' });
  await owned.letGo();
  const probe = await probeNow(context.worker, owned);
  if (!probe.reachable || !probe.writable) {
    throw new BackupError('DATASTORE_OFFLINE', `The storage of ${owned.name} is not sound: ${probe.reason}`, {
      hint: 'Mend the storage first, then accept the datastore.',
    });
  }
  if (!owned.isOpen) {
    throw new BackupError(
      'DATASTORE_OFFLINE',
      `${owned.name} could not be opened: ${owned.row.statusReason}`,
    );
  }
  context.progress({ phase: 'Chunks written since the last flush' });
  const found = await owned.recovered();
  for (const { digest } of found?.bad ?? [])
    context.log('warning', `Chunk ${digest} is damaged and was set aside.`);
  await context.worker.db
    .update(datastore)
    .set({ suspect: null })
    .where(and(eq(datastore.id, owned.id), eq(datastore.suspect, suspect))); // not one that came up meanwhile
  await announce(context.worker.db, 'datastore', owned.id, owned.id);
  await owned.refreshStatus();
  const { status, statusReason } = owned.row;
  const checked = `Chunks that were checked: ${formatCount(found?.checked ?? 0)}; damaged: ${formatCount(found?.bad.length ?? 0)}.`;
  return {
    outcome: `${statusSentence(owned.name, { status, reason: statusReason })} ${checked}`,
    result: { status, checked: found?.checked ?? 0, bad: found?.bad ?? [] },
  };
};

import type { Datastore } from '#engine/datastore.ts';
import { type CrashWindowReport, scanCrashWindow } from '#engine/recover/crash-window.ts';
import { recordDamaged } from './catalog/damaged-chunks.ts';
import type { DatastoreRow } from './open-datastore.ts';
import type { WorkerContext } from './worker-context.ts';

/** Slack for clocks and for what was under way at the last flush. */
const SLACK_MS = 60_000;

/**
 * The last owner did not close the datastore in order. Until the chunks of the crash window have been looked at,
 * inserting overwrites them instead of trusting them, so backups may start at once. Resolves when it is done; its failure is logged.
 */
export function recoverCrashWindow(
  context: WorkerContext,
  store: Datastore,
  row: DatastoreRow,
  refreshStatus: () => Promise<void>,
): Promise<CrashWindowReport> {
  const since = (row.lastSyncAt ?? row.createdAt).getTime() - SLACK_MS;
  store.chunks.distrustSince(since);
  const scan = async () => {
    const report = await scanCrashWindow(store, since, context.stopping);
    store.chunks.distrustSince(null);
    if (report.bad.length > 0) {
      await recordDamaged(context.db, row.id, report.bad);
      await refreshStatus();
    }
    const level = report.bad.length > 0 ? 'warn' : 'info';
    context.log[level](
      { datastore: row.name, ...report },
      'scanned what was written before the unclean stop',
    );
    return report;
  };
  const done = scan();
  done.catch((error) =>
    context.log.error({ datastore: row.name, err: error }, 'the scan of the crash window failed'),
  );
  return done;
}

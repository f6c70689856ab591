import type { Datastore } from '#engine/datastore.ts';
import { type CrashWindowReport, scanCrashWindow } from '#engine/recover/crash-window.ts';
import { recordDamaged } from './catalog/damaged-chunks.ts';
import { requestRescan } from './catalog/request-rescan.ts';
import type { OwnedDatastore } from './owned-datastore.ts';
import type { WorkerContext } from './worker-context.ts';

/** Slack for clocks and for what was under way at the last flush. */
const SLACK_MS = 60_000;
/** The same for what was under way when the chunks were last noted. */
const COUNT_SLACK_MS = 2000;

/**
 * The last owner did not close the datastore in order. Until the chunks of the crash window have been looked at,
 * inserting overwrites them instead of trusting them, so backups may start at once, and how many chunks there are counts as
 * unknown. Resolves once that has begun, to a promise of its end; a failure is logged. `closing` ends it.
 */
export async function recoverCrashWindow(
  context: WorkerContext,
  owned: OwnedDatastore,
  store: Datastore,
  closing: AbortSignal,
): Promise<{ report: Promise<CrashWindowReport> }> {
  const { row } = owned;
  if (row.chunksCountedAt) await owned.chunkFigures.doubt();
  const since = (row.lastSyncAt ?? row.createdAt).getTime() - SLACK_MS;
  store.chunks.distrustSince(since);
  const scan = async () => {
    const { direct } = store.backend.traits;
    const search = () => scanCrashWindow(store, since, AbortSignal.any([context.stopping, closing]));
    // It goes by paths of its own, and must not go on by them when the datastore is closed and opened anew.
    const report = await (direct ? direct.use(search) : search());
    store.chunks.distrustSince(null);
    if (report.bad.length > 0) {
      await recordDamaged(context.db, row.id, report.bad);
      await owned.refreshStatus();
    }
    const level = report.bad.length > 0 ? 'warn' : 'info';
    context.log[level](
      { datastore: row.name, ...report },
      'scanned what was written before the unclean stop',
    );
    await settleCount(context, owned, row.chunksCountedAt, report);
    return report;
  };
  const report = scan();
  report.catch((error) => {
    const level = closing.aborted || context.stopping.aborted ? 'info' : 'error'; // the next owner begins anew
    context.log[level]({ datastore: row.name, err: error }, 'the scan of the crash window has not ended');
  });
  return { report };
}

/** Counts anew if chunks came or went that the last owner had no time to add to its count. */
async function settleCount(
  context: WorkerContext,
  owned: OwnedDatastore,
  countedAt: Date | null,
  { changedMs }: CrashWindowReport,
): Promise<void> {
  const isComplete =
    countedAt !== null && (changedMs === null || changedMs < countedAt.getTime() - COUNT_SLACK_MS);
  if (isComplete) await owned.chunkFigures.trust(countedAt);
  else await requestRescan(context, owned.row);
}

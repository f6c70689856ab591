import { countOf, formatBytes } from '#domain/units.ts';
import { countChunks } from '../catalog/count-chunks.ts';
import { reconcileCatalog } from '../catalog/reconcile.ts';
import { ownedBy, type TaskHandler } from './task-context.ts';

/** Makes the catalog rows anew and counts the chunks. */
export const handleRescan: TaskHandler<'datastore.rescan'> = async (context) => {
  const owned = ownedBy(context);
  const store = owned.reader();
  const options = { full: true, signal: context.signal, report: context.progress };
  const report = await reconcileCatalog(context.worker.db, store, owned.id, options);
  for (const name of report.added) context.log('info', `Found ${name}, which had no record.`);
  for (const name of report.removed)
    context.log('info', `Took the record of ${name} away: it is not in the datastore.`);
  if (report.leftovers > 0) context.log('info', `Finished ${report.leftovers} interrupted removals.`);
  const chunks = await countChunks(context, owned, store);
  const found = `${countOf(report.snapshots, 'snapshot')} in ${countOf(report.groups, 'group')}`;
  const trash = report.trashed > 0 ? `, ${countOf(report.trashed, 'snapshot')} in the trash` : '';
  const outcome = `${found}${trash}; ${countOf(chunks.chunks, 'chunk')}, ${formatBytes(chunks.bytes)}.`;
  return { outcome, result: { ...report, chunks: { count: chunks.chunks, bytes: chunks.bytes } } };
};

import type { IncomingMessage } from 'node:http';
import { formatSnapshotPath } from '#domain/ids.ts';
import type { BrowseInput } from '#domain/snapshot.ts';
import { snapshotOf } from '#domain/snapshot.ts';
import { recordAudit } from '#drizzle/audit.ts';
import { gatewayGet } from '../../gateway/gateway-request.ts';
import { actor, type ServiceContext } from '../context.ts';
import { requireContent, requireOwner } from '../require-content.ts';
import { snapshotQuery } from './browse-snapshot.ts';
import { findSnapshot, snapshotMissing } from './find-snapshot.ts';

/**
 * The bytes of one file inside an archive, of a directory as a zip, or of a whole blob, as a stream from the
 * gateway. Reading other people's data leaves a trace in the audit log.
 */
export async function downloadFile(context: ServiceContext, input: BrowseInput): Promise<IncomingMessage> {
  const right = await requireContent(context, input, ['Datastore.Read'], 'Datastore.Backup');
  const found = await findSnapshot(context.db, input);
  requireOwner(right, found.owner, snapshotMissing(input));
  const base = `/admin/datastore/${found.datastore.name}`;
  const inArchive = input.path !== '';
  const query = { ...snapshotQuery(input) };
  const response = await gatewayGet(context, {
    datastoreId: found.datastore.id,
    path: inArchive ? `${base}/pxar-file-download` : `${base}/download-decoded`,
    query: inArchive
      ? { ...query, 'archive-name': input.archive, filepath: input.path }
      : { ...query, 'file-name': input.archive },
  });
  await recordAudit(context.db, {
    ...actor(context),
    action: 'snapshot.download',
    subject: `${found.datastore.name}:${formatSnapshotPath(snapshotOf(input))}`,
    detail: {
      archive: input.archive,
      path: Buffer.from(input.path, 'base64').toString('utf8').slice(0, 500),
    },
  });
  return response;
}

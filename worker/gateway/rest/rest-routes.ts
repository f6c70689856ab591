import type { IncomingMessage } from 'node:http';
import type { GatewayContext } from '../gateway-context.ts';
import type { Parameters } from '../parameters.ts';
import { refuseWithoutUpgrade } from '../upgrade.ts';
import { createTicket, permissions, version } from './access.ts';
import {
  createStoreNamespace,
  forgetGroup,
  forgetSnapshot,
  getNotes,
  getProtected,
  putNotes,
  putProtected,
} from './content-changes.ts';
import { listFiles, listGroups, listNamespaces, listSnapshots } from './content-lists.ts';
import { browseCatalog, downloadDecoded, downloadEntry, downloadRaw } from './downloads.ts';
import type { RestRoute } from './rest-call.ts';
import { datastoreUsage, listStores, storeStatus } from './status.ts';
import { uploadLog } from './upload-log.ts';

/** What can be called, by method and path. */

type PublicRoute = (
  context: GatewayContext,
  parameters: Parameters,
  request: IncomingMessage,
) => Promise<unknown>;

const plain = (run: RestRoute['run']): RestRoute => ({ body: 'parameters', run });
const raw = (run: RestRoute['run']): RestRoute => ({ body: 'raw', run });

export const PUBLIC_ROUTES: Record<string, PublicRoute> = {
  'GET /ping': async () => ({ pong: true }),
  'POST /access/ticket': createTicket,
};

export const ROUTES: Record<string, RestRoute> = {
  'GET /version': plain(version),
  'GET /access/permissions': plain(permissions),
  'GET /admin/datastore': plain(listStores),
  'GET /status/datastore-usage': plain(datastoreUsage),
  // As upgrades these do not get here.
  'GET /backup': raw(refuseWithoutUpgrade),
  'GET /reader': raw(refuseWithoutUpgrade),
};

/** Below `/admin/datastore/{store}`. */
export const STORE_ROUTES: Record<string, RestRoute> = {
  'GET /status': plain(storeStatus),
  'GET /namespace': plain(listNamespaces),
  'POST /namespace': plain(createStoreNamespace),
  'GET /groups': plain(listGroups),
  'DELETE /groups': plain(forgetGroup),
  'GET /snapshots': plain(listSnapshots),
  'DELETE /snapshots': plain(forgetSnapshot),
  'GET /files': plain(listFiles),
  'GET /notes': plain(getNotes),
  'PUT /notes': plain(putNotes),
  'GET /protected': plain(getProtected),
  'PUT /protected': plain(putProtected),
  'GET /download': raw(downloadRaw),
  'GET /download-decoded': raw(downloadDecoded),
  'GET /catalog': plain(browseCatalog),
  'GET /pxar-file-download': raw(downloadEntry),
  'POST /upload-backup-log': raw(uploadLog),
};

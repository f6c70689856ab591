import type { IncomingMessage } from 'node:http';
import type { GatewayContext } from '../gateway-context.ts';
import type { Parameters } from '../parameters.ts';
import { refuseWithoutUpgrade } from '../upgrade.ts';
import { createTicket, identity, permissions, version } from './access.ts';
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
import { removeStoreNamespace } from './remove-namespace.ts';
import type { KnownParameters, RestRoute } from './rest-call.ts';
import { datastoreUsage, listStores, storeStatus } from './status.ts';
import { uploadLog } from './upload-log.ts';

/** What can be called, by method and path, and with which parameters. */

interface PublicRoute {
  parameters: KnownParameters;
  run(context: GatewayContext, parameters: Parameters, request: IncomingMessage): Promise<unknown>;
}

const plain = (run: RestRoute['run'], ...parameters: string[]): RestRoute => ({
  body: 'parameters',
  parameters,
  run,
});
const raw = (run: RestRoute['run'], ...parameters: string[]): RestRoute => ({ body: 'raw', parameters, run });

const GROUP = ['ns', 'backup-type', 'backup-id'];
const SNAPSHOT = [...GROUP, 'backup-time'];

export const PUBLIC_ROUTES: Record<string, PublicRoute> = {
  'GET /ping': { parameters: [], run: async () => ({ pong: true }) },
  'POST /access/ticket': {
    // Clients of newer versions say that they know a newer form of tickets; nobody has to answer with it.
    parameters: ['username', 'password', 'new-format'],
    run: createTicket,
  },
};

export const ROUTES: Record<string, RestRoute> = {
  'GET /version': plain(version),
  'GET /access/permissions': plain(permissions),
  'GET /admin/datastore': plain(listStores),
  'GET /nodes/localhost/identity': plain(identity),
  'GET /status/datastore-usage': plain(datastoreUsage),
  // As upgrades these do not get here.
  'GET /backup': { ...raw(refuseWithoutUpgrade), parameters: 'any' },
  'GET /reader': { ...raw(refuseWithoutUpgrade), parameters: 'any' },
};

/** Below `/admin/datastore/{store}`. */
export const STORE_ROUTES: Record<string, RestRoute> = {
  'GET /status': plain(storeStatus, 'verbose'),
  'GET /namespace': plain(listNamespaces, 'parent', 'max-depth'),
  'POST /namespace': plain(createStoreNamespace, 'name', 'parent'),
  'DELETE /namespace': plain(removeStoreNamespace, 'ns', 'delete-groups', 'error-on-protected'),
  'GET /groups': plain(listGroups, 'ns'),
  'DELETE /groups': plain(forgetGroup, ...GROUP, 'error-on-protected'),
  'GET /snapshots': plain(listSnapshots, ...GROUP),
  'DELETE /snapshots': plain(forgetSnapshot, ...SNAPSHOT),
  'GET /files': plain(listFiles, ...SNAPSHOT),
  'GET /notes': plain(getNotes, ...SNAPSHOT),
  'PUT /notes': plain(putNotes, ...SNAPSHOT, 'notes'),
  'GET /protected': plain(getProtected, ...SNAPSHOT),
  'PUT /protected': plain(putProtected, ...SNAPSHOT, 'protected'),
  'GET /download': raw(downloadRaw, ...SNAPSHOT, 'file-name'),
  'GET /download-decoded': raw(downloadDecoded, ...SNAPSHOT, 'file-name'),
  'GET /catalog': plain(browseCatalog, ...SNAPSHOT, 'filepath', 'archive-name'),
  'GET /pxar-file-download': raw(downloadEntry, ...SNAPSHOT, 'filepath', 'archive-name', 'tar'),
  'POST /upload-backup-log': raw(uploadLog, ...SNAPSHOT),
};

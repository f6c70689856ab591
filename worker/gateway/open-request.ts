import { eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { DatastoreName } from '#domain/ids.ts';
import { datastore, datastoreLease, worker } from '#drizzle/schema/datastore.ts';
import type { OwnedDatastore } from '../owned-datastore.ts';
import type { GatewayCaller } from './authenticate.ts';
import type { GatewayContext } from './gateway-context.ts';
import type { Parameters } from './parameters.ts';

/** A request for an upgraded connection, before it is granted. */
export interface OpenRequest {
  context: GatewayContext;
  caller: GatewayCaller;
  parameters: Parameters;
  /** Called when the rights and the datastore have been checked: the order of refusals is part of the protocol. */
  checkHeader: () => void;
}

/** The datastore of that name, if this worker owns it; else an error that says who does. */
export async function findOwned(context: GatewayContext, name: DatastoreName): Promise<OwnedDatastore> {
  const owned = context.ownership.byName(name);
  if (owned) return owned;
  const [row] = await context.worker.db
    .select({ url: worker.gatewayUrl })
    .from(datastore)
    .leftJoin(datastoreLease, eq(datastoreLease.datastoreId, datastore.id))
    .leftJoin(worker, eq(worker.id, datastoreLease.workerId))
    .where(eq(datastore.name, name));
  if (!row) throw new BackupError('DATASTORE_NOT_FOUND', `datastore '${name}' does not exist`);
  throw new BackupError(
    'DATASTORE_NOT_OWNED',
    `datastore '${name}' is served by another worker${row.url ? ` at ${row.url}` : ''}`,
  );
}

export function isStopping(): BackupError {
  return new BackupError('SHUTTING_DOWN', 'The server is stopping; try again in a moment.');
}

/** More connections than the server is made for are asked to come back, before anything is touched. */
export function checkRoom(context: GatewayContext): void {
  // The one that asks is among those that are being opened.
  if (context.sessions.size + context.opening <= context.worker.config.sessionsMax) return;
  throw new BackupError('SHUTTING_DOWN', 'too many backup connections; try again in a minute');
}

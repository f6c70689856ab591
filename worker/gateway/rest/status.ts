import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { datastorePath } from '#domain/permissions.ts';
import { datastore } from '#drizzle/schema/datastore.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import { findOwned } from '../open-request.ts';
import { CONTENT_PRIVILEGES } from './content-rights.ts';
import type { RestCall } from './rest-call.ts';

/** Datastores and how full they are. */

export async function listStores(call: RestCall) {
  const rows = await call.context.worker.db.select().from(datastore).where(isNotNull(datastore.identity));
  return rows
    .filter((row) => call.caller.holdsBelow(datastorePath(row.name), ...CONTENT_PRIVILEGES))
    .map((row) => ({
      store: row.name,
      ...(row.comment === '' ? {} : { comment: row.comment }),
      'mount-status': 'nonremovable',
      'backend-type': 'filesystem',
      ...(row.maintenance
        ? { maintenance: `type=${row.maintenance.mode},message=${row.maintenance.message}` }
        : {}),
    }));
}

export async function storeStatus(call: RestCall) {
  const path = datastorePath(call.store);
  const seesSizes = call.caller.holds(path, 'Datastore.Audit', 'Datastore.Backup');
  if (!seesSizes && !call.caller.holdsBelow(path, ...CONTENT_PRIVILEGES)) {
    throw new BackupError(
      'PRIVILEGE_MISSING',
      `permission check failed - missing ${CONTENT_PRIVILEGES.join('|')} on ${path}`,
    );
  }
  const owned = await findOwned(call.context, call.store);
  owned.reader(); // an offline datastore says so instead of giving old numbers
  await owned.reload();
  const { totalBytes, usedBytes, availableBytes } = owned.row;
  const sizes = seesSizes
    ? { total: totalBytes ?? 0, used: usedBytes ?? 0, avail: availableBytes ?? 0 }
    : { total: 0, used: 0, avail: 0 };
  const counts = call.parameters.boolean('verbose') ? { counts: await countByType(call, owned.id) } : {};
  return { ...sizes, 'backend-type': 'filesystem', ...counts };
}

async function countByType(call: RestCall, datastoreId: string) {
  const rows = await call.context.worker.db
    .select({
      type: snapshot.type,
      groups: sql<number>`count(distinct (${snapshot.namespace}, ${snapshot.backupId}))::int`,
      snapshots: sql<number>`count(*)::int`,
    })
    .from(snapshot)
    .where(and(eq(snapshot.datastoreId, datastoreId)))
    .groupBy(snapshot.type);
  return Object.fromEntries(rows.map(({ type, groups, snapshots }) => [type, { groups, snapshots }]));
}

export async function datastoreUsage(call: RestCall) {
  const rows = await call.context.worker.db.select().from(datastore).where(isNotNull(datastore.identity));
  return rows
    .filter((row) => call.caller.holds(datastorePath(row.name), 'Datastore.Audit', 'Datastore.Backup'))
    .map((row) => ({
      store: row.name,
      total: row.totalBytes ?? 0,
      used: row.usedBytes ?? 0,
      avail: row.availableBytes ?? 0,
      'mount-status': 'nonremovable',
      'backend-type': 'filesystem',
      ...(row.statusReason === '' ? {} : { error: row.statusReason }),
    }));
}

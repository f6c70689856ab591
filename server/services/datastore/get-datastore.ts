import { asc, eq, sql } from 'drizzle-orm';
import type { ProbeStep } from '#domain/datastore.ts';
import { BackupError } from '#domain/errors.ts';
import type { BackupType, DatastoreName } from '#domain/ids.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import type { Database } from '#drizzle/client.ts';
import { backupGroup, snapshot } from '#drizzle/schema/snapshot.ts';
import { privilegeBelowFilter, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import { outcomeFilter } from '../../auth/visible-tasks.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { type DatastoreView, viewDatastores } from './datastore-view.ts';
import { VISIBLE } from './list-datastores.ts';

export interface DatastoreDetail extends DatastoreView {
  probeSteps: ProbeStep[];
  /** What it holds, by backup type; types without a group are left out. */
  types: { type: BackupType; groupCount: number; snapshotCount: number; logicalBytes: number }[];
  /** The uuid in the datastore's identity file. */
  identity: string | null;
}

export async function getDatastore(
  context: ServiceContext,
  input: { name: DatastoreName },
): Promise<DatastoreDetail> {
  await requirePrivilegeBelow(context, datastorePath(input.name), ...VISIBLE);
  const row = await findDatastore(context.db, input.name);
  const holdsBelow = await privilegeBelowFilter(context);
  const sees = {
    hearsOutcome: await outcomeFilter(context),
    seesBelow: (path: AclPath) => holdsBelow(path, VISIBLE),
  };
  const [view] = await viewDatastores(context, sees, [input.name]);
  if (!view) throw stillCreating(row.name);
  const types = await countByType(context.db, row.id);
  return { ...view, types, probeSteps: row.probeSteps ?? [], identity: row.identity };
}

async function countByType(db: Database, datastoreId: string): Promise<DatastoreDetail['types']> {
  const groups = await db
    .select({ type: backupGroup.type, groupCount: sql<number>`count(*)::int` })
    .from(backupGroup)
    .where(eq(backupGroup.datastoreId, datastoreId))
    .groupBy(backupGroup.type)
    .orderBy(asc(backupGroup.type));
  const snapshots = await db
    .select({
      type: snapshot.type,
      snapshotCount: sql<number>`count(*) filter (where ${snapshot.finished})::int`,
      logicalBytes: sql<number>`coalesce(sum(${snapshot.sizeBytes}) filter (where ${snapshot.finished}), 0)::float8`,
    })
    .from(snapshot)
    .where(eq(snapshot.datastoreId, datastoreId))
    .groupBy(snapshot.type);
  return groups.map((row) => {
    const counts = snapshots.find((each) => each.type === row.type);
    return { snapshotCount: 0, logicalBytes: 0, ...counts, ...row };
  });
}

function stillCreating(name: string): BackupError {
  return new BackupError('DATASTORE_NOT_FOUND', `The datastore ${name} is still being created.`, {
    hint: 'Follow its task: ironcore-backup task list',
  });
}

import { and, count, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import type { GroupRef } from '#domain/ids.ts';
import { isFarFewer } from '#domain/prune.ts';
import { type GroupScope, isInScope } from '#domain/scope.ts';
import type { TaskProgress } from '#domain/task.ts';
import { countOf, formatCount } from '#domain/units.ts';
import type { Database } from '#drizzle/client.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listInScope, requireInScope } from '#engine/hierarchy/groups-in-scope.ts';
import { listSnapshots } from '#engine/hierarchy/snapshots.ts';

export interface FindOptions {
  scope: GroupScope;
  /** Go on also when far fewer snapshots are there than on record. */
  acceptMissing: boolean;
  signal: AbortSignal;
  report: (progress: TaskProgress) => void;
}

/**
 * The groups in the scope, from the datastore itself. *Errors*: SNAPSHOTS_MISSING when they hold less than half of the
 * snapshots that are on record, NAMESPACE_NOT_FOUND, GROUP_NOT_FOUND.
 */
export async function findGroups(
  db: Database,
  store: Datastore,
  datastoreId: string,
  { scope, acceptMissing, signal, report }: FindOptions,
): Promise<GroupRef[]> {
  const recorded = await countRecorded(db, datastoreId, scope);
  const groups = await listInScope(store.backend, scope);
  let found = 0;
  for (const [at, group] of groups.entries()) {
    signal.throwIfAborted();
    found += (await listSnapshots(store.backend, group)).length;
    report({ phase: 'Counting', done: at + 1, total: groups.length, unit: 'groups' });
  }
  if (!acceptMissing && isFarFewer(found, recorded)) throw missingSnapshots(found, recorded);
  await requireInScope(store.backend, scope, groups);
  return groups;
}

async function countRecorded(db: Database, datastoreId: string, scope: GroupScope): Promise<number> {
  const { group } = scope;
  const rows = await db
    .select({ namespace: snapshot.namespace, snapshots: count() })
    .from(snapshot)
    .where(
      and(
        eq(snapshot.datastoreId, datastoreId),
        group ? and(eq(snapshot.type, group.type), eq(snapshot.backupId, group.id)) : undefined,
      ),
    )
    .groupBy(snapshot.namespace);
  return rows
    .filter(({ namespace }) => isInScope(namespace, scope))
    .reduce((sum, { snapshots }) => sum + snapshots, 0);
}

function missingSnapshots(found: number, recorded: number): BackupError {
  const words = `Only ${countOf(found, 'snapshot')} of the ${formatCount(recorded)} on record can be found, so nothing was removed.`;
  return new BackupError('SNAPSHOTS_MISSING', words, {
    hint: 'Is all of the storage there? If they were removed on purpose, rescan the datastore first, or add --accept-missing.',
  });
}

import { and, count, eq } from 'drizzle-orm';
import { BackupError } from '#domain/errors.ts';
import { formatGroupPath, type GroupRef } from '#domain/ids.ts';
import { isFarFewer, isInScope, type PruneScope } from '#domain/prune.ts';
import type { TaskProgress } from '#domain/task.ts';
import { countOf, formatCount } from '#domain/units.ts';
import type { Database } from '#drizzle/client.ts';
import { snapshot } from '#drizzle/schema/snapshot.ts';
import type { Datastore } from '#engine/datastore.ts';
import { listGroups, noGroup } from '#engine/hierarchy/groups.ts';
import { listNamespaces, namespaceExists, noNamespace } from '#engine/hierarchy/namespaces.ts';
import { listSnapshots } from '#engine/hierarchy/snapshots.ts';

export interface FindOptions {
  scope: PruneScope;
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
  const groups = await listInScope(store, scope);
  let found = 0;
  for (const [at, group] of groups.entries()) {
    signal.throwIfAborted();
    found += (await listSnapshots(store.backend, group)).length;
    report({ phase: 'Counting', done: at + 1, total: groups.length, unit: 'groups' });
  }
  if (!acceptMissing && isFarFewer(found, recorded)) throw missingSnapshots(found, recorded);
  if (!(await namespaceExists(store.backend, scope.namespace))) throw noNamespace(scope.namespace);
  if (scope.group && groups.length === 0) throw noGroup({ namespace: scope.namespace, ...scope.group });
  return groups;
}

export async function listInScope(
  store: Datastore,
  { namespace, depth, group }: PruneScope,
): Promise<GroupRef[]> {
  const namespaces = await listNamespaces(store.backend, namespace, group ? 0 : (depth ?? undefined));
  const groups: GroupRef[] = [];
  for (const path of namespaces) groups.push(...(await listGroups(store.backend, path)));
  if (group === null) return groups;
  const wanted = formatGroupPath({ namespace, ...group });
  return groups.filter((one) => formatGroupPath(one) === wanted);
}

async function countRecorded(db: Database, datastoreId: string, scope: PruneScope): Promise<number> {
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

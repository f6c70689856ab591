import { isBackupError } from '#domain/errors.ts';
import { parseRemovableNamespace } from '#domain/namespace.ts';
import { type AclPath, datastorePath } from '#domain/permissions.ts';
import { listGroups } from '#engine/hierarchy/groups.ts';
import { listNamespaces, parentOf } from '#engine/hierarchy/namespaces.ts';
import type { OwnedDatastore } from '../../owned-datastore.ts';
import { type NamespaceWish, removeNamespaceOf } from '../../remove-namespace.ts';
import { requireHeld } from '../authenticate.ts';
import { findOwned } from '../open-request.ts';
import { accept } from '../parameters.ts';
import { noteChange, removeRecorded } from './content-changes.ts';
import type { RestCall } from './rest-call.ts';
import { requireNamespace } from './snapshot-rows.ts';

/** What a removal has come to, in the words of the reference. */
interface RemovalStatistics {
  'removed-groups': number;
  'removed-snapshots': number;
  'protected-snapshots': number;
}

/**
 * Removes a namespace with what is below it, and with `delete-groups` what they hold. With protected snapshots in it all of
 * it stays, where the reference removes the rest before it says so; unless that is asked for by `error-on-protected=false`.
 */
export async function removeStoreNamespace(call: RestCall): Promise<RemovalStatistics> {
  const namespace = accept('ns', parseRemovableNamespace(call.parameters.text('ns')));
  const withContent = call.parameters.boolean('delete-groups', false);
  const isStrict = call.parameters.boolean('error-on-protected', true);
  requireHeld(call.caller, datastorePath(call.store, parentOf(namespace)), 'Datastore.Modify');
  const owned = await findOwned(call.context, call.store);
  await requireNamespace(call.context, owned.id, namespace);
  using operation = owned.begin(`Removal of the namespace ${namespace}`);
  const wish: NamespaceWish = {
    ...{ namespace, withContent, includeProtected: false, digest: null, by: call.caller.principal },
    mayModify: (path: AclPath) => call.caller.holds(path, 'Datastore.Modify'),
  };
  const { signal } = operation;
  try {
    const removed = await removeNamespaceOf(call.context.worker, owned, wish, {
      ...{ signal, log: () => {}, progress: () => {} },
    });
    const statistics = statisticsOf(removed.groups, removed.snapshots, 0);
    await noteChange(call, 'namespace.remove', namespace, { ...statistics });
    return statistics;
  } catch (error) {
    if (isStrict || !withContent || !isBackupError(error, 'SNAPSHOT_PROTECTED')) throw error;
    const statistics = await removeUnprotected(call, owned, wish, signal);
    await noteChange(call, 'namespace.removeUnprotected', namespace, { ...statistics });
    return statistics;
  }
}

/** The groups of it one by one; the namespace stays for what is protected. */
async function removeUnprotected(
  call: RestCall,
  owned: OwnedDatastore,
  { namespace }: NamespaceWish,
  signal: AbortSignal,
): Promise<RemovalStatistics> {
  const { backend } = owned.writer();
  const sum = statisticsOf(0, 0, 0);
  for (const path of (await listNamespaces(backend, namespace)).reverse()) {
    for (const group of await listGroups(backend, path)) {
      signal.throwIfAborted();
      const { removed, kept } = await removeRecorded(call, owned, group);
      sum['removed-groups'] += kept.length > 0 ? 0 : 1;
      sum['removed-snapshots'] += removed.length;
      sum['protected-snapshots'] += kept.length;
    }
  }
  return sum;
}

function statisticsOf(groups: number, snapshots: number, kept: number): RemovalStatistics {
  return { 'removed-groups': groups, 'removed-snapshots': snapshots, 'protected-snapshots': kept };
}

import { BackupError } from '#domain/errors.ts';
import { namespaceComponents, parseNamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { must } from '#domain/result.ts';
import type { NamespaceCreateInput } from '#domain/snapshot.ts';
import { requirePrivilege, requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { hasNamespace } from '../find-namespace.ts';
import { requireVisibleNamespace } from '../require-visible-namespace.ts';
import { startTask } from '../start-task.ts';

/** Below one that exists: as in a Proxmox Backup Server, those above are not made on the way. */
export async function createNamespace(
  context: ServiceContext,
  input: NamespaceCreateInput,
): Promise<{ taskId: string }> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const place = { datastore: input.datastore, namespace: input.parent };
  const row = await requireVisibleNamespace(context, place, 'parent');
  await requirePrivilege(context, datastorePath(input.datastore, input.parent), 'Datastore.Modify');
  const path = [...namespaceComponents(input.parent), input.name].join('/');
  const namespace = must(parseNamespacePath(path, 'name'));
  if (await hasNamespace(context.db, row.id, namespace)) {
    throw new BackupError('NAMESPACE_EXISTS', `The namespace ${namespace} exists.`, { field: 'name' });
  }
  return startTask(context, {
    kind: 'namespace.create',
    payload: { datastoreId: row.id, namespace },
    datastore: row,
    subject: `${row.name}:${namespace}`,
  });
}

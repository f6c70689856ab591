import { namespaceComponents, parseNamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { must } from '#domain/result.ts';
import type { NamespaceCreateInput } from '#domain/snapshot.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { startTask } from '../start-task.ts';

export async function createNamespace(
  context: ServiceContext,
  input: NamespaceCreateInput,
): Promise<{ taskId: string }> {
  await requirePrivilege(context, datastorePath(input.datastore, input.parent), 'Datastore.Modify');
  const row = await findDatastore(context.db, input.datastore);
  const namespace = must(parseNamespacePath([...namespaceComponents(input.parent), input.name].join('/')));
  return startTask(context, {
    kind: 'namespace.create',
    payload: { datastoreId: row.id, namespace },
    datastore: row,
    subject: `${row.name}:${namespace}`,
  });
}

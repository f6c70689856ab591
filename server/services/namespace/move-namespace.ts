import type { NamespaceMoveInput } from '#domain/move.ts';
import { datastorePath } from '#domain/permissions.ts';
import { must } from '#domain/result.ts';
import { requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { startTask } from '../start-task.ts';
import { planNamespaceMove, requireMovable } from './plan-move.ts';

/** Moves or renames a namespace, and refuses at once what the task would refuse, as far as the lists tell. */
export async function moveNamespace(
  context: ServiceContext,
  input: NamespaceMoveInput,
): Promise<{ taskId: string }> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const row = await requireMovable(context, input);
  const { namespace: from, destination: to } = input;
  const { refusal, namespaces, groupCount, snapshotCount } = await planNamespaceMove(context, input);
  if (refusal) must({ ok: false, problem: refusal });
  return startTask(context, {
    kind: 'namespace.move',
    payload: { datastoreId: row.id, from, to },
    datastore: row,
    subject: `${row.name}:${from}`,
    detail: { destination: to, namespaces: namespaces.length, groupCount, snapshotCount },
  });
}

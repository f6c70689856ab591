import { BackupError } from '#domain/errors.ts';
import type { NamespaceRemoveInput } from '#domain/namespace.ts';
import { datastorePath } from '#domain/permissions.ts';
import { countOf } from '#domain/units.ts';
import { requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { VISIBLE } from '../datastore/list-datastores.ts';
import { startTask } from '../start-task.ts';
import { type NamespaceRemovalPlan, planNamespaceRemoval } from './plan-removal.ts';
import { requireRemovable } from './require-removable.ts';

/**
 * Removes a namespace as the plan says, and refuses at once what the task would refuse: without a digest of a plan that
 * was seen, what is in it now is what goes.
 */
export async function removeNamespace(
  context: ServiceContext,
  input: NamespaceRemoveInput,
): Promise<{ taskId: string }> {
  await requirePrivilegeBelow(context, datastorePath(input.datastore), ...VISIBLE);
  const row = await requireRemovable(context, input);
  const plan = await planNamespaceRemoval(context, input);
  refuse(input, plan);
  const { namespace, withContent, includeProtected } = input;
  const { digest, snapshotCount, protectedCount, grantCount } = plan;
  return startTask(context, {
    kind: 'namespace.remove',
    payload: { datastoreId: row.id, namespace, withContent, includeProtected, digest },
    datastore: row,
    subject: `${row.name}:${namespace}`,
    detail: { withContent, includeProtected, snapshotCount, protectedCount, grantCount },
  });
}

function refuse(input: NamespaceRemoveInput, plan: NamespaceRemovalPlan): void {
  const place = `${input.datastore}:${input.namespace}`;
  if (input.digest !== undefined && input.digest !== plan.digest) {
    throw new BackupError('CONFLICTING_CHANGE', `What is in ${place} is not what was agreed to go.`, {
      field: 'digest',
      hint: 'Something came, went or was protected meanwhile. Look at the plan again.',
    });
  }
  if (!input.withContent && plan.snapshotCount > 0) {
    throw new BackupError('NAMESPACE_NOT_EMPTY', `${place} holds ${contentWords(plan)}.`, {
      field: 'withContent',
      hint: 'Move or forget them first, or remove it with its content.',
    });
  }
  if (!input.includeProtected && plan.protectedCount > 0) {
    throw new BackupError('SNAPSHOT_PROTECTED', `Protected snapshots in ${place}: ${plan.protectedCount}.`, {
      field: 'includeProtected',
      hint: 'Lift the protection first, or agree that protected ones go as well.',
    });
  }
}

function contentWords({ snapshotCount, groups }: NamespaceRemovalPlan): string {
  return `${countOf(snapshotCount, 'snapshot')} in ${countOf(groups.length, 'group')}`;
}

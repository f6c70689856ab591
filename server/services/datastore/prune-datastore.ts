import { datastorePath } from '#domain/permissions.ts';
import { PRUNE_PRIVILEGES, type PruneInput } from '#domain/prune.ts';
import { scopeSubject } from '#domain/scope.ts';
import { requirePrivilegeBelow } from '../../auth/require-privilege.ts';
import type { ServiceContext } from '../context.ts';
import { requirePruneScope } from '../require-prune-scope.ts';
import { startTask } from '../start-task.ts';

/**
 * Removes what no rule keeps. The task plans each group from the datastore itself, with the caller's privileges: with
 * Datastore.Prune alone only groups of the caller's own.
 */
export async function pruneDatastore(
  context: ServiceContext,
  input: PruneInput,
): Promise<{ taskId: string }> {
  const caller = await requirePrivilegeBelow(
    context,
    datastorePath(input.name, input.namespace),
    ...PRUNE_PRIVILEGES,
  );
  const row = await requirePruneScope(context, input);
  const { name, ...wish } = input;
  return startTask(context, {
    kind: 'datastore.prune',
    payload: { datastoreId: row.id, ...wish, onBehalfOf: caller.principal },
    datastore: row,
    subject: scopeSubject(row.name, input),
    detail: { keep: input.keep, depth: input.depth, acceptMissing: input.acceptMissing },
  });
}

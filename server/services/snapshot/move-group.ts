import { formatGroupPath } from '#domain/ids.ts';
import type { GroupMoveInput } from '#domain/move.ts';
import { must } from '#domain/result.ts';
import { groupOf } from '#domain/snapshot.ts';
import type { ServiceContext } from '../context.ts';
import { requireContent } from '../require-content.ts';
import { startTask } from '../start-task.ts';
import { planGroupMove, requireMovable } from './plan-move.ts';

/** Moves a group to another namespace, and refuses at once what the task would refuse, as far as the lists tell. */
export async function moveGroup(context: ServiceContext, input: GroupMoveInput): Promise<{ taskId: string }> {
  await requireContent(context, input.source, ['Datastore.Modify'], 'Datastore.Prune');
  const { row, owner } = await requireMovable(context, input);
  const { source, destination, merge } = input;
  const { refusal, mergeRefusal, snapshotCount } = await planGroupMove(context, input);
  const problem = merge ? mergeRefusal : refusal;
  if (problem) must({ ok: false, problem });
  const { type, id } = source;
  return startTask(context, {
    kind: 'snapshot.move',
    payload: {
      ...{ datastoreId: row.id, group: { type, id }, merge },
      ...{ from: source.namespace, to: destination.namespace },
    },
    datastore: row,
    subject: `${row.name}:${formatGroupPath(groupOf(source))}`,
    detail: { destination: formatGroupPath(groupOf(destination)), merge, owner, snapshotCount },
  });
}

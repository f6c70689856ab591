import type { TaskKind } from '#domain/task.ts';
import type { TaskListInput } from '../../trpc/views.ts';

/** How many runs a tab looks back on. */
export const RUNS_SHOWN = 20;

/** The last runs of one kind on a datastore, with the one that is on its way. */
export function runsQuestion(datastore: string, kind: TaskKind, limit = RUNS_SHOWN): TaskListInput {
  return { datastore, kinds: [kind], limit };
}

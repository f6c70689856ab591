import type { Located, SnapshotRef } from '#domain/ids.ts';
import type { Context } from '../../command.ts';
import { runTasks } from '../../tasks/run-task.ts';
import { snapshotInput } from './snapshot-argument.ts';

/** One after the other, so that a refusal names the snapshot it is about and those before it are done. */
export async function changeProtection(
  context: Context,
  snapshots: readonly Located<SnapshotRef>[],
  wait: boolean,
  isProtected: boolean,
): Promise<void> {
  const api = await context.api();
  const changes = snapshots.map((snapshot) => ({ ...snapshotInput(snapshot), protected: isProtected }));
  await runTasks(
    context,
    wait,
    changes.map((change) => () => api.snapshot.update.mutate(change)),
  );
}

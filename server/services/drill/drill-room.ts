import { DRILL_PRIVILEGES, type DrillRoom, type DrillRoomInput } from '#domain/drill.ts';
import { datastorePath } from '#domain/permissions.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { awaitTask } from '../await-task.ts';
import type { ServiceContext } from '../context.ts';
import { findDatastore } from '../find-datastore.ts';
import { findSnapshot } from '../snapshot/find-snapshot.ts';
import { startTask } from '../start-task.ts';

/** The indexes of large images are read for it. */
const ANSWER_MS = 25_000;

/** Asks the worker how much room there is for a drill, and how much the snapshot needs. */
export async function askDrillRoom(
  context: ServiceContext,
  { name, snapshot: wanted }: DrillRoomInput,
): Promise<DrillRoom> {
  await requirePrivilege(context, datastorePath(name, wanted?.namespace), ...DRILL_PRIVILEGES);
  const datastore = await findDatastore(context.db, name);
  const snapshot = wanted && { datastore: name, ...wanted };
  if (snapshot) await findSnapshot(context.db, snapshot);
  const { taskId } = await startTask(context, {
    kind: 'datastore.drillRoom',
    payload: { datastoreId: datastore.id, snapshot },
    datastore,
    subject: name,
    unaudited: true,
  });
  // The worker's own handler wrote this result, so its shape is known.
  return (await awaitTask(context, taskId, ANSWER_MS)) as DrillRoom;
}

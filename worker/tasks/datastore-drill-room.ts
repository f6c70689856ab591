import type { DrillRoom } from '#domain/drill.ts';
import { formatBytes } from '#domain/units.ts';
import { isFinished, noSnapshot } from '#engine/hierarchy/snapshots.ts';
import { measureDrill } from '../drill/drill-snapshot.ts';
import { roomBytes } from '../drill/scratch.ts';
import { storedSnapshot } from '../drill/stored-snapshot.ts';
import { ownedBy, type TaskContext, type TaskHandler } from './task-context.ts';

/** Whether there is room for a drill, for whoever is about to start one. */
export const handleDrillRoom: TaskHandler<'datastore.drillRoom'> = async (context) => {
  const result: DrillRoom = {
    roomBytes: await roomBytes(context.worker.config),
    neededBytes: await neededBytes(context),
  };
  return { outcome: `There is room for ${formatBytes(result.roomBytes)}.`, result };
};

async function neededBytes(context: TaskContext<'datastore.drillRoom'>): Promise<number | null> {
  const { snapshot } = context.payload;
  if (snapshot === null) return null;
  const store = ownedBy(context).reader();
  if (!(await isFinished(store.backend, snapshot))) throw noSnapshot(snapshot);
  return measureDrill(
    storedSnapshot(store, snapshot, () => {}),
    snapshot,
  );
}

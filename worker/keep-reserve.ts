import type { Datastore } from '#engine/datastore.ts';
import { ensureReserve } from '#engine/reserve.ts';
import type { WorkerContext } from './worker-context.ts';

/** Sees to it that the reserve is there. Nothing waits for it: without one, only a filesystem that is full is worse off. */
export async function keepReserve(
  { log }: Pick<WorkerContext, 'log'>,
  name: string,
  store: Datastore,
): Promise<void> {
  try {
    store.assertOwned();
    const isThere = await ensureReserve(store.backend);
    if (!isThere) log.info({ datastore: name }, 'no room for the reserve');
  } catch (error) {
    log.warn({ err: error, datastore: name }, 'the reserve could not be made');
  }
}

import { inspectForDatastore } from '../place-report.ts';
import type { TaskHandler } from './task-context.ts';

export const handleInspect: TaskHandler<'datastore.inspect'> = async ({ worker, payload }) => {
  const report = await inspectForDatastore(worker, { ...payload, withContent: payload.purpose === 'adopt' });
  return { outcome: `Looked at ${payload.path}.`, result: report };
};

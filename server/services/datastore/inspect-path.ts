import type { PlaceReport } from '#domain/place-report.ts';
import { requirePrivilege } from '../../auth/require-privilege.ts';
import { awaitTask } from '../await-task.ts';
import type { ServiceContext } from '../context.ts';
import { startTask } from '../start-task.ts';

/** The worker gives storage that hangs up after 10 s, and the counting of what is there after as long again. */
const ANSWER_MS = 25_000;

/** Asks a worker what a directory is like, before a datastore is made or adopted there. */
export async function inspectPath(
  context: ServiceContext,
  input: { path: string; purpose: 'create' | 'adopt' },
): Promise<PlaceReport> {
  await requirePrivilege(context, '/datastore', 'Datastore.Allocate');
  const { taskId } = await startTask(context, {
    kind: 'datastore.inspect',
    payload: input,
    datastore: null,
    subject: input.path,
    unaudited: true,
  });
  // The worker's own handler wrote this result, so its shape is known.
  return (await awaitTask(context, taskId, ANSWER_MS)) as PlaceReport;
}

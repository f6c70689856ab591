import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { findTaskId, taskArgument } from './task-id.ts';

export const command = defineCommand({
  about:
    'Sends the same wish as a new task: probes, rescans and audits that have ended, and changes of snapshots and new\n' +
    'namespaces that came to nothing. What cannot be run again says what to do instead.',
  examples: ['ironcore-backup task retry 3292910e'],
  arguments: { id: taskArgument },
  options: waitOption,
  async run(context, { id, wait }) {
    const api = await context.api();
    const taskId = await findTaskId(api, id);
    await runTask(context, wait, () => api.task.retry.mutate({ id: taskId }));
  },
});

import { defineCommand } from '../../command.ts';
import { outcomeOf } from '../../tasks/run-task.ts';
import { waitForTask } from '../../tasks/wait-for-task.ts';
import { findTaskId, taskArgument } from './task-id.ts';

export const command = defineCommand({
  about: 'Ends with the status that the task deserves: 0 when it succeeded, 130 when it was cancelled.',
  examples: ['ironcore-backup task wait 3292910e'],
  arguments: { id: taskArgument },
  async run(context, { id }) {
    const taskId = await findTaskId(await context.api(), id);
    const task = await waitForTask(context, taskId);
    await context.print.done(task, outcomeOf(task));
  },
});

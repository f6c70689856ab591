import { MAINTENANCE_MODES } from '#domain/datastore.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, chosenArgument, text } from '../../values.ts';

export const command = defineCommand({
  about:
    'read-only refuses new backups; offline refuses everything and waits for what is running, so that the storage\n' +
    'can be unmounted; off ends maintenance.',
  examples: [
    'ironcore-backup datastore maintenance ibs-primary offline --message "New disks until noon"',
    'ironcore-backup datastore maintenance ibs-primary off',
  ],
  arguments: {
    name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }),
    mode: chosenArgument('<mode>', [...MAINTENANCE_MODES, 'off'], 'What is still allowed'),
  },
  options: { message: text('--message <text>', 'What others are told'), ...waitOption },
  async run(context, { name, mode, message, wait }) {
    if (mode === 'off' && message !== undefined) {
      throw new UsageError('Leaving maintenance takes no message.', 'Leave --message out.');
    }
    const api = await context.api();
    const wanted = mode === 'off' ? null : mode;
    await runTask(context, wait, () => api.datastore.maintenance.mutate({ name, mode: wanted, message }));
  },
});

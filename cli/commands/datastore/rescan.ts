import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument } from '../../values.ts';

export const command = defineCommand({
  about:
    'Reads what the storage holds and corrects the lists of groups and snapshots, and counts the chunks.',
  examples: ['ironcore-backup datastore rescan ibs-primary'],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: waitOption,
  async run(context, { name, wait }) {
    const api = await context.api();
    await runTask(context, wait, () => api.datastore.rescan.mutate({ name }));
  },
});

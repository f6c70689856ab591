import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag } from '../../values.ts';

export const command = defineCommand({
  about:
    'Checks snapshots, indexes and chunks against each other. Fails with status 7 when something is damaged.',
  examples: ['ironcore-backup datastore audit ibs-primary --deep'],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: { deep: flag('--deep', 'Read every chunk and recompute its digest'), ...waitOption },
  async run(context, { name, deep, wait }) {
    const api = await context.api();
    await runTask(context, wait, () => api.datastore.audit.mutate({ name, deep }));
  },
});

import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument } from '../../values.ts';

export const command = defineCommand({
  about: 'A namespace below another one is written with its path; those above it must exist.',
  examples: [
    'ironcore-backup namespace create ibs-primary production',
    'ironcore-backup namespace create ibs-primary production/web',
  ],
  arguments: {
    datastore: argument('<datastore>', 'Name of the datastore', { complete: 'datastore' }),
    namespace: argument('<namespace>', 'Path of the new namespace', { complete: 'namespace', field: 'name' }),
  },
  options: waitOption,
  async run(context, { datastore, namespace, wait }) {
    const slash = namespace.lastIndexOf('/');
    const parent = namespace.slice(0, Math.max(slash, 0));
    const name = namespace.slice(slash + 1);
    const api = await context.api();
    await runTask(context, wait, () => api.namespace.create.mutate({ datastore, parent, name }));
  },
});

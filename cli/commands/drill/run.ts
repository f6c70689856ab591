import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument } from '../../values.ts';
import { placeOf, scopeOptions, snapshotOption } from '../datastore/scope-options.ts';

export const command = defineCommand({
  about:
    'Really restores a snapshot into a scratch directory of the server, reads it back from the disk, compares every byte\n' +
    'with the backup, and keeps a report. Without --snapshot it takes one at random. What was restored is removed.\n' +
    'Fails with status 7 when something differs or cannot be restored.',
  examples: [
    'ironcore-backup drill run ibs-primary',
    'ironcore-backup drill run ibs-primary --ns production --group vm/12345',
    'ironcore-backup drill run ibs-primary --snapshot host/web-1/2026-05-02T08:11:33Z',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: { ...scopeOptions, snapshot: snapshotOption, ...waitOption },
  async run(context, { name, namespace, depth, group, snapshot, wait }) {
    const wish = { name, ...placeOf(namespace, group, snapshot), depth: depth ?? null };
    const api = await context.api();
    await runTask(context, wait, () => api.drill.run.mutate(wish));
  },
});

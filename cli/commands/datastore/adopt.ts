import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { onlyLook, placeOptions } from './place-options.ts';

export const command = defineCommand({
  about:
    'For a datastore of this product whose configuration was removed or lost, or one of a Proxmox Backup Server.\n' +
    'Its content stays as it is. --dry-run only says what is there.',
  examples: [
    'ironcore-backup datastore adopt --name ibs-primary --type local --path /mnt/backup/ibs-primary --dry-run',
    'ironcore-backup datastore adopt --name ibs-primary --type local --path /mnt/backup/ibs-primary',
  ],
  options: { ...placeOptions, ...waitOption },
  async run(context, { wait, dryRun, ...datastore }) {
    if (dryRun) return onlyLook(context, datastore.path, 'adopt');
    const api = await context.api();
    await runTask(context, wait, () => api.datastore.adopt.mutate(datastore));
  },
});

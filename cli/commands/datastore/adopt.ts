import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { splitKeep } from './keep-options.ts';
import { onlyLook, placeOptions } from './place-options.ts';
import { scheduleOptions } from './schedule-options.ts';

export const command = defineCommand({
  about:
    'For a datastore of this product whose configuration was removed or lost, or one of a Proxmox Backup Server.\n' +
    'Its content stays as it is. --dry-run only says what is there.',
  examples: [
    'ironcore-backup datastore adopt --name ibs-primary --type local --path /mnt/backup/ibs-primary --dry-run',
    'ironcore-backup datastore adopt --name ibs-primary --type local --path /mnt/backup/ibs-primary',
  ],
  options: { ...placeOptions, ...scheduleOptions, ...waitOption },
  async run(context, { wait, dryRun, ...given }) {
    if (dryRun) return onlyLook(context, given.path, 'adopt');
    const { keep, rest } = splitKeep(given);
    const api = await context.api();
    await runTask(context, wait, () => api.datastore.adopt.mutate({ ...rest, keep }));
  },
});

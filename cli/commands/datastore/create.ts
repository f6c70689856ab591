import { SYNC_LEVELS } from '#domain/datastore.ts';
import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { choice } from '../../values.ts';
import { onlyLook, placeOptions } from './place-options.ts';

export const command = defineCommand({
  about:
    'The directory must be empty or not exist yet, below one of the allowed roots, on a filesystem of its own.\n' +
    'Nothing half-made remains when it fails.',
  examples: [
    'ironcore-backup datastore create --name ibs-primary --type local --path /mnt/backup/ibs-primary',
    'ironcore-backup datastore create --name ibs-primary --type local --path /mnt/backup/ibs-primary --dry-run',
  ],
  options: {
    ...placeOptions,
    syncLevel: choice('--sync-level <level>', SYNC_LEVELS, 'How hard writes are pushed to the disk'),
    ...waitOption,
  },
  async run(context, { wait, dryRun, ...datastore }) {
    if (dryRun) return onlyLook(context, datastore.path, 'create');
    const api = await context.api();
    await runTask(context, wait, () => api.datastore.create.mutate(datastore));
  },
});

import { SYNC_LEVELS } from '#domain/datastore.ts';
import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { choice } from '../../values.ts';
import { splitKeep } from './keep-options.ts';
import { onlyLook, placeOptions } from './place-options.ts';
import { scheduleOptions } from './schedule-options.ts';

export const command = defineCommand({
  about:
    'The directory must be empty or not exist yet, below one of the allowed roots, on a filesystem of its own.\n' +
    'Nothing half-made remains when it fails. Without other schedules it collects garbage and verifies weekly, and prunes\n' +
    'daily once there is a keep rule.',
  examples: [
    'ironcore-backup datastore create --name ibs-primary --type local --path /mnt/backup/ibs-primary',
    'ironcore-backup datastore create --name ibs-primary --type local --path /mnt/backup/ibs-primary --dry-run',
    'ironcore-backup datastore create --name ibs-primary --type local --path /mnt/backup/ibs-primary --gc-schedule "Sun 05:00" --prune-schedule "daily 04:00" --keep-daily 7 --keep-weekly 4',
  ],
  options: {
    ...placeOptions,
    syncLevel: choice('--sync-level <level>', SYNC_LEVELS, 'How hard writes are pushed to the disk'),
    ...scheduleOptions,
    ...waitOption,
  },
  async run(context, { wait, dryRun, ...given }) {
    if (dryRun) return onlyLook(context, given.path, 'create');
    const { keep, rest } = splitKeep(given);
    const api = await context.api();
    await runTask(context, wait, () => api.datastore.create.mutate({ ...rest, keep }));
  },
});

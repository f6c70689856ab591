import { GRACE_DEFAULT_MINUTES } from '#domain/gc.ts';
import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag, wholeNumber } from '../../values.ts';
import { previewGc } from './preview-gc.ts';

export const graceOption = wholeNumber(
  '--grace-minutes <n>',
  `Keep what was used within so many minutes (default: ${GRACE_DEFAULT_MINUTES})`,
  0,
);

export const command = defineCommand({
  about:
    'Removes the chunks that no snapshot needs and no running backup may need. Backups and restores go on meanwhile.\n' +
    'A chunk stays for 24 hours after its last use, so space comes back a day after snapshots have gone.',
  examples: [
    'ironcore-backup datastore gc ibs-primary --dry-run',
    'ironcore-backup datastore gc ibs-primary',
    'ironcore-backup datastore gc ibs-primary --stop-percent 30',
    'ironcore-backup datastore gc ibs-primary --grace-minutes 60 --output json',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    dryRun: flag(
      '--dry-run',
      'Only tell how much would be freed now and after the grace, and who holds the most',
    ),
    graceMinutes: graceOption,
    stopPercent: wholeNumber(
      '--stop-percent <n>',
      'Remove nothing when more than so many percent of what is stored would go (default: no limit)',
    ),
    ...waitOption,
  },
  async run(context, { name, dryRun, graceMinutes, stopPercent, wait }) {
    if (dryRun) return previewGc(context, { name, graceMinutes, wait });
    const api = await context.api();
    await runTask(context, wait, () => api.datastore.gc.mutate({ name, graceMinutes, stopPercent }));
  },
});

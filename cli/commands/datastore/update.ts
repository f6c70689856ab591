import { SYNC_LEVELS } from '#domain/datastore.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { argument, choice, text, wholeNumber } from '../../values.ts';
import { splitKeep } from './keep-options.ts';
import { scheduleOptions } from './schedule-options.ts';

export const command = defineCommand({
  about:
    'Keep rules that are not named stay as they are; 0 takes one away. A new schedule starts nothing by itself: what was\n' +
    'due before is not made up for.',
  examples: [
    'ironcore-backup datastore update ibs-primary --comment "Rack 3, shelf 2"',
    'ironcore-backup datastore update ibs-primary --gc-schedule "Sun 05:00" --gc-window 22:00-06:00',
    'ironcore-backup datastore update ibs-primary --prune-schedule "daily 04:00" --keep-daily 7 --keep-weekly 4',
    'ironcore-backup datastore update ibs-primary --gc-stop-percent 30 --gc-grace-minutes 1440',
    'ironcore-backup datastore update ibs-primary --verify-window 22:00-06:00 --verify-outdated-after 30 --verify-budget 500',
    'ironcore-backup datastore update ibs-primary --verify-schedule none',
    'ironcore-backup datastore update ibs-primary --trash-days 14',
    'ironcore-backup datastore update ibs-primary --verify-new on --drill-schedule "Sun 12:00"',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    comment: text('--comment <text>', 'What it is for'),
    syncLevel: choice('--sync-level <level>', SYNC_LEVELS, 'How hard writes are pushed to the disk'),
    ...scheduleOptions,
    version: wholeNumber('--if-version <n>', 'Only if nobody else has changed it since this version', 0),
  },
  async run({ api, print }, { name, version, ...given }) {
    if (Object.values(given).every((value) => value === undefined)) {
      throw new UsageError('There is nothing to change.', 'Give --comment, --gc-schedule or another option.');
    }
    const { keep, rest } = splitKeep(given);
    const changed = await (await api()).datastore.update.mutate({ name, ...rest, keep, version });
    await print.done(changed, `${name} changed.`);
  },
});

import { SYNC_LEVELS } from '#domain/datastore.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { argument, choice, text, wholeNumber } from '../../values.ts';

export const command = defineCommand({
  examples: ['ironcore-backup datastore update ibs-primary --comment "Rack 3, shelf 2"'],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    comment: text('--comment <text>', 'What it is for'),
    syncLevel: choice('--sync-level <level>', SYNC_LEVELS, 'How hard writes are pushed to the disk'),
    version: wholeNumber('--if-version <n>', 'Only if nobody else has changed it since this version', 0),
  },
  async run({ api, print }, { name, comment, syncLevel, version }) {
    if (comment === undefined && syncLevel === undefined) {
      throw new UsageError('There is nothing to change.', 'Give --comment or --sync-level.');
    }
    const changed = await (await api()).datastore.update.mutate({ name, comment, syncLevel, version });
    await print.done(changed, `${name} changed.`);
  },
});

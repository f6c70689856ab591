import { defineCommand } from '../../command.ts';
import { argument } from '../../values.ts';
import { keepOptions } from '../datastore/keep-options.ts';
import { showPlan } from '../datastore/prune.ts';
import { scopeOptions } from '../datastore/scope-options.ts';

export const command = defineCommand({
  about:
    'Removes nothing. Says of each snapshot whether the rules keep it, and by which one. The same as\n' +
    'datastore prune --dry-run.',
  examples: [
    'ironcore-backup prune simulate ibs-primary --keep-daily 7 --keep-weekly 4 --keep-monthly 12',
    'ironcore-backup prune simulate ibs-primary --group vm/12345 --keep-last 5 --output json',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: { ...scopeOptions, ...keepOptions },
  run: showPlan,
});

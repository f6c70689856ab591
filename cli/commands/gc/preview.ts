import { defineCommand } from '../../command.ts';
import { waitOption } from '../../tasks/run-task.ts';
import { argument } from '../../values.ts';
import { graceOption } from '../datastore/gc.ts';
import { previewGc } from '../datastore/preview-gc.ts';

export const command = defineCommand({
  about:
    'Removes nothing. Tells how much is freed now and after the grace, and which snapshots and groups hold the most space\n' +
    'alone: what forgetting them would free, as of now. The same as datastore gc --dry-run.',
  examples: [
    'ironcore-backup gc preview ibs-primary',
    'ironcore-backup gc preview ibs-primary --output json',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: { graceMinutes: graceOption, ...waitOption },
  run: previewGc,
});

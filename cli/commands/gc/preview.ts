import { defineCommand } from '../../command.ts';
import { waitOption } from '../../tasks/run-task.ts';
import { argument, text } from '../../values.ts';
import { graceOption } from '../datastore/gc.ts';
import { previewGc } from '../datastore/preview-gc.ts';

export const command = defineCommand({
  about:
    'Removes nothing. Tells how much is freed now and after the grace, and which namespaces, groups and snapshots hold\n' +
    'the most space: FREES is what nothing else needs and forgetting would free, SHARED what others need as well.\n' +
    'The same as datastore gc --dry-run.',
  examples: [
    'ironcore-backup gc preview ibs-primary',
    'ironcore-backup gc preview ibs-primary --ns production',
    'ironcore-backup gc preview ibs-primary --output json',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    namespace: text('--ns, --namespace <namespace>', 'Who holds the most in this namespace; "" is the root', {
      complete: 'namespace',
    }),
    graceMinutes: graceOption,
    ...waitOption,
  },
  run: previewGc,
});

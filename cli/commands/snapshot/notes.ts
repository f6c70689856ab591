import { defineCommand, UsageError } from '../../command.ts';
import { visibleLines } from '../../print/visible-text.ts';
import { readTextFile } from '../../read-text.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { flag, text } from '../../values.ts';
import { snapshotArgument, snapshotInput } from './snapshot-argument.ts';

export const command = defineCommand({
  about: 'Without an option, prints the notes.',
  examples: [
    'ironcore-backup snapshot notes ibs-primary:vm/12345/2026-05-02T08:11:33Z',
    'ironcore-backup snapshot notes ibs-primary:vm/12345/2026-05-02T08:11:33Z --set "Before the upgrade"',
  ],
  arguments: { snapshot: snapshotArgument },
  options: {
    set: text('--set <text>', 'New notes', { field: 'notes' }),
    file: text('--file <file>', 'File with new notes; - for standard input', { complete: 'file' }),
    clear: flag('--clear', 'Take the notes away'),
    ...waitOption,
  },
  async run(context, { snapshot, set, file, clear, wait }) {
    if ([set, file, clear].filter((given) => given !== undefined).length > 1) {
      throw new UsageError('Only one of --set, --file and --clear makes sense.');
    }
    const api = await context.api();
    const input = snapshotInput(snapshot);
    const notes = clear ? '' : (set ?? (file === undefined ? undefined : await readTextFile(context, file)));
    if (notes !== undefined) {
      return runTask(context, wait, () => api.snapshot.update.mutate({ ...input, notes }));
    }
    const view = await api.snapshot.get.query(input);
    await context.print.value({ notes: view.notes }, () => (view.notes ? [visibleLines(view.notes)] : []));
    if (view.notes === '') context.print.say('It has no notes. Write some with --set or --file.');
  },
});

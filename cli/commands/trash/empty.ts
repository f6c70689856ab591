import { countOf, formatBytes } from '#domain/units.ts';
import { agree } from '../../ask.ts';
import { defineCommand } from '../../command.ts';
import type { EmptyPlan } from '../../connect/api.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag } from '../../values.ts';
import { findItems, itemsOrAll } from './trash-items.ts';

export const command = defineCommand({
  about:
    'Removes snapshots of the trash for good, all of them or those that are named. Their space is freed by the next garbage\n' +
    'collection, which --collect starts at once. Asks before it begins; without a terminal it needs --yes.',
  examples: [
    'ironcore-backup trash empty ibs-primary --dry-run',
    'ironcore-backup trash empty ibs-primary --collect --yes',
    'ironcore-backup trash empty ibs-primary vm/12345/2026-05-02T08:11:33Z --yes',
  ],
  arguments: {
    datastore: argument('<datastore>', 'Name of the datastore', { complete: 'datastore' }),
    items: itemsOrAll,
  },
  options: {
    collect: flag('--collect', 'Collect garbage afterwards'),
    dryRun: flag('--dry-run', 'Only say what would go'),
    yes: flag('-y, --yes', 'Do not ask'),
    ...waitOption,
  },
  async run(context, { datastore, items: named = [], collect = false, dryRun, yes = false, wait }) {
    const api = await context.api();
    const items = named.length > 0 ? await findItems(api, datastore, named) : undefined;
    const plan = await api.trash.empty.mutate({ datastore, items, dryRun: true });
    if (dryRun) return context.print.value(plan, () => [...whatGoes(plan), 'Nothing was changed.']);
    if (plan.total === 0) return context.print.done(plan, 'The trash is empty.');
    await agree(context, yes, whatGoes(plan), `Remove ${countOf(plan.total, 'snapshot')} for good?`);
    await runTask(context, wait, async () => {
      const { taskId } = await api.trash.empty.mutate({ datastore, items, collect });
      return { taskId: taskId ?? '' };
    });
  },
});

function whatGoes({ total, totalBytes, freesBytes }: EmptyPlan): string[] {
  const frees = freesBytes === null ? '' : ` A garbage collection frees ${formatBytes(freesBytes)} then.`;
  return [
    `Goes for good: ${countOf(total, 'snapshot')} of the trash, ${formatBytes(totalBytes)} of backups.${frees}`,
  ];
}

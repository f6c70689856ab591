import { countOf } from '#domain/units.ts';
import { type Context, defineCommand } from '../../command.ts';
import type { RestorePlan } from '../../connect/api.ts';
import type { Column } from '../../print/table.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag } from '../../values.ts';
import { findItems, itemArguments, type ShownItem, shownItem } from './trash-items.ts';

export const command = defineCommand({
  about:
    'Each goes back where it was removed from; its group is made again if it is gone. Where the same snapshot was removed\n' +
    'more than once, name the one that is meant with the time of its removal behind an @.',
  examples: [
    'ironcore-backup trash restore ibs-primary vm/12345/2026-05-02T08:11:33Z',
    'ironcore-backup trash restore ibs-primary production/vm/12345/2026-05-02T08:11:33Z --dry-run',
    'ironcore-backup trash restore ibs-primary vm/12345/2026-05-02T08:11:33Z@2026-06-01T04:00:12Z',
  ],
  arguments: {
    datastore: argument('<datastore>', 'Name of the datastore', { complete: 'datastore' }),
    items: itemArguments,
  },
  options: { dryRun: flag('--dry-run', 'Only say what would come back'), ...waitOption },
  async run(context, { datastore, items, dryRun, wait }) {
    const api = await context.api();
    const named = await findItems(api, datastore, items);
    const plan = await api.trash.restore.mutate({ datastore, items: named, dryRun: true });
    const { print } = context;
    if (dryRun) {
      const back = countOf(plan.restore.length, 'snapshot');
      const lines = () => [
        ...print.table(fatesOf(plan), columns(context)),
        `${back} would be restored. Nothing was changed.`,
      ];
      return print.value(shownPlan(plan), lines);
    }
    if (plan.keep.length > 0) print.sayTable(fatesOf(plan), columns(context));
    await runTask(context, wait, async () => {
      const { taskId } = await api.trash.restore.mutate({ datastore, items: named });
      return { taskId: taskId ?? '' };
    });
  },
});

interface Fate extends ShownItem {
  fate: 'comes back' | 'stays';
  why: string;
}

function fatesOf({ restore, keep }: RestorePlan): Fate[] {
  return [
    ...restore.map((item): Fate => ({ ...shownItem(item), fate: 'comes back', why: '' })),
    ...keep.map(({ item, reason }): Fate => ({ ...shownItem(item), fate: 'stays', why: reason })),
  ];
}

function shownPlan({ restore, keep }: RestorePlan) {
  return {
    restore: restore.map(shownItem),
    keep: keep.map(({ item, reason }) => ({ ...shownItem(item), why: reason })),
  };
}

function columns({ print }: Context): Column<Fate>[] {
  return [
    { header: 'PLAN', cell: ({ fate }) => ({ text: fate, tone: fate === 'stays' ? 'warn' : 'good' }) },
    { header: 'ITEM', cell: ({ item }) => item },
    { header: 'SIZE', cell: ({ sizeBytes }) => print.cells.bytes(sizeBytes), align: 'right', drop: 1 },
    { header: 'REASON', cell: ({ why }) => why, cut: 12, hideEmpty: true },
  ];
}

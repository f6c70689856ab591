import { defineCommand } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag, wholeNumber } from '../../values.ts';
import { placeOf, scopeOptions, snapshotOption } from './scope-options.ts';

const GIB = 1024 ** 3;

export const command = defineCommand({
  about:
    'Reads every chunk that snapshots need, each once, and checks it against its digest. The result is kept with the\n' +
    'snapshots. Those that were found sound before are not read again, unless --outdated-after or --again says so;\n' +
    'damaged ones always are. A damaged chunk is set aside, and the next backup stores it anew.\n' +
    'Fails with status 7 when something is damaged.',
  examples: [
    'ironcore-backup datastore verify ibs-primary',
    'ironcore-backup datastore verify ibs-primary --outdated-after 30',
    'ironcore-backup datastore verify ibs-primary --ns production --group vm/12345 --again',
    'ironcore-backup datastore verify ibs-primary --outdated-after 30 --budget 500',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    ...scopeOptions,
    snapshot: snapshotOption,
    outdatedAfter: wholeNumber('--outdated-after <days>', 'Also those that were found sound longer ago', 0),
    again: flag('--again', 'All of them, whatever is known'),
    budget: wholeNumber(
      '--budget <gib>',
      'End after so many GiB, those first that were not read for longest',
      1,
    ),
    ...waitOption,
  },
  async run(context, { name, namespace, depth, group, snapshot, outdatedAfter, again, budget, wait }) {
    const api = await context.api();
    const place = placeOf(namespace, group, snapshot);
    const wish = {
      name,
      ...place,
      depth: depth ?? null,
      outdatedAfterDays: again ? 0 : (outdatedAfter ?? null),
      budgetBytes: budget === undefined ? null : budget * GIB,
    };
    await runTask(context, wait, () => api.datastore.verify.mutate(wish));
  },
});

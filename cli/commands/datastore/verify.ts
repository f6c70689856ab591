import { type GroupRef, parseSnapshotRef, type SnapshotRef } from '#domain/ids.ts';
import { defineCommand, UsageError } from '../../command.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag, parsedOption, wholeNumber } from '../../values.ts';
import { scopeOptions } from './scope-options.ts';

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
    snapshot: parsedOption(
      '--snapshot <snapshot>',
      'Only this snapshot, such as vm/12345/2026-11-27T01:00:00Z',
      parseSnapshotRef,
    ),
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

/** A snapshot or group may name its namespace itself. */
function placeOf(
  namespace: string | undefined,
  group: GroupRef | undefined,
  snapshot: SnapshotRef | undefined,
) {
  const one = snapshot ?? group;
  if (snapshot && group) throw new UsageError('Give --snapshot or --group, not both.');
  if (one === undefined) return { namespace, group: null, time: null };
  if (namespace !== undefined && one.namespace !== '') {
    throw new UsageError(
      'The namespace is given twice.',
      'Leave out --ns, or the namespace in front of the group.',
    );
  }
  const { type, id } = one;
  return { namespace: namespace ?? one.namespace, group: { type, id }, time: snapshot?.time ?? null };
}

import { formatGroupPath, type GroupRef, type Located, parseLocatedGroup } from '#domain/ids.ts';
import { accessWords, jobChangeWords } from '#domain/move-words.ts';
import { countOf } from '#domain/units.ts';
import { defineCommand } from '../../command.ts';
import type { GroupMovePlan } from '../../connect/api.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { flag, requiredParsed } from '../../values.ts';

export const command = defineCommand({
  about:
    'Moves a whole backup group to another namespace of its datastore, in one step; no chunk is transferred. Owner, notes,\n' +
    'protection and verification stay, and what lies in its trash goes along. Type and id stay as they are.\n' +
    'Backups to the old place begin a new group there.',
  examples: [
    'ironcore-backup snapshot move --source ibs-primary:production/vm/12345 --destination ibs-primary:security/vm/12345',
    'ironcore-backup snapshot move --source ibs-primary:vm/12345 --destination ibs-primary:security/vm/12345 --dry-run',
    'ironcore-backup snapshot move --source ibs-primary:vm/12345 --destination ibs-primary:security/vm/12345 --merge',
  ],
  options: {
    source: requiredParsed('--source <group>', 'The group, with its datastore', parseLocatedGroup, {
      complete: 'group',
    }),
    destination: requiredParsed('--destination <group>', 'The same in another namespace', parseLocatedGroup, {
      complete: 'group',
    }),
    merge: flag('--merge', 'Also into a group that is there, with the same owner and other times'),
    dryRun: flag('--dry-run', 'Only say what would refuse it and what changes'),
    ...waitOption,
  },
  async run(context, { source, destination, merge = false, dryRun, wait }) {
    const api = await context.api();
    const places = { source: inputOf(source), destination: inputOf(destination) };
    if (dryRun) {
      const plan = await api.snapshot.planMove.query(places);
      return context.print.value(plan, () => planLines(plan, source.ref, destination.ref, merge));
    }
    await runTask(context, wait, () => api.snapshot.move.mutate({ ...places, merge }));
  },
});

const inputOf = ({ datastore, ref }: Located<GroupRef>) => ({ datastore, ...ref });

function planLines(plan: GroupMovePlan, from: GroupRef, to: GroupRef, merge: boolean): string[] {
  const { target, running, access, trashedCount } = plan;
  const refusal = merge ? plan.mergeRefusal : plan.refusal;
  return [
    `${formatGroupPath(from)} would move to ${formatGroupPath(to)}: ${countOf(plan.snapshotCount, 'snapshot')}.`,
    ...(trashedCount > 0 ? [`From the trash would follow: ${countOf(trashedCount, 'snapshot')}.`] : []),
    ...(target ? [`There is a group already, with ${countOf(target.snapshotCount, 'snapshot')}.`] : []),
    ...(refusal ? [`Refused: ${refusal.message} ${refusal.hint ?? ''}`.trim()] : []),
    ...running.map(({ kind, taskId }) => `Refused while it runs: ${kind}, task ${taskId}.`),
    ...(access ?? []).map((change) => `${accessWords(change)}.`),
    ...jobChangeWords(plan.jobs).map((words) => `${words}.`),
    'No chunk would be transferred. Nothing was changed.',
  ];
}

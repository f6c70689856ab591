import { formatGroupPath } from '#domain/ids.ts';
import { countOf, formatBytes } from '#domain/units.ts';
import { agree } from '../../ask.ts';
import { type Context, defineCommand } from '../../command.ts';
import type { NamespaceRemovalPlan } from '../../connect/api.ts';
import type { Column } from '../../print/table.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag } from '../../values.ts';

type Group = NamespaceRemovalPlan['groups'][number];

export const command = defineCommand({
  about:
    'An empty one goes with the empty ones below it. With --with-content its snapshots go to the trash of their datastore; with\n' +
    '--trash-days 0 they go for good. Protected ones keep all of it, unless --include-protected says that they go as well.\n' +
    'Grants on it and jobs that begin in it go with it. Exactly what the plan shows goes, or nothing.\n' +
    'Asks before it begins; without a terminal it needs --yes.',
  examples: [
    'ironcore-backup namespace delete ibs-primary staging --yes',
    'ironcore-backup namespace delete ibs-primary production --with-content --dry-run',
    'ironcore-backup namespace delete ibs-primary production --with-content --include-protected',
  ],
  arguments: {
    datastore: argument('<datastore>', 'Name of the datastore', { complete: 'datastore' }),
    namespace: argument('<namespace>', 'Path of the namespace', { complete: 'namespace' }),
  },
  options: {
    withContent: flag('--with-content', 'Also with what it holds'),
    includeProtected: flag('--include-protected', 'Protected snapshots as well'),
    dryRun: flag('--dry-run', 'Only say what would go'),
    yes: flag('-y, --yes', 'Do not ask'),
    ...waitOption,
  },
  async run(context, { datastore, namespace, withContent, includeProtected, dryRun, yes = false, wait }) {
    const { print } = context;
    const api = await context.api();
    const plan = await api.namespace.planRemove.query({ datastore, namespace });
    const table = () => print.table(plan.groups, columns(context));
    if (dryRun)
      return print.value(shownPlan(plan), () => [...table(), ...whatGoes(plan), 'Nothing was changed.']);
    const wish = { datastore, namespace, withContent, includeProtected, digest: plan.digest };
    const isRefused =
      (!withContent && plan.snapshotCount > 0) || (!includeProtected && plan.protectedCount > 0);
    // Nobody is asked about what the server refuses.
    if (!isRefused) {
      if (!yes) print.sayTable(plan.groups, columns(context));
      await agree(context, yes, whatGoes(plan), `Remove the namespace ${namespace} from ${datastore}?`);
    }
    await runTask(context, wait, () => api.namespace.remove.mutate(wish));
  },
});

/** Times are named as everywhere. */
function shownPlan({ restorableUntil, ...plan }: NamespaceRemovalPlan) {
  return { ...plan, restorableUntilAt: restorableUntil };
}

function columns({ print: { cells } }: Context): Column<Group>[] {
  return [
    { header: 'GROUP', cell: (row) => formatGroupPath(row) },
    { header: 'SNAPSHOTS', cell: (row) => cells.count(row.snapshotCount), align: 'right' },
    { header: 'PROTECTED', cell: (row) => cells.count(row.protectedCount), align: 'right', drop: 1 },
    { header: 'LOGICAL SIZE', cell: (row) => cells.bytes(row.logicalBytes), align: 'right', drop: 2 },
    { header: 'LAST BACKUP', cell: (row) => cells.when(row.lastBackupAt), drop: 3 },
  ];
}

function whatGoes(plan: NamespaceRemovalPlan): string[] {
  const { namespaces, groups, snapshotCount, protectedCount, grantCount, jobs, running } = plan;
  const content = `${countOf(snapshotCount, 'snapshot')} in ${countOf(groups.length, 'group')}`;
  const guarded = protectedCount > 0 ? `, ${protectedCount} of them protected` : '';
  return [
    `Goes: ${namespaces.join(', ')}${snapshotCount > 0 ? ` with ${content}${guarded}` : ', which is empty'}.`,
    ...afterwards(plan),
    ...(grantCount > 0 ? [`With it: ${countOf(grantCount, 'grant')} on it and below.`] : []),
    ...jobs.map(({ name, noun }) =>
      name === '' ? `With it: the schedule of the ${noun}.` : `With it: the job ${noun}.`,
    ),
    ...running.map((subject) => `In use: a backup of ${subject} runs.`),
  ];
}

/** How long they could be restored, and what comes of it. */
function afterwards({ snapshotCount, restorableUntil, freesBytes }: NamespaceRemovalPlan): string[] {
  if (snapshotCount === 0) return [];
  const until = restorableUntil?.toISOString().slice(0, 16).replace('T', ' ');
  const when = until ? 'The garbage collection after that' : 'The next garbage collection';
  const frees = freesBytes === null ? '' : ` ${when} frees at least ${formatBytes(freesBytes)}.`;
  const trash = until ? `The trash keeps what is finished until at least ${until} UTC.` : 'They go for good.';
  return [`${trash}${frees}`];
}

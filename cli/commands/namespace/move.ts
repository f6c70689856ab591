import { accessWords } from '#domain/move-words.ts';
import { countOf } from '#domain/units.ts';
import { defineCommand } from '../../command.ts';
import type { NamespaceMovePlan } from '../../connect/api.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag } from '../../values.ts';

export const command = defineCommand({
  about:
    'Gives a namespace another name, another parent, or both, with all that is below it; no chunk is transferred. What was\n' +
    'granted on it, the jobs that begin in it and its trash go along. The destination must not be there yet, its parent must.',
  examples: [
    'ironcore-backup namespace move ibs-primary production prod',
    'ironcore-backup namespace move ibs-primary web tenants/web --dry-run',
  ],
  arguments: {
    datastore: argument('<datastore>', 'Name of the datastore', { complete: 'datastore' }),
    namespace: argument('<namespace>', 'Path of the namespace', { complete: 'namespace' }),
    destination: argument('<destination>', 'Its whole path afterwards', { complete: 'namespace' }),
  },
  options: { dryRun: flag('--dry-run', 'Only say what would refuse it and what goes along'), ...waitOption },
  async run(context, { datastore, namespace, destination, dryRun, wait }) {
    const api = await context.api();
    const wish = { datastore, namespace, destination };
    if (dryRun) {
      const plan = await api.namespace.planMove.query(wish);
      return context.print.value(plan, () => planLines(plan, namespace, destination));
    }
    await runTask(context, wait, () => api.namespace.move.mutate(wish));
  },
});

function planLines(plan: NamespaceMovePlan, from: string, to: string): string[] {
  const { refusal, running, access, trashedCount, jobs } = plan;
  const content = `${countOf(plan.snapshotCount, 'snapshot')} in ${countOf(plan.groupCount, 'group')}`;
  const below = plan.namespaces.length - 1;
  return [
    `${from} would become ${to}: ${content}${below > 0 ? `, with ${countOf(below, 'namespace')} below it` : ''}.`,
    ...(trashedCount > 0 ? [`From the trash would follow: ${countOf(trashedCount, 'snapshot')}.`] : []),
    ...(plan.grants ?? []).map(
      ({ principal, role, path }) => `Goes along: ${role} of ${principal} on ${path}.`,
    ),
    ...(jobs.length > 0 ? [`Jobs that go along: ${jobs.map(({ noun }) => noun).join(', ')}.`] : []),
    ...(refusal ? [`Refused: ${refusal.message} ${refusal.hint ?? ''}`.trim()] : []),
    ...running.map((backup) => `Refused while a backup runs: ${backup}.`),
    ...(access ?? []).map((change) => `${accessWords(change)}.`),
    'No chunk would be transferred. Nothing was changed.',
  ];
}

import type { GroupRef } from '#domain/ids.ts';
import type { KeepOptions } from '#domain/retention.ts';
import { countOf } from '#domain/units.ts';
import { agree } from '../../ask.ts';
import { type Context, defineCommand, UsageError } from '../../command.ts';
import type { Api, PrunePlan } from '../../connect/api.ts';
import { runTask, waitOption } from '../../tasks/run-task.ts';
import { argument, flag } from '../../values.ts';
import { keepOptions } from './keep-options.ts';
import { planColumns, rowsOf, shownPlan, summaryOf } from './prune-plan-text.ts';
import { scopeOptions } from './scope-options.ts';

/** The most that the API gives at once. */
const PAGE = 10_000;

export const command = defineCommand({
  about:
    'Of each group, a rule keeps the newest snapshot of so many hours, days, weeks, months or years that have one;\n' +
    'each rule looks only at times that those before it have not covered. Protected snapshots stay. Without any rule\n' +
    'everything stays. Space is freed by the next garbage collection.\n' +
    'Shows the plan and asks before it begins; without a terminal it needs --yes.',
  examples: [
    'ironcore-backup datastore prune ibs-primary --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --dry-run',
    'ironcore-backup datastore prune ibs-primary --ns production --keep-last 3 --keep-daily 14 --yes',
    'ironcore-backup datastore prune ibs-primary --group vm/12345 --keep-last 5 --dry-run --output json',
  ],
  arguments: { name: argument('<name>', 'Name of the datastore', { complete: 'datastore' }) },
  options: {
    ...scopeOptions,
    ...keepOptions,
    acceptMissing: flag('--accept-missing', 'Go on although less than half of what is on record is there'),
    dryRun: flag('--dry-run', 'Only say what would go'),
    yes: flag('-y, --yes', 'Do not ask'),
    ...waitOption,
  },
  async run(context, { acceptMissing, dryRun, yes = false, wait, ...given }) {
    if (dryRun) return showPlan(context, given);
    const { print } = context;
    const { name } = given;
    const api = await context.api();
    const { wish, plan } = await planOf(context, api, given);
    if (!yes) print.sayTable(rowsOf(plan), planColumns());
    if (!yes && plan.totals.remove === 0)
      return print.done(shownPlan(name, plan), 'Nothing is to go: every snapshot stays.');
    await agree(context, yes, [], `Remove ${countOf(plan.totals.remove, 'snapshot')} from ${name}?`);
    await runTask(context, wait, () => api.datastore.prune.mutate({ ...wish, acceptMissing }));
  },
});

interface Given extends KeepOptions {
  name: string;
  namespace: string | undefined;
  depth: number | undefined;
  group: GroupRef | undefined;
}

/** What would go and what would stay, and why; removes nothing. */
export async function showPlan(context: Context, given: Given): Promise<void> {
  const { print } = context;
  const { plan } = await planOf(context, await context.api(), given);
  await print.value(shownPlan(given.name, plan), () => [
    ...print.table(rowsOf(plan), planColumns()),
    summaryOf(plan),
  ]);
}

async function planOf({ print }: Context, api: Api, { name, namespace, depth, group, ...keep }: Given) {
  const wish = { name, namespace, depth: depth ?? null, group: groupOf(group), keep };
  const plan = await readPlan(api, wish);
  for (const { name: lint, words } of plan.warnings) print.warn(`warning: ${words} (${lint})`);
  return { wish, plan };
}

interface Wish {
  name: string;
  namespace: string | undefined;
  depth: number | null;
  group: Pick<GroupRef, 'type' | 'id'> | null;
  keep: KeepOptions;
}

function groupOf(group: GroupRef | undefined): Wish['group'] {
  if (group === undefined) return null;
  if (group.namespace === '') return { type: group.type, id: group.id };
  throw new UsageError('--group takes a group without its namespace.', `Add --ns ${group.namespace}.`);
}

/** All pages as one: a group whose snapshots are on two of them is put together again. */
async function readPlan(api: Api, wish: Wish): Promise<PrunePlan> {
  let plan = await api.datastore.prunePlan.query({ ...wish, limit: PAGE });
  while (plan.next !== null) {
    const page = await api.datastore.prunePlan.query({ ...wish, offset: plan.next, limit: PAGE });
    plan = { ...page, groups: joined(plan.groups, page.groups) };
  }
  return plan;
}

type Groups = PrunePlan['groups'];

function joined(before: Groups, after: Groups): Groups {
  const [last, first] = [before.at(-1), after[0]];
  const isSame =
    last !== undefined &&
    first !== undefined &&
    last.namespace === first.namespace &&
    last.type === first.type &&
    last.id === first.id;
  if (!isSame) return [...before, ...after];
  const whole = { ...first, snapshots: [...last.snapshots, ...first.snapshots] };
  return [...before.slice(0, -1), whole, ...after.slice(1)];
}

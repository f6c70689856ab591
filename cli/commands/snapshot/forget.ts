import { BackupError } from '#domain/errors.ts';
import type { Located, SnapshotRef } from '#domain/ids.ts';
import { countOf, formatBytes } from '#domain/units.ts';
import { agree } from '../../ask.ts';
import { type Context, defineCommand } from '../../command.ts';
import type { Api, ForgetPlan, SnapshotView } from '../../connect/api.ts';
import type { Column } from '../../print/table.ts';
import { runTasks, waitOption } from '../../tasks/run-task.ts';
import { flag } from '../../values.ts';
import { snapshotArguments } from './snapshot-argument.ts';
import { referenceOf, shownSnapshot } from './snapshot-columns.ts';

interface Fate {
  fate: 'goes' | 'stays';
  snapshot: SnapshotView;
  reason: string;
}

export const command = defineCommand({
  about:
    'Protected snapshots stay. The others go to the trash of their datastore and can be restored for its days; with\n' +
    '--trash-days 0 they go for good. Unfinished ones always do.\n' +
    'Asks before it begins; without a terminal it needs --yes.',
  examples: [
    'ironcore-backup snapshot forget ibs-primary:vm/12345/2026-05-02T08:11:33Z --dry-run',
    'ironcore-backup snapshot forget ibs-primary:vm/12345/2026-05-02T08:11:33Z --yes',
  ],
  arguments: { snapshots: snapshotArguments },
  options: {
    dryRun: flag('--dry-run', 'Only say what would go'),
    yes: flag('-y, --yes', 'Do not ask'),
    ...waitOption,
  },
  async run(context, { snapshots, dryRun, yes = false, wait }) {
    const { print } = context;
    const api = await context.api();
    const parts = byDatastore(snapshots);
    const plans = await Promise.all(parts.map((part) => forget(api, part, true)));
    const plan = {
      remove: plans.flatMap((one) => one.remove),
      keep: plans.flatMap((one) => one.keep),
      freesBytes: sumOrNull(plans.map((one) => one.freesBytes)),
      restorableUntil: earliest(plans),
    };
    const fates = fatesOf(plan);
    if (dryRun)
      return print.value(shownPlan(plan), () => [...print.table(fates, columns(context)), summary(plan)]);
    if (plan.keep.length > 0 || !yes) print.sayTable(fates, columns(context));
    if (plan.remove.length === 0) {
      throw new BackupError('SNAPSHOT_PROTECTED', 'Nothing can go: everything that was named is protected.', {
        hint: 'Lift it first: ironcore-backup snapshot unprotect SNAPSHOT',
      });
    }
    await agree(context, yes, [], `Forget ${countOf(plan.remove.length, 'snapshot')}?`);
    // A datastore of which everything stays makes no task.
    const going = parts.filter((_, index) => (plans[index]?.remove.length ?? 0) > 0);
    await runTasks(
      context,
      wait,
      going.map((part) => () => carryOut(api, part)),
    );
  },
});

type Part = [datastore: string, refs: SnapshotRef[]];

/** The API takes the snapshots of one datastore at a time; each is named once. */
function byDatastore(snapshots: readonly Located<SnapshotRef>[]): Part[] {
  const parts = new Map<string, Map<string, SnapshotRef>>();
  for (const { datastore, ref } of snapshots) {
    const refs = parts.get(datastore) ?? new Map<string, SnapshotRef>();
    parts.set(datastore, refs.set(JSON.stringify(ref), ref));
  }
  return [...parts].map(([datastore, refs]) => [datastore, [...refs.values()]]);
}

function forget(api: Api, [datastore, snapshots]: Part, dryRun: boolean): Promise<ForgetPlan> {
  return api.snapshot.forget.mutate({ datastore, snapshots, dryRun });
}

async function carryOut(api: Api, part: Part): Promise<{ taskId: string }> {
  const { taskId } = await forget(api, part, false);
  if (taskId !== null) return { taskId };
  throw new BackupError('SNAPSHOT_PROTECTED', `Somebody has protected what was to go from ${part[0]}.`);
}

type Plan = Pick<ForgetPlan, 'remove' | 'keep' | 'freesBytes' | 'restorableUntil'>;

/** Null when what goes from one of the datastores goes for good. */
function earliest(plans: readonly ForgetPlan[]): Date | null {
  const times = plans
    .filter(({ remove }) => remove.length > 0)
    .map((plan) => plan.restorableUntil?.getTime() ?? 0);
  const first = Math.min(...times);
  return times.length > 0 && first > 0 ? new Date(first) : null;
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

function shownPlan({ remove, keep, freesBytes, restorableUntil }: Plan) {
  return {
    ...{ freesBytes, restorableUntilAt: restorableUntil },
    remove: remove.map(shownSnapshot),
    keep: keep.map(({ snapshot, reason }) => ({ ...shownSnapshot(snapshot), reason })),
  };
}

function fatesOf(plan: Plan): Fate[] {
  return [
    ...plan.remove.map((snapshot): Fate => ({ fate: 'goes', snapshot, reason: '' })),
    ...plan.keep.map(({ snapshot, reason }): Fate => ({ fate: 'stays', snapshot, reason })),
  ];
}

function columns({ print }: Context): Column<Fate>[] {
  return [
    { header: 'PLAN', cell: ({ fate }) => ({ text: fate, tone: fate === 'goes' ? 'warn' : 'good' }) },
    { header: 'SNAPSHOT', cell: ({ snapshot }) => referenceOf(snapshot) },
    {
      header: 'SIZE',
      cell: ({ snapshot }) => print.cells.bytes(snapshot.sizeBytes),
      align: 'right',
      drop: 1,
    },
    { header: 'REASON', cell: ({ reason }) => reason, cut: 12, hideEmpty: true },
  ];
}

function summary(plan: Plan): string {
  const keep = plan.keep.length > 0 ? `, ${countOf(plan.keep.length, 'snapshot')} would stay` : '';
  const goes = `${countOf(plan.remove.length, 'snapshot')} would go`;
  return `${goes}${keep}.${afterwards(plan)} Nothing was changed.`;
}

/** How long they could be restored, and what comes of it. */
function afterwards({ remove, freesBytes, restorableUntil }: Plan): string {
  if (remove.length === 0) return '';
  const until = restorableUntil?.toISOString().slice(0, 16).replace('T', ' ');
  const trash = until
    ? ` The trash keeps what is finished until at least ${until} UTC.`
    : ' They go for good.';
  if (freesBytes === null) return trash;
  const when = until ? 'The garbage collection after that' : 'The next garbage collection';
  return `${trash} ${when} frees at least ${formatBytes(freesBytes)}.`;
}

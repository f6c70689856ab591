import { formatGroupPath, formatSnapshotTime } from '#domain/ids.ts';
import { countOf, formatCount } from '#domain/units.ts';
import type { PrunePlan } from '../../connect/api.ts';
import type { Column } from '../../print/table.ts';

type Planned = PrunePlan['groups'][number]['snapshots'][number];

interface Row extends Planned {
  group: string;
}

export function rowsOf(plan: PrunePlan): Row[] {
  return plan.groups.flatMap((group) => {
    const name = formatGroupPath(group);
    return group.snapshots.map((snapshot) => ({ ...snapshot, group: name }));
  });
}

/** The plan for programs: groups and snapshots by the names that every command takes, times as in every other output. */
export function shownPlan(datastore: string, { next: _next, groups, ...plan }: PrunePlan) {
  return {
    ...plan,
    groups: groups.map((group) => {
      const name = `${datastore}:${formatGroupPath(group)}`;
      const snapshots = group.snapshots.map(({ time, ...snapshot }) => ({
        snapshot: `${name}/${formatSnapshotTime(time)}`,
        at: new Date(time * 1000),
        ...snapshot,
      }));
      return { group: name, totals: group.totals, snapshots };
    }),
  };
}

export function planColumns(): Column<Row>[] {
  return [
    { header: 'GROUP', cell: ({ group }) => group },
    { header: 'SNAPSHOT', cell: ({ time }) => formatSnapshotTime(time) },
    {
      header: 'PLAN',
      cell: ({ mark }) => ({
        text: mark === 'remove' ? 'remove' : 'keep',
        tone: mark === 'remove' ? 'warn' : 'good',
      }),
    },
    { header: 'WHY', cell: ({ why }) => why, cut: 16 },
  ];
}

export function summaryOf({ totals, zone }: PrunePlan): string {
  const { snapshots, groups, remove } = totals;
  const all = `${countOf(snapshots, 'snapshot')} in ${countOf(groups, 'group')}`;
  const [go, stay] = [remove, snapshots - remove].map(formatCount);
  return `Of ${all}, ${go} would go and ${stay} would stay (times of ${zone}). Nothing was changed.`;
}

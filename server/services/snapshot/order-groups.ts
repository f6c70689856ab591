import { compareGroupNames } from '#domain/natural-order.ts';
import type { GroupPageInput, GroupSort } from '#domain/snapshot.ts';
import type { GroupView } from './list-groups.ts';

type Filter = Pick<GroupPageInput, 'search' | 'types'>;

/** Text is compared with name, comment and owner, whatever its case. */
export function filterGroups(groups: readonly GroupView[], { search, types }: Filter): GroupView[] {
  const text = search?.toLowerCase() ?? '';
  return groups.filter(
    (group) =>
      (!types?.length || types.includes(group.type)) &&
      (text === '' ||
        `${group.type}/${group.id}\n${group.notes}\n${group.owner ?? ''}`.toLowerCase().includes(text)),
  );
}

/** What is not known comes last in both directions; ties keep the order of the names. */
export function sortGroups(groups: readonly GroupView[], sort: GroupSort, descending: boolean): GroupView[] {
  const sign = descending ? -1 : 1;
  if (sort === 'group') return [...groups].sort((a, b) => sign * compareGroupNames(a, b));
  const value = VALUES[sort];
  return [...groups].sort((a, b) => compareKnown(value(a), value(b), sign) || compareGroupNames(a, b));
}

type Value = string | number | null;

const VALUES: Record<Exclude<GroupSort, 'group'>, (group: GroupView) => Value> = {
  notes: (group) => group.notes || null,
  owner: (group) => group.owner,
  snapshots: (group) => group.snapshotCount,
  protected: (group) => group.protectedCount,
  lastBackup: (group) => group.lastBackupAt?.getTime() ?? null,
  lastSize: (group) => group.lastSizeBytes,
  logical: (group) => group.logicalBytes,
};

function compareKnown(a: Value, b: Value, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (a === b) return 0;
  return a < b ? -sign : sign;
}

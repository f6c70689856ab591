import { formatCount } from '#domain/units.ts';
import type { GroupView } from '../../trpc/views.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Bytes } from '../../ui/Bytes.tsx';
import type { Column } from '../../ui/table/columns.ts';
import { tableSpec } from '../../ui/table/columns.ts';
import type { FilterField } from '../../ui/table/filter-words.ts';
import { RelativeTime } from '../../ui/time/RelativeTime.tsx';
import { Unknown } from '../../ui/Unknown.tsx';
import { GROUP_DEFAULT_SORT, GROUP_FILTER_IDS } from './group-question.ts';

export function groupLabel(group: Pick<GroupView, 'type' | 'id'>): string {
  return `${group.type}/${group.id}`;
}

export const GROUP_COLUMNS: Column<GroupView>[] = [
  {
    id: 'group',
    header: 'Group',
    cell: (row) => <span title={groupLabel(row)}>{groupLabel(row)}</span>,
    aside: (row) => <GroupBadges group={row} />,
    sortBy: groupLabel,
  },
  {
    id: 'notes',
    header: 'Comment',
    cell: (row) => (
      <span className="block max-w-60 truncate text-muted" title={row.notes}>
        {row.notes}
      </span>
    ),
    sortBy: (row) => row.notes,
  },
  {
    id: 'owner',
    header: 'Owner',
    cell: (row) =>
      row.owner === null ? (
        <Unknown reason="The owner file is missing or cannot be read" />
      ) : (
        <span className="block max-w-36 truncate min-[1400px]:max-w-48" title={row.owner}>
          {row.owner}
        </span>
      ),
    sortBy: (row) => row.owner,
  },
  {
    id: 'snapshots',
    header: 'Snapshots',
    align: 'end',
    cell: (row) => formatCount(row.snapshotCount),
    sortBy: (row) => row.snapshotCount,
    descendingFirst: true,
  },
  {
    id: 'protected',
    header: 'Protected',
    align: 'end',
    hiddenByDefault: true,
    cell: (row) => formatCount(row.protectedCount),
    sortBy: (row) => row.protectedCount,
    descendingFirst: true,
  },
  {
    id: 'lastBackup',
    header: 'Last backup',
    cell: (row) => (
      <span className="whitespace-nowrap">
        <RelativeTime at={row.lastBackupAt?.getTime()} unknown="No finished backup" />
      </span>
    ),
    sortBy: (row) => row.lastBackupAt?.getTime(),
    descendingFirst: true,
  },
  {
    id: 'lastSize',
    header: 'Last size',
    align: 'end',
    cell: (row) => <Bytes value={row.lastSizeBytes} unknown="No finished backup" />,
    sortBy: (row) => row.lastSizeBytes,
    descendingFirst: true,
  },
  {
    id: 'exclusive',
    header: 'Its own',
    align: 'end',
    cell: (row) => (
      <Bytes value={row.exclusiveBytes} unknown="No garbage collection has looked since who uses the space" />
    ),
    sortBy: (row) => row.exclusiveBytes,
    descendingFirst: true,
  },
  {
    id: 'logical',
    header: 'All sizes',
    align: 'end',
    hiddenByDefault: true,
    cell: (row) => <Bytes value={row.logicalBytes} />,
    sortBy: (row) => row.logicalBytes,
    descendingFirst: true,
  },
];

/** The server sorts; a column's `sortBy` only says that it can. */
export const GROUP_TABLE = tableSpec(GROUP_COLUMNS, {
  filterIds: GROUP_FILTER_IDS,
  defaultSort: GROUP_DEFAULT_SORT,
});

export const GROUP_FILTERS: FilterField[] = [
  {
    id: 'type',
    label: 'type',
    options: [
      { value: 'vm', label: 'VM' },
      { value: 'ct', label: 'CT' },
      { value: 'host', label: 'Host' },
    ],
  },
];

function GroupBadges({ group }: { group: GroupView }) {
  return (
    <>
      {group.runningCount > 0 && <Badge tone="info">Running</Badge>}
      {group.unfinishedCount > 0 && <Badge tone="warn">{group.unfinishedCount} unfinished</Badge>}
      {group.failedCount > 0 && <Badge tone="err">{group.failedCount} damaged</Badge>}
    </>
  );
}

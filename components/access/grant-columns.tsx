import { roleWords } from '#domain/permissions.ts';
import type { AclView } from '../trpc/views.ts';
import { Hint } from '../ui/Hint.tsx';
import type { Column } from '../ui/table/columns.ts';
import { tableSpec } from '../ui/table/columns.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';

export const GRANT_COLUMNS: Column<AclView>[] = [
  {
    id: 'principal',
    header: 'Who',
    cell: (row) => (row.kind === 'group' ? `${row.principal} (group)` : row.principal),
    sortBy: (row) => row.principal,
  },
  {
    id: 'role',
    header: 'Role',
    cell: (row) => <Hint content={roleWords(row.role, row.privileges ?? [])}>{row.role}</Hint>,
    sortBy: (row) => row.role,
  },
  {
    id: 'path',
    header: 'Path',
    cell: (row) => <span className="font-mono text-small whitespace-nowrap">{row.path}</span>,
    sortBy: (row) => row.path,
  },
  {
    id: 'propagate',
    header: 'Counts',
    cell: (row) => (
      <span className="whitespace-nowrap">{row.propagate ? 'There and below' : 'There only'}</span>
    ),
    sortBy: (row) => (row.propagate ? 0 : 1),
  },
  {
    id: 'granted',
    header: 'Granted',
    cell: (row) => <RelativeTime at={row.createdAt.getTime()} />,
    sortBy: (row) => row.createdAt.getTime(),
    descendingFirst: true,
  },
  { id: 'by', header: 'Granted by', cell: (row) => row.createdBy, sortBy: (row) => row.createdBy },
];

export const GRANT_TABLE = tableSpec(GRANT_COLUMNS, {
  filterIds: ['role'],
  defaultSort: { columnId: 'principal', descending: false },
});

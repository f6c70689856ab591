import type { TokenView } from '../trpc/views.ts';
import { Hint } from '../ui/Hint.tsx';
import type { Column } from '../ui/table/columns.ts';
import { tableSpec } from '../ui/table/columns.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { Unknown } from '../ui/Unknown.tsx';
import { AccountStatus } from './AccountStatus.tsx';
import { grantText } from './access-words.ts';
import { GrantsCell } from './GrantsCell.tsx';
import { LastUse } from './LastUse.tsx';

export const TOKEN_COLUMNS: Column<TokenView>[] = [
  { id: 'token', header: 'Token', cell: (row) => row.id, sortBy: (row) => row.id },
  { id: 'owner', header: 'Owner', cell: (row) => row.user, sortBy: (row) => row.user },
  {
    id: 'status',
    header: 'Status',
    cell: (row) => <AccountStatus account={row} />,
    sortBy: (row) => (row.enabled ? (row.expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER) : 0),
  },
  {
    id: 'roles',
    header: 'Roles',
    cell: (row) => <GrantsCell grants={row.grants} />,
    sortBy: (row) => row.grants.map(grantText).join() || null,
  },
  {
    id: 'expires',
    header: 'Expires',
    cell: (row) =>
      row.expiresAt ? (
        <RelativeTime at={row.expiresAt.getTime()} />
      ) : (
        <span className="text-muted">Never</span>
      ),
    sortBy: (row) => row.expiresAt?.getTime(),
  },
  {
    id: 'lastUse',
    header: 'Last use',
    cell: (row) => <LastUse token={row} />,
    sortBy: (row) => row.lastUsedAt?.getTime(),
    descendingFirst: true,
  },
  {
    id: 'from',
    header: 'From',
    hiddenByDefault: true,
    cell: (row) => row.lastUsedFrom ?? <Unknown reason="Has never been used" />,
    sortBy: (row) => row.lastUsedFrom,
  },
  {
    id: 'created',
    header: 'Created',
    hiddenByDefault: true,
    cell: (row) => (
      <span className="whitespace-nowrap">
        <RelativeTime at={row.createdAt.getTime()} /> <Hint content="Who made it">by {row.createdBy}</Hint>
      </span>
    ),
    sortBy: (row) => row.createdAt.getTime(),
    descendingFirst: true,
  },
  { id: 'comment', header: 'Comment', cell: (row) => row.comment, sortBy: (row) => row.comment },
];

export const TOKEN_TABLE = tableSpec(TOKEN_COLUMNS, {
  filterIds: ['status', 'role'],
  defaultSort: { columnId: 'token', descending: false },
});

import { formatCount } from '#domain/units.ts';
import type { UserView } from '../trpc/views.ts';
import type { Column } from '../ui/table/columns.ts';
import { tableSpec } from '../ui/table/columns.ts';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { AccountStatus } from './AccountStatus.tsx';
import { grantText } from './access-words.ts';
import { GrantsCell } from './GrantsCell.tsx';

export const USER_COLUMNS: Column<UserView>[] = [
  { id: 'user', header: 'User', cell: (row) => row.user, sortBy: (row) => row.user },
  {
    id: 'status',
    header: 'Status',
    cell: (row) => <AccountStatus account={row} />,
    sortBy: (row) => (row.enabled ? 0 : 1),
    descendingFirst: true,
  },
  {
    id: 'roles',
    header: 'Roles',
    cell: (row) => <GrantsCell grants={row.grants} />,
    sortBy: (row) => row.grants.map(grantText).join() || null,
  },
  {
    id: 'tokens',
    header: 'Tokens',
    align: 'end',
    cell: (row) => formatCount(row.tokenCount),
    sortBy: (row) => row.tokenCount,
    descendingFirst: true,
  },
  {
    id: 'lastSignIn',
    header: 'Last sign-in',
    cell: (row) => <RelativeTime at={row.lastSignInAt?.getTime()} unknown="Has never signed in" />,
    sortBy: (row) => row.lastSignInAt?.getTime(),
    descendingFirst: true,
  },
  {
    id: 'expires',
    header: 'Expires',
    hiddenByDefault: true,
    cell: (row) => (row.expiresAt ? <RelativeTime at={row.expiresAt.getTime()} /> : 'Never'),
    sortBy: (row) => row.expiresAt?.getTime(),
  },
  {
    id: 'created',
    header: 'Created',
    hiddenByDefault: true,
    cell: (row) => <RelativeTime at={row.createdAt.getTime()} />,
    sortBy: (row) => row.createdAt.getTime(),
    descendingFirst: true,
  },
  { id: 'comment', header: 'Comment', cell: (row) => row.comment, sortBy: (row) => row.comment },
];

export const USER_TABLE = tableSpec(USER_COLUMNS, {
  filterIds: ['status', 'role'],
  defaultSort: { columnId: 'user', descending: false },
});

'use client';

import { useQuery } from '@tanstack/react-query';
import { Pencil, Plus, Trash2, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '#domain/units.ts';
import { Updated } from '../live/Updated.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import type { UserGroupView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Hint } from '../ui/Hint.tsx';
import { type Column, tableSpec } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useTableState } from '../ui/table/use-table-state.ts';
import { AccessHeader } from './AccessHeader.tsx';
import { LIST_USER_GROUPS } from './access-commands.ts';
import { GrantsCell } from './GrantsCell.tsx';
import { RemoveUserGroupDialog } from './RemoveUserGroupDialog.tsx';
import { UserGroupDialog } from './UserGroupDialog.tsx';

const COLUMNS: Column<UserGroupView>[] = [
  { id: 'group', header: 'Group', cell: (row) => row.group, sortBy: (row) => row.group },
  {
    id: 'members',
    header: 'Members',
    align: 'end',
    cell: (row) => (
      <Hint content={row.members.join(', ') || 'Nobody'}>{formatCount(row.members.length)}</Hint>
    ),
    sortBy: (row) => row.members.length,
    descendingFirst: true,
  },
  { id: 'roles', header: 'Roles', cell: (row) => <GrantsCell grants={row.grants} /> },
  { id: 'by', header: 'Made by', hiddenByDefault: true, cell: (row) => row.createdBy },
  { id: 'comment', header: 'Comment', cell: (row) => row.comment, sortBy: (row) => row.comment },
];
const TABLE = tableSpec(COLUMNS, { filterIds: [], defaultSort: { columnId: 'group', descending: false } });

type Open = { dialog: 'create' } | { dialog: 'edit' | 'remove'; group: UserGroupView };

/** Users by one name: what is granted to it counts for its members. */
export function UserGroupsPage() {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const control = useTableState(TABLE);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const query = useQuery(trpc.userGroup.list.queryOptions());
  const words = control.state.text.trim().toLowerCase();
  const rows = query.data?.filter(({ group, comment, members }) =>
    [group, comment, ...members].join('\n').toLowerCase().includes(words),
  );
  const manage = lacks('/access', 'Permissions.Modify');
  const create = (
    <Button
      variant="primary"
      icon={<Plus />}
      onClick={() => setOpen({ dialog: 'create' })}
      disabledReason={manage}
    >
      Create group
    </Button>
  );
  return (
    <>
      <AccessHeader actions={create} />
      <QueryRefusal error={query.error} title="You cannot see the groups">
        <DataTable
          title="Groups"
          count={rows?.length}
          columns={COLUMNS}
          rows={rows}
          rowId={(row) => row.group}
          rowLabel={(row) => row.group}
          rowActions={(group) => [
            {
              label: 'Edit…',
              icon: <Pencil />,
              onSelect: () => setOpen({ dialog: 'edit', group }),
              disabledReason: manage,
            },
            'separator',
            {
              label: 'Remove…',
              icon: <Trash2 />,
              onSelect: () => setOpen({ dialog: 'remove', group }),
              danger: true,
              disabledReason: manage,
            },
          ]}
          control={control}
          searches="Name, member, comment"
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          actions={<Updated at={query.dataUpdatedAt} />}
          footer={<CommandHint text={LIST_USER_GROUPS} />}
          empty={
            <EmptyState
              icon={<UsersRound />}
              title="No groups yet"
              action={create}
              command="ironcore-backup user-group create operators@ibs --member alice@ibs"
            >
              A role that is granted to a group counts for all its members. Who comes and who goes is changed
              in one place.
            </EmptyState>
          }
        />
      </QueryRefusal>
      {open?.dialog === 'create' && <UserGroupDialog onClose={close} />}
      {open?.dialog === 'edit' && <UserGroupDialog group={open.group} onClose={close} />}
      {open?.dialog === 'remove' && <RemoveUserGroupDialog group={open.group} onClose={close} />}
    </>
  );
}

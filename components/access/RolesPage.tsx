'use client';

import { useQuery } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Updated } from '../live/Updated.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { RoleView } from '../trpc/views.ts';
import { Badge } from '../ui/Badge.tsx';
import { Button } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { type Column, tableSpec } from '../ui/table/columns.ts';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useTableState } from '../ui/table/use-table-state.ts';
import { AccessHeader } from './AccessHeader.tsx';
import { LIST_ROLES } from './access-commands.ts';
import { RemoveRoleDialog } from './RemoveRoleDialog.tsx';
import { RoleDialog } from './RoleDialog.tsx';

const COLUMNS: Column<RoleView>[] = [
  {
    id: 'role',
    header: 'Role',
    cell: (row) => (
      <span className="flex items-center gap-2 whitespace-nowrap">
        {row.role}
        {row.builtIn && <Badge>Built in</Badge>}
      </span>
    ),
    sortBy: (row) => row.role,
  },
  {
    id: 'comment',
    header: 'What it is for',
    cell: (row) => <span className="block min-w-56">{row.comment}</span>,
  },
  {
    id: 'privileges',
    header: 'Privileges',
    cell: (row) => (
      <span className="block min-w-64 max-w-140 text-table">{row.privileges.join(', ') || 'None'}</span>
    ),
    sortBy: (row) => row.privileges.length,
    descendingFirst: true,
  },
];
const TABLE = tableSpec(COLUMNS, { filterIds: [], defaultSort: { columnId: 'role', descending: false } });

type Open = { dialog: 'create' } | { dialog: 'edit' | 'remove'; role: RoleView };

/** What may be done, by a name. */
export function RolesPage() {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const control = useTableState(TABLE);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const query = useQuery(trpc.role.list.queryOptions());
  const words = control.state.text.trim().toLowerCase();
  const rows = query.data?.filter(({ role, comment, privileges }) =>
    [role, comment, ...privileges].join('\n').toLowerCase().includes(words),
  );
  const manage = lacks('/access', 'Permissions.Modify');
  const create = (
    <Button
      variant="primary"
      icon={<Plus />}
      onClick={() => setOpen({ dialog: 'create' })}
      disabledReason={manage}
    >
      Create role
    </Button>
  );
  return (
    <>
      <AccessHeader actions={create} />
      <DataTable
        title="Roles"
        count={rows?.length}
        columns={COLUMNS}
        rows={rows}
        rowId={(row) => row.role}
        rowLabel={(row) => row.role}
        rowActions={(role) => {
          const fixed = role.builtIn && 'Built-in roles stay as they are';
          return [
            {
              label: 'Edit…',
              icon: <Pencil />,
              onSelect: () => setOpen({ dialog: 'edit', role }),
              disabledReason: manage || fixed,
            },
            'separator',
            {
              label: 'Remove…',
              icon: <Trash2 />,
              onSelect: () => setOpen({ dialog: 'remove', role }),
              danger: true,
              disabledReason: manage || fixed,
            },
          ];
        }}
        control={control}
        searches="Name, privilege"
        error={maybeErrorDetails(query.error)}
        onRetry={() => void query.refetch()}
        actions={<Updated at={query.dataUpdatedAt} />}
        footer={<CommandHint text={LIST_ROLES} />}
        empty={null}
      />
      {open?.dialog === 'create' && <RoleDialog onClose={close} />}
      {open?.dialog === 'edit' && <RoleDialog role={open.role} onClose={close} />}
      {open?.dialog === 'remove' && <RemoveRoleDialog role={open.role} onClose={close} />}
    </>
  );
}

'use client';

import { useQuery } from '@tanstack/react-query';
import { UserPlus, Users } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Updated } from '../live/Updated.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useTableState } from '../ui/table/use-table-state.ts';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { AccessHeader } from './AccessHeader.tsx';
import { LIST_USERS } from './access-commands.ts';
import { CreateUserDialog } from './CreateUserDialog.tsx';
import { ACCOUNT_FILTERS, filterAccounts } from './filter-access.ts';
import { useUserActions } from './use-user-actions.tsx';
import { USER_COLUMNS, USER_TABLE } from './user-columns.tsx';

export function UsersPage() {
  const trpc = useTRPC();
  const now = useNow();
  const { lacks } = usePermissions();
  const control = useTableState(USER_TABLE);
  const actions = useUserActions();
  const [creating, setCreating] = useState(false);
  const query = useQuery(trpc.user.list.queryOptions());
  const rows = useMemo(
    () =>
      query.data && filterAccounts(query.data, control.state, now, (row) => `${row.user}\n${row.comment}`),
    [query.data, control.state, now],
  );
  const create = (
    <Button
      variant="primary"
      icon={<UserPlus />}
      onClick={() => setCreating(true)}
      disabledReason={lacks('/access', 'Permissions.Modify')}
    >
      Create user
    </Button>
  );
  return (
    <>
      <AccessHeader actions={create} />
      {actions.problem}
      <QueryRefusal error={query.error} title="You cannot see the users">
        <DataTable
          title="Users"
          count={rows?.length}
          columns={USER_COLUMNS}
          rows={rows}
          rowId={(row) => row.user}
          rowLabel={(row) => row.user}
          rowActions={actions.entriesOf}
          control={control}
          filters={ACCOUNT_FILTERS}
          searches="Name, comment"
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          actions={<Updated at={query.dataUpdatedAt} />}
          footer={<CommandHint text={LIST_USERS} />}
          empty={
            <EmptyState
              icon={<Users />}
              title="No users yet"
              action={create}
              command="ironcore-backup user create alice@ibs --role Auditor"
            >
              Users sign in here. Give everyone an account of their own, so that the log tells who did what.
            </EmptyState>
          }
        />
      </QueryRefusal>
      {actions.dialogs}
      {creating && <CreateUserDialog onClose={() => setCreating(false)} />}
    </>
  );
}

'use client';

import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { userOf } from '#domain/principal.ts';
import { Updated } from '../live/Updated.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { TokenView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useTableState } from '../ui/table/use-table-state.ts';
import { useNow } from '../ui/time/TimeProvider.tsx';
import { AccessHeader } from './AccessHeader.tsx';
import { LIST_TOKENS } from './access-commands.ts';
import { CreateTokenDialog } from './CreateTokenDialog.tsx';
import { ACCOUNT_FILTERS, filterAccounts } from './filter-access.ts';
import { RevokeTokenDialog } from './RevokeTokenDialog.tsx';
import { TOKEN_COLUMNS, TOKEN_TABLE } from './token-columns.tsx';

/** One's own tokens; everybody's for those who manage access. */
export function TokensPage() {
  const trpc = useTRPC();
  const now = useNow();
  const { lacks, principal } = usePermissions();
  const control = useTableState(TOKEN_TABLE);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<TokenView | null>(null);
  const query = useQuery(trpc.token.list.queryOptions());
  const rows = useMemo(
    () => query.data && filterAccounts(query.data, control.state, now, (row) => `${row.id}\n${row.comment}`),
    [query.data, control.state, now],
  );
  const entriesOf = (token: TokenView): MenuEntry[] => [
    {
      label: 'Revoke…',
      icon: <Trash2 />,
      onSelect: () => setRevoking(token),
      danger: true,
      disabledReason:
        principal !== null && token.user !== userOf(principal) && lacks('/access', 'Permissions.Modify'),
    },
  ];
  const create = (
    <Button variant="primary" icon={<Plus />} onClick={() => setCreating(true)}>
      Create token
    </Button>
  );
  return (
    <>
      <AccessHeader actions={create} />
      <DataTable
        title="API tokens"
        count={rows?.length}
        columns={TOKEN_COLUMNS}
        rows={rows}
        rowId={(row) => row.id}
        rowLabel={(row) => row.id}
        rowActions={entriesOf}
        control={control}
        filters={ACCOUNT_FILTERS}
        searches="Name, owner, comment"
        error={maybeErrorDetails(query.error)}
        onRetry={() => void query.refetch()}
        actions={<Updated at={query.dataUpdatedAt} />}
        footer={<CommandHint text={LIST_TOKENS} />}
        empty={
          <EmptyState
            icon={<KeyRound />}
            title="No API tokens yet"
            action={create}
            command="ironcore-backup token create web-1 --role Datastore.Backup --datastore ibs-primary"
          >
            A token lets a program connect without a password: one for each machine that backs up, so that
            each can be revoked by itself.
          </EmptyState>
        }
      />
      {creating && <CreateTokenDialog onClose={() => setCreating(false)} />}
      {revoking && <RevokeTokenDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

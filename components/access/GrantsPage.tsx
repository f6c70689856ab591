'use client';

import { useQuery } from '@tanstack/react-query';
import { ListTree, Plus, ShieldCheck, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Updated } from '../live/Updated.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import type { AclView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useTableState } from '../ui/table/use-table-state.ts';
import { AccessHeader } from './AccessHeader.tsx';
import { LIST_GRANTS } from './access-commands.ts';
import { isOfServer } from './access-words.ts';
import { ExplainDialog } from './ExplainDialog.tsx';
import { filterGrants, GRANT_FILTERS } from './filter-access.ts';
import { GrantDialog } from './GrantDialog.tsx';
import { GRANT_COLUMNS, GRANT_TABLE } from './grant-columns.tsx';
import { RevokeGrantDialog } from './RevokeGrantDialog.tsx';

/** Who holds which role where. */
export function GrantsPage() {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const control = useTableState(GRANT_TABLE);
  const [granting, setGranting] = useState(false);
  const [explaining, setExplaining] = useState(false);
  const [revoking, setRevoking] = useState<AclView | null>(null);
  const query = useQuery(trpc.acl.list.queryOptions());
  const rows = useMemo(
    () => query.data && filterGrants(query.data, control.state),
    [query.data, control.state],
  );
  const manage = lacks('/access', 'Permissions.Modify');
  const grant = (
    <Button variant="primary" icon={<Plus />} onClick={() => setGranting(true)} disabledReason={manage}>
      Grant role
    </Button>
  );
  return (
    <>
      <AccessHeader
        actions={
          <>
            <Button icon={<ListTree />} onClick={() => setExplaining(true)}>
              Explain
            </Button>
            {grant}
          </>
        }
      />
      <QueryRefusal error={query.error} title="You cannot see who holds which role">
        <DataTable
          title="Permissions"
          count={rows?.length}
          columns={GRANT_COLUMNS}
          rows={rows}
          rowId={grantKey}
          rowLabel={(row) => `${row.role} of ${row.principal} on ${row.path}`}
          rowActions={(row) => [
            {
              label: 'Revoke role…',
              icon: <Trash2 />,
              onSelect: () => setRevoking(row),
              danger: true,
              disabledReason:
                manage || (isOfServer(row.principal) && 'The command line on this server works by it'),
            },
          ]}
          control={control}
          filters={GRANT_FILTERS}
          searches="User, token, group, path"
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          actions={<Updated at={query.dataUpdatedAt} />}
          footer={<CommandHint text={LIST_GRANTS} />}
          empty={
            <EmptyState
              icon={<ShieldCheck />}
              title="No roles are granted"
              action={grant}
              command="ironcore-backup acl grant --path / --auth-id alice@ibs --role Auditor"
            >
              A role on a path says what a user, a token or a group of users may do there.
            </EmptyState>
          }
        />
      </QueryRefusal>
      {explaining && <ExplainDialog onClose={() => setExplaining(false)} />}
      {granting && <GrantDialog onClose={() => setGranting(false)} />}
      {revoking && <RevokeGrantDialog grant={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function grantKey({ principal, role, path }: AclView): string {
  return `${principal} ${role} ${path}`;
}

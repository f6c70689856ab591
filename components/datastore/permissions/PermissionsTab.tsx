'use client';

import { useQuery } from '@tanstack/react-query';
import { ListTree, Plus, ShieldCheck, Trash2 } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { ExplainDialog } from '../../access/ExplainDialog.tsx';
import { GrantDialog } from '../../access/GrantDialog.tsx';
import { RevokeGrantDialog } from '../../access/RevokeGrantDialog.tsx';
import { cliCommand } from '../../commands/command-text.ts';
import { Updated } from '../../live/Updated.tsx';
import { namespaceLabel } from '../../namespace/namespace-words.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { QueryRefusal } from '../../trpc/QueryRefusal.tsx';
import { useTRPC } from '../../trpc/trpc.ts';
import type { AclView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Field } from '../../ui/forms/Field.tsx';
import { Select } from '../../ui/forms/Select.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { useTableState } from '../../ui/table/use-table-state.ts';
import { readPlace } from '../content/content-address.ts';
import { PLACE_COLUMNS, PLACE_TABLE, type PlacedGrant } from './place-columns.tsx';

type Open = { dialog: 'grant' | 'explain' } | { dialog: 'revoke'; grant: AclView };

/** Who may what on a datastore or one of its namespaces: granted there, and what counts there from above. */
export function PermissionsTab({ name }: { name: string }) {
  const trpc = useTRPC();
  const { holds } = usePermissions();
  const control = useTableState(PLACE_TABLE);
  const { namespace: wanted } = readPlace(new URLSearchParams(useSearchParams().toString()));
  const [namespace, setNamespace] = useState(wanted);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const path = datastorePath(name, namespace as NamespacePath);
  const query = useQuery(trpc.acl.list.queryOptions({ path }));
  const words = control.state.text.trim().toLowerCase();
  const rows = query.data
    ?.filter(({ principal, role }) => `${principal}\n${role}`.toLowerCase().includes(words))
    .map((grant): PlacedGrant => ({ ...grant, isHere: grant.path === path }));
  const manages = holds('/access', 'Permissions.Modify') || holds(path, 'Permissions.Modify');
  const why = !manages && `You need Permissions.Modify on ${path} or on /access`;
  const grant = (
    <Button
      variant="primary"
      icon={<Plus />}
      onClick={() => setOpen({ dialog: 'grant' })}
      disabledReason={why}
    >
      Grant role
    </Button>
  );
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <NamespaceField datastore={name} value={namespace} onChange={setNamespace} />
        <div className="ml-auto flex flex-wrap gap-2">
          <Button icon={<ListTree />} onClick={() => setOpen({ dialog: 'explain' })}>
            Check access
          </Button>
          {grant}
        </div>
      </div>
      <QueryRefusal error={query.error} title="You cannot see who holds which role">
        <DataTable
          title="Permissions"
          count={rows?.length}
          columns={PLACE_COLUMNS}
          rows={rows}
          rowId={(row) => `${row.principal} ${row.role} ${row.path}`}
          rowLabel={(row) => `${row.role} of ${row.principal} on ${row.path}`}
          rowActions={(row) => [
            {
              label: 'Revoke role…',
              icon: <Trash2 />,
              onSelect: () => setOpen({ dialog: 'revoke', grant: row }),
              danger: true,
              disabledReason: why || (!row.isHere && `It is granted on ${row.path}`),
            },
          ]}
          control={control}
          searches="Who, role"
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          actions={<Updated at={query.dataUpdatedAt} />}
          footer={<CommandHint text={cliCommand(['acl', 'list'], { path })} />}
          empty={
            <EmptyState
              icon={<ShieldCheck />}
              title="Nobody was granted anything"
              action={grant}
              command={`ironcore-backup acl update --path ${path} --auth-id alice@ibs --role Datastore.Reader`}
            >
              A role on it says what a user, a token or a group of users may do there.
            </EmptyState>
          }
        />
      </QueryRefusal>
      {open?.dialog === 'grant' && <GrantDialog path={path} onClose={close} />}
      {open?.dialog === 'explain' && <ExplainDialog path={path} onClose={close} />}
      {open?.dialog === 'revoke' && <RevokeGrantDialog grant={open.grant} onClose={close} />}
    </>
  );
}

interface NamespaceFieldProps {
  datastore: string;
  value: string;
  onChange: (namespace: string) => void;
}

function NamespaceField({ datastore, value, onChange }: NamespaceFieldProps) {
  const trpc = useTRPC();
  const { data: namespaces = [] } = useQuery(trpc.namespace.list.queryOptions({ datastore }));
  const below = namespaces.filter(({ path }) => path !== '');
  return (
    <Field label="On" className="w-full sm:w-72">
      <Select
        options={[
          { value: '', label: 'The whole datastore' },
          ...below.map(({ path }) => ({ value: path as string, label: namespaceLabel(path) })),
        ]}
        value={value}
        onChange={onChange}
      />
    </Field>
  );
}

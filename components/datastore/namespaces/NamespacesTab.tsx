'use client';

import { useQuery } from '@tanstack/react-query';
import { FolderTree, Plus } from 'lucide-react';
import { useRouter, useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { filterNamespaces, namespaceId } from '../../namespace/namespace-tree.ts';
import { namespaceLabel } from '../../namespace/namespace-words.ts';
import { useNamespaceActions } from '../../namespace/use-namespace-actions.tsx';
import { usePermissions } from '../../session/use-permissions.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { QueryRefusal } from '../../trpc/QueryRefusal.tsx';
import { useTRPC } from '../../trpc/trpc.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { useTableState } from '../../ui/table/use-table-state.ts';
import { placeQuery, readPlace, shownNamespace } from '../content/content-address.ts';
import { datastoreHref } from '../datastore-words.ts';
import { NamespacePanel } from './NamespacePanel.tsx';
import { NAMESPACE_COLUMNS, NAMESPACE_TABLE } from './namespace-columns.tsx';
import { namespaceRows } from './namespace-rows.ts';

/** The namespaces as a tree with what they use, and everything about the chosen one. */
export function NamespacesTab({ name }: { name: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { lacks } = usePermissions();
  const control = useTableState(NAMESPACE_TABLE);
  const { namespace: wanted } = readPlace(new URLSearchParams(useSearchParams().toString()));
  const query = useQuery(trpc.namespace.list.queryOptions({ datastore: name }));
  const { data: namespaces } = query;
  const selected = shownNamespace(wanted, namespaces);
  const hrefOf = (path: string) => `${datastoreHref(name, 'namespaces')}${placeQuery(path)}`;
  const actions = useNamespaceActions(name, (path) => router.push(hrefOf(path)));
  const text = control.state.text;
  const rows = useMemo(
    () => namespaces && namespaceRows(text ? filterNamespaces(namespaces, text) : namespaces),
    [namespaces, text],
  );
  const add = (
    <Button
      icon={<Plus />}
      onClick={() => actions.add(selected)}
      disabledReason={lacks(datastorePath(name, selected as NamespacePath), 'Datastore.Modify')}
    >
      Add namespace
    </Button>
  );
  return (
    <QueryRefusal error={query.error} title="You cannot see its namespaces">
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,1fr)_400px]">
        <DataTable
          title="Namespaces"
          count={namespaces?.length}
          columns={NAMESPACE_COLUMNS}
          rows={rows}
          rowId={({ path }) => namespaceId(path)}
          rowLabel={({ path }) => namespaceLabel(path)}
          rowHref={({ path }) => hrefOf(path)}
          rowActions={({ path }) => actions.entriesOf(path)}
          control={control}
          searches="Name"
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          actions={add}
          footer={<CommandHint text={`ironcore-backup namespace list ${name}`} />}
          empty={
            <EmptyState icon={<FolderTree />} title="No namespace that you may see" action={add}>
              Namespaces separate backups and who may see them; chunks stay shared.
            </EmptyState>
          }
        />
        {namespaces && namespaces.length > 0 && (
          <NamespacePanel key={selected} datastore={name} namespace={selected} actions={actions} />
        )}
      </div>
      {actions.dialogs}
    </QueryRefusal>
  );
}

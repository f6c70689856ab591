'use client';

import { useQuery } from '@tanstack/react-query';
import { Database, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { LIST_DATASTORES } from '../commands/datastore-commands.ts';
import { Updated } from '../live/Updated.tsx';
import { usePreferences } from '../preferences/PreferencesProvider.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { ButtonLink } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useTableState } from '../ui/table/use-table-state.ts';
import { DATASTORE_COLUMNS, DATASTORE_TABLE } from './columns.tsx';
import { DatastoreGrid } from './DatastoreGrid.tsx';
import { datastoreHref } from './datastore-words.ts';
import { DATASTORE_FILTERS, filterDatastores } from './filter-datastores.ts';
import { useDatastoreActions } from './use-datastore-actions.tsx';
import { ViewSwitch } from './ViewSwitch.tsx';

export function DatastoresPage() {
  const trpc = useTRPC();
  const { holds } = usePermissions();
  const { preferences } = usePreferences();
  const control = useTableState(DATASTORE_TABLE);
  const actions = useDatastoreActions();
  const query = useQuery(trpc.datastore.list.queryOptions());
  const rows = useMemo(
    () => query.data && filterDatastores(query.data, control.state),
    [query.data, control.state],
  );
  const mayAdd = holds('/datastore', 'Datastore.Allocate');
  const add = (
    <ButtonLink href="/datastores/new" variant="primary" icon={<Plus />}>
      Add datastore
    </ButtonLink>
  );
  const table = {
    title: 'Datastores',
    count: rows?.length,
    columns: DATASTORE_COLUMNS,
    rows,
    control,
    filters: DATASTORE_FILTERS,
    searches: 'Name, comment, path',
    error: maybeErrorDetails(query.error),
    onRetry: () => void query.refetch(),
    footer: <CommandHint text={LIST_DATASTORES} />,
    actions: (
      <>
        <Updated at={query.dataUpdatedAt} />
        <ViewSwitch />
      </>
    ),
    empty: (
      <EmptyState
        icon={<Database />}
        title="No datastores yet"
        action={mayAdd && add}
        command="ironcore-backup datastore create --name ibs-primary --type local --path /mnt/backup/ibs-primary"
      >
        A datastore is where backups are kept, each piece of data once. Add one before the first backup.
      </EmptyState>
    ),
  };
  return (
    <>
      <PageHeader
        title="Datastores"
        meaning="Where backups are kept. Each is a deduplication pool of its own."
        actions={mayAdd && add}
      />
      {actions.problem}
      <QueryRefusal error={query.error} title="You cannot see any datastore">
        {preferences.datastoreView === 'cards' ? (
          <DatastoreGrid {...table} />
        ) : (
          <DataTable
            {...table}
            rowId={(row) => row.id}
            rowLabel={(row) => row.name}
            rowHref={(row) => datastoreHref(row.name)}
            rowActions={actions.entriesOf}
          />
        )}
      </QueryRefusal>
      {actions.dialogs}
    </>
  );
}

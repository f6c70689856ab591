'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Camera, HardDriveUpload } from 'lucide-react';
import { useState } from 'react';
import { useBackupDialog } from '../backup/BackupDialogProvider.tsx';
import { listSnapshotsCommand } from '../commands/snapshot-commands.ts';
import { Updated } from '../live/Updated.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { QueryRefusal } from '../trpc/QueryRefusal.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import type { SnapshotView } from '../trpc/views.ts';
import { Button } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { DataTable, type Selection } from '../ui/table/DataTable.tsx';
import { useCursorPages } from '../ui/table/use-cursor-pages.ts';
import { useTableState } from '../ui/table/use-table-state.ts';
import { SNAPSHOT_COLUMNS, SNAPSHOT_TABLE } from './snapshot-columns.tsx';
import { snapshotQuestion } from './snapshot-question.ts';
import { snapshotHref, snapshotId, snapshotLabel } from './snapshot-words.ts';
import { useSnapshotActions } from './use-snapshot-actions.tsx';
import { useSnapshotFilters } from './use-snapshot-filters.ts';

export function SnapshotsPage() {
  const trpc = useTRPC();
  const control = useTableState(SNAPSHOT_TABLE);
  const filters = useSnapshotFilters(control.state);
  const pages = useCursorPages(control);
  const question = snapshotQuestion(control.state);
  const query = useQuery({
    ...trpc.snapshot.list.queryOptions(question),
    placeholderData: keepPreviousData,
  });
  const rows = query.data?.snapshots;
  const [selectedIds, setSelectedIds] = useState<string[]>([]);
  const actions = useSnapshotActions({ onForgotten: () => setSelectedIds([]) });
  return (
    <>
      <PageHeader
        title="Snapshots"
        meaning="Every backup of every machine, across all datastores."
        actions={<BackUpButton />}
      />
      {actions.problem}
      <QueryRefusal error={query.error} title="You cannot see any snapshots">
        <DataTable
          title="Snapshots"
          columns={SNAPSHOT_COLUMNS}
          rows={rows}
          rowId={snapshotId}
          rowLabel={snapshotLabel}
          rowHref={snapshotHref}
          rowActions={actions.entriesOf}
          control={control}
          sortedByServer
          filters={filters}
          searches="Id, owner, notes"
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          selection={selectionOf(rows, selectedIds, setSelectedIds, actions.forget)}
          pager={rows && pages.pagerFor(rows.length, query.data?.cursor ?? null)}
          actions={<Updated at={query.dataUpdatedAt} />}
          footer={<CommandHint text={listSnapshotsCommand(question)} />}
          empty={<NoSnapshots />}
        />
      </QueryRefusal>
      {actions.dialogs}
    </>
  );
}

/** Only of one datastore at a time: forgetting is a task of the datastore. */
function selectionOf(
  rows: readonly SnapshotView[] | undefined,
  ids: readonly string[],
  onChange: (ids: string[]) => void,
  forget: (snapshots: readonly SnapshotView[]) => void,
): Selection {
  const chosen = rows?.filter((row) => ids.includes(snapshotId(row))) ?? [];
  const places = new Set(chosen.map((row) => row.datastore));
  return {
    ids: chosen.map(snapshotId),
    onChange,
    actions: (
      <>
        <Button
          size="small"
          onClick={() => forget(chosen)}
          disabledReason={places.size > 1 && 'They lie in more than one datastore'}
        >
          Forget…
        </Button>
        <Button size="small" variant="ghost" onClick={() => onChange([])}>
          Clear selection
        </Button>
      </>
    ),
  };
}

function BackUpButton() {
  const openBackup = useBackupDialog();
  const { holdsBelow } = usePermissions();
  return (
    <Button
      variant="primary"
      icon={<HardDriveUpload />}
      onClick={() => openBackup()}
      disabledReason={
        !holdsBelow('/datastore', 'Datastore.Backup') && 'You need Datastore.Backup on a datastore'
      }
    >
      Back up a machine
    </Button>
  );
}

function NoSnapshots() {
  return (
    <EmptyState
      icon={<Camera />}
      title="No snapshots yet"
      action={<BackUpButton />}
      command="ironcore-backup backup root.pxar:/ --datastore NAME --backup-type host --backup-id NAME"
    >
      A snapshot is one backup of one machine at one moment. The first one appears here as it arrives.
    </EmptyState>
  );
}

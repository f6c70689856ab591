'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Boxes, HardDriveUpload } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { useBackupDialog } from '../../backup/BackupDialogProvider.tsx';
import { listGroupsCommand } from '../../commands/snapshot-commands.ts';
import { namespaceLabel, namespaceName } from '../../namespace/namespace-words.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { useSnapshotActions } from '../../snapshot/use-snapshot-actions.tsx';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { QueryRefusal } from '../../trpc/QueryRefusal.tsx';
import { useTRPC } from '../../trpc/trpc.ts';
import { Button } from '../../ui/Button.tsx';
import { CommandHint } from '../../ui/CommandHint.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import type { PagerProps } from '../../ui/table/Pager.tsx';
import { type TableControl, useTableState } from '../../ui/table/use-table-state.ts';
import { readPlace, toggleGroup } from './content-address.ts';
import { GroupSnapshots } from './GroupSnapshots.tsx';
import { GROUP_COLUMNS, GROUP_FILTERS, GROUP_TABLE, groupLabel } from './group-columns.tsx';
import { GROUP_PAGE, groupQuestion, offsetOf } from './group-question.ts';

interface GroupsTableProps {
  datastore: string;
  namespace: string;
}

/** The groups of one namespace; a group opens to its snapshots in place. */
export function GroupsTable({ datastore, namespace }: GroupsTableProps) {
  const trpc = useTRPC();
  const control = useTableState(GROUP_TABLE);
  const actions = useSnapshotActions();
  const { openGroups } = readPlace(new URLSearchParams(useSearchParams().toString()));
  const question = groupQuestion(datastore, namespace, control.state);
  const query = useQuery({
    ...trpc.snapshot.groupPage.queryOptions(question),
    placeholderData: keepPreviousData,
  });
  const { groups: rows, total } = query.data ?? {};
  return (
    <QueryRefusal error={query.error} title={`You cannot see ${namespaceLabel(namespace)}`}>
      <div className="grid min-w-0 content-start gap-4">
        {actions.problem}
        <DataTable
          title={namespace === '' ? 'Groups' : `Groups in ${namespaceName(namespace)}`}
          count={total}
          columns={GROUP_COLUMNS}
          rows={rows}
          rowId={groupLabel}
          rowLabel={groupLabel}
          rowActions={(group) => actions.groupEntriesOf(datastore, group)}
          control={control}
          filters={GROUP_FILTERS}
          searches="Group, comment, owner"
          sortedByServer
          pager={rows && pagerFor(rows.length, total ?? 0, control)}
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          expansion={{
            noun: 'snapshots',
            isOpen: (group) => openGroups.includes(groupLabel(group)),
            onToggle: (group) => toggle(groupLabel(group)),
            render: (group) => <GroupSnapshots datastore={datastore} group={group} actions={actions} />,
          }}
          footer={<CommandHint text={listGroupsCommand(datastore, namespace)} />}
          empty={<NoGroups datastore={datastore} namespace={namespace} />}
        />
        {actions.dialogs}
      </div>
    </QueryRefusal>
  );
}

/** None where everything fits on one page. */
function pagerFor(shown: number, total: number, control: TableControl): PagerProps | undefined {
  if (total <= GROUP_PAGE) return undefined;
  const start = offsetOf(control.state.cursor);
  const end = start + shown;
  const go = (at: number) => () => control.change({ cursor: at > 0 ? String(at) : null });
  return {
    from: start + 1,
    to: end,
    total,
    onPrevious: start > 0 ? go(start - GROUP_PAGE) : undefined,
    onNext: end < total ? go(end) : undefined,
  };
}

function toggle(group: string) {
  const query = toggleGroup(new URLSearchParams(location.search), group).toString();
  window.history.pushState(null, '', location.pathname + (query ? `?${query}` : ''));
}

function NoGroups({ datastore, namespace }: GroupsTableProps) {
  const openBackup = useBackupDialog();
  const { holds } = usePermissions();
  const mayBackUp = holds(datastorePath(datastore, namespace as NamespacePath), 'Datastore.Backup');
  return (
    <EmptyState
      icon={<Boxes />}
      title={namespace === '' ? 'No backups here yet' : `No backups in ${namespace} yet`}
      action={
        mayBackUp && (
          <Button
            variant="primary"
            icon={<HardDriveUpload />}
            onClick={() => openBackup({ datastore, namespace })}
          >
            Back up a machine
          </Button>
        )
      }
      command={`ironcore-backup backup root.pxar:/ --datastore ${datastore}${namespace ? ` --ns ${namespace}` : ''} --backup-type host --backup-id NAME`}
    >
      A group holds all snapshots of one machine. The first backup of a machine makes its group.
    </EmptyState>
  );
}

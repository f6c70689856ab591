'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ListChecks } from 'lucide-react';
import { useMemo } from 'react';
import { TASK_KINDS } from '#domain/task.ts';
import { listTasksCommand } from '../commands/task-commands.ts';
import { Updated } from '../live/Updated.tsx';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { Button } from '../ui/Button.tsx';
import { CommandHint } from '../ui/CommandHint.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Select } from '../ui/forms/Select.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { TASK_LOOKS } from '../ui/status-looks.ts';
import { DataTable } from '../ui/table/DataTable.tsx';
import type { FilterField } from '../ui/table/filter-words.ts';
import { useCursorPages } from '../ui/table/use-cursor-pages.ts';
import { type TableControl, useTableState } from '../ui/table/use-table-state.ts';
import { CausesCard } from './CausesCard.tsx';
import { SavedViews } from './SavedViews.tsx';
import { TASK_COLUMNS, TASK_TABLE } from './task-columns.tsx';
import { BY_CAUSE, DAYS_ALL, DAYS_DEFAULT, taskQuestion } from './task-question.ts';
import { mayGroup } from './task-views.ts';
import { taskHref } from './task-words.ts';
import { useTaskActions } from './use-task-actions.tsx';

export function TasksPage() {
  const trpc = useTRPC();
  const control = useTableState(TASK_TABLE);
  const filters = useTaskFilters();
  const pages = useCursorPages(control);
  const question = taskQuestion(control.state);
  const byCause = mayGroup(control.state) && control.state.filters.group?.[0] === BY_CAUSE;
  const query = useQuery({
    ...trpc.task.list.queryOptions(question),
    placeholderData: keepPreviousData,
    enabled: !byCause,
  });
  const rows = query.data?.tasks;
  const actions = useTaskActions();
  return (
    <>
      <PageHeader
        title="Tasks"
        meaning="Everything that takes longer than a second: what ran, how it ended, and what runs now."
        tabs={<SavedViews state={control.state} />}
      />
      {actions.problem}
      {byCause ? (
        <CausesCard
          control={control}
          filters={filters}
          searches={SEARCHES}
          actions={
            <>
              <GroupButton control={control} />
              <RangeSelect control={control} />
            </>
          }
        />
      ) : (
        <DataTable
          title="Tasks"
          columns={TASK_COLUMNS}
          rows={rows}
          rowId={(row) => row.id}
          rowLabel={(row) => `${row.title} ${row.subject}`}
          rowHref={(row) => taskHref(row.id)}
          control={control}
          sortedByServer
          filters={filters}
          searches={SEARCHES}
          rowActions={actions.entriesOf}
          error={maybeErrorDetails(query.error)}
          onRetry={() => void query.refetch()}
          pager={rows && pages.pagerFor(rows.length, query.data?.cursor ?? null)}
          actions={
            <>
              <Updated at={query.dataUpdatedAt} />
              {mayGroup(control.state) && <GroupButton control={control} />}
              <RangeSelect control={control} />
            </>
          }
          footer={<CommandHint text={listTasksCommand(question)} />}
          empty={
            <EmptyState icon={<ListChecks />} title="No tasks in the last 7 days">
              Backups, restores, probes and changes of datastores appear here while they run and after they
              have ended.
            </EmptyState>
          }
        />
      )}
      {actions.dialogs}
    </>
  );
}

const SEARCHES = 'Task, object, started by, result';

function GroupButton({ control }: { control: TableControl }) {
  const { group, ...others } = control.state.filters;
  return (
    <Button
      size="small"
      variant="ghost"
      aria-pressed={group !== undefined}
      onClick={() => control.change({ filters: group ? others : { ...others, group: [BY_CAUSE] } })}
    >
      Group by cause
    </Button>
  );
}

const RANGES = [
  { value: '1', label: 'Last 24 h' },
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
  { value: DAYS_ALL, label: 'All' },
];

function RangeSelect({ control }: { control: TableControl }) {
  const { days, ...others } = control.state.filters;
  return (
    <Select
      aria-label="How far back"
      options={RANGES}
      value={days?.[0] ?? (others.day ? DAYS_ALL : DAYS_DEFAULT)}
      onChange={(value) =>
        control.change({ filters: value === DAYS_DEFAULT ? others : { ...others, days: [value] } })
      }
      className="w-36"
    />
  );
}

const STATES: FilterField = {
  id: 'state',
  label: 'state',
  options: Object.entries(TASK_LOOKS).map(([value, look]) => ({ value, label: look.word })),
};
const KINDS: FilterField = {
  id: 'kind',
  label: 'kind',
  options: Object.entries(TASK_KINDS)
    .filter(([, kind]) => !('quiet' in kind))
    .map(([value, kind]) => ({ value, label: kind.title })),
};
/** Only from a link: their values are not listed anywhere. */
const FROM_LINKS: FilterField[] = [
  { id: 'by', label: 'started by', single: true, options: [] },
  { id: 'code', label: 'error', single: true, options: [] },
  { id: 'day', label: 'day', single: true, options: [] },
];

function useTaskFilters(): FilterField[] {
  const trpc = useTRPC();
  const { data: datastores = [] } = useQuery(trpc.datastore.list.queryOptions());
  return useMemo(() => {
    const options = datastores.map(({ name }) => ({ value: name, label: name }));
    return [STATES, KINDS, { id: 'datastore', label: 'datastore', single: true, options }, ...FROM_LINKS];
  }, [datastores]);
}

'use client';

import type { ReactNode } from 'react';
import { formatCount } from '#domain/units.ts';
import { ErrorBanner, ErrorState } from '../ErrorState.tsx';
import type { ErrorDetails } from '../error-details.ts';
import { NoResults } from '../NoResults.tsx';
import type { RowOptions } from './BodyRow.tsx';
import type { Column } from './columns.ts';
import { FilterBar } from './FilterBar.tsx';
import { type FilterField, stateWords } from './filter-words.ts';
import { Pager, type PagerProps } from './Pager.tsx';
import { TableGrid } from './TableGrid.tsx';
import { isFiltered } from './table-state.ts';
import { useDataTable } from './use-data-table.ts';
import type { TableControl } from './use-table-state.ts';
import { ViewMenu } from './ViewMenu.tsx';

export interface Selection {
  ids: readonly string[];
  onChange: (ids: string[]) => void;
  /** Buttons for what can be done to all of them. */
  actions: ReactNode;
}

interface DataTableProps<Row extends object> extends RowOptions<Row> {
  /** "Datastores" */
  title: string;
  /** What the rows are where the title does not say it: "snapshots of the trash". */
  noun?: string;
  /** How many there are in all; beside the title. */
  count?: number;
  columns: readonly Column<Row>[];
  /** Undefined until the first answer. */
  rows: readonly Row[] | undefined;
  rowId: (row: Row) => string;
  /** From `useTableState(tableSpec(columns))`. */
  control: TableControl;
  /** Rows come sorted and paged; a click on a head only changes the address. */
  sortedByServer?: boolean;
  filters?: readonly FilterField[];
  /** What free text is compared with: "Name, comment, owner". Null: there is no text field. */
  searches: string | null;
  /** An EmptyState: shown when nothing exists and nothing is filtered. */
  empty: ReactNode;
  error?: ErrorDetails | null;
  onRetry?: () => void;
  /** Only where bulk actions exist. */
  selection?: Selection;
  pager?: PagerProps;
  /** Beside the title: UpdatedAgo, a button. */
  actions?: ReactNode;
  /** Below the rows: the command that lists the same. */
  footer?: ReactNode;
}

/** Title with count, filter bar, table, pager: every list of the console. */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { title, count, columns, rows, control, filters = [], searches, selection, error } = props;
  const table = useDataTable({
    columns,
    rows,
    rowId: props.rowId,
    control,
    sortedByServer: props.sortedByServer ?? false,
    selectedIds: selection?.ids,
    onSelectedIdsChange: selection?.onChange,
  });
  return (
    <section className="min-w-0 rounded-lg border bg-bg">
      <header className="grid gap-2 px-4 py-2.5">
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="font-semibold">{title}</h2>
          {count !== undefined && <span className="text-muted">{formatCount(count)}</span>}
          <div className="ml-auto flex items-center gap-1">
            {props.actions}
            <ViewMenu columns={columns} control={control} />
          </div>
        </div>
        {(searches !== null || filters.length > 0) && (
          <FilterBar
            fields={filters}
            control={control}
            placeholder={searches ?? ''}
            withText={searches !== null}
          />
        )}
        {error && rows && (
          <ErrorBanner title={`${title} could not be refreshed`} error={error} onRetry={props.onRetry} />
        )}
        {selection && selection.ids.length > 0 && <SelectionBar selection={selection} />}
      </header>
      <div className="border-t">
        {insteadOfRows(props) || (
          <TableGrid
            {...props}
            label={title}
            table={table}
            loading={rows === undefined}
            selectable={selection !== undefined}
          />
        )}
      </div>
      {(props.footer || props.pager) && (
        <footer className="flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t px-4 py-1.5 text-table text-muted">
          <div className="min-w-0">{props.footer}</div>
          {props.pager && <Pager {...props.pager} />}
        </footer>
      )}
    </section>
  );
}

/** Failed, nothing found, nothing there: the head of a table would only be in the way. */
function insteadOfRows<Row extends object>(props: DataTableProps<Row>): ReactNode {
  const { title, noun = title.toLowerCase(), rows, error, control, filters = [] } = props;
  if (error && !rows)
    return <ErrorState title={`${title} could not be loaded`} error={error} onRetry={props.onRetry} />;
  if (rows?.length !== 0) return null;
  if (!isFiltered(control.state)) return props.empty;
  return <NoResults noun={noun} filter={stateWords(filters, control.state)} onClear={control.clearFilters} />;
}

function SelectionBar({ selection }: { selection: Selection }) {
  return (
    <div role="status" className="flex flex-wrap items-center gap-2 rounded-md bg-selected px-3 py-1">
      <p className="mr-2 text-table font-medium">{formatCount(selection.ids.length)} selected</p>
      {selection.actions}
    </div>
  );
}

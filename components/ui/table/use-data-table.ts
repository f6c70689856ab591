'use client';

import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  type RowSelectionState,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import { type Column, compareValues, shownColumns } from './columns.ts';
import type { TableControl } from './use-table-state.ts';

const features = tableFeatures({
  columnVisibilityFeature,
  rowSelectionFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

const NO_ROWS: never[] = [];
const NOTHING_SELECTED: readonly string[] = [];

interface DataTableOptions<Row> {
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowId: (row: Row) => string;
  control: TableControl;
  /** Whether rows come sorted already. */
  sortedByServer: boolean;
  selectedIds?: readonly string[];
  onSelectedIdsChange?: (ids: string[]) => void;
}

/** The table model behind DataTable: order, shown columns and selection, all controlled from outside. */
export function useDataTable<Row extends object>(options: DataTableOptions<Row>) {
  const { columns, rows, rowId, control, sortedByServer, onSelectedIdsChange } = options;
  const selectedIds = options.selectedIds ?? NOTHING_SELECTED;
  const { sort, columns: chosen } = control.state;

  const defs = useMemo(() => columns.map((column) => defOf(column)), [columns]);
  const sorting = useMemo(() => (sort ? [{ id: sort.columnId, desc: sort.descending }] : []), [sort]);
  const columnVisibility = useMemo(() => {
    const shown = shownColumns(columns, chosen);
    return Object.fromEntries(columns.map((column) => [column.id, shown.includes(column.id)]));
  }, [columns, chosen]);
  const rowSelection = useMemo(
    () => Object.fromEntries(selectedIds.map((id) => [id, true as const])),
    [selectedIds],
  );

  return useTable({
    features,
    columns: defs,
    data: rows ?? NO_ROWS,
    getRowId: rowId,
    state: { sorting, columnVisibility, rowSelection },
    manualSorting: sortedByServer,
    enableMultiSort: false,
    enableSortingRemoval: false,
    onSortingChange: (updater) => {
      const [next] = typeof updater === 'function' ? updater(sorting) : updater;
      control.change({ sort: next ? { columnId: next.id, descending: next.desc } : null });
    },
    onRowSelectionChange: (updater) => {
      const next: RowSelectionState = typeof updater === 'function' ? updater(rowSelection) : updater;
      onSelectedIdsChange?.(Object.keys(next));
    },
  });
}

export type DataTableModel<Row extends object> = ReturnType<typeof useDataTable<Row>>;

function defOf<Row extends object>(column: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id: column.id,
    // The model puts `undefined` last in both directions; a null would be compared.
    accessorFn: (row) => column.sortBy?.(row) ?? undefined,
    enableSorting: column.sortBy !== undefined,
    sortDescFirst: column.descendingFirst ?? false,
    sortUndefined: 'last',
    sortFn: (a, b, id) => compareValues(a.getValue<string | number>(id), b.getValue<string | number>(id)),
    header: column.header,
    cell: ({ row }) => column.cell(row.original),
  };
}

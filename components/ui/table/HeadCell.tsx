'use client';

import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { cn } from '../class-names.ts';
import { type Column, WIDE_ONLY } from './columns.ts';
import { Th } from './Table.tsx';
import type { DataTableModel } from './use-data-table.ts';

/** Below the top bar of the page, or at the top of the table where the table itself scrolls. */
export const STICKY_HEAD = 'sticky top-12 z-10 group-data-overflows/grid:top-0';

/** Stays in view while the table scrolls sideways. */
export const FIXED_FIRST =
  'group-data-overflows/grid:sticky group-data-overflows/grid:left-0 group-data-overflows/grid:border-r';

interface HeadCellProps<Row extends object> {
  header: ReturnType<DataTableModel<Row>['getHeaderGroups']>[number]['headers'][number];
  column: Column<Row> | undefined;
  isFirst: boolean;
}

export function HeadCell<Row extends object>({ header, column, isFirst }: HeadCellProps<Row>) {
  if (!column) return null;
  const sorted = header.column.getIsSorted();
  const text = (
    <span>
      {column.header}
      {column.headerNote && <span className="font-normal"> {column.headerNote}</span>}
    </span>
  );
  return (
    <Th
      align={column.align}
      aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
      style={{ minWidth: column.minWidth }}
      className={cn(STICKY_HEAD, isFirst && [FIXED_FIRST, 'z-20'], column.wideOnly && WIDE_ONLY)}
    >
      {header.column.getCanSort() ? (
        <button
          type="button"
          onClick={() => header.column.toggleSorting()}
          className={cn(
            '-mx-1.5 inline-flex h-6 cursor-default items-center gap-1 rounded-sm px-1.5 hover:bg-selected hover:text-text focus-visible:outline-offset-0',
            column.align === 'end' && 'flex-row-reverse',
            sorted && 'text-text',
          )}
        >
          {text}
          <SortMark sorted={sorted} />
        </button>
      ) : (
        text
      )}
    </Th>
  );
}

function SortMark({ sorted }: { sorted: 'asc' | 'desc' | false }) {
  const Icon = sorted === false ? ChevronsUpDown : sorted === 'asc' ? ArrowUp : ArrowDown;
  return <Icon aria-hidden="true" className={cn('size-3 shrink-0', sorted === false && 'opacity-60')} />;
}

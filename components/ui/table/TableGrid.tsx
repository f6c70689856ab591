'use client';

import { useRef } from 'react';
import { usePreferences } from '../../preferences/PreferencesProvider.tsx';
import { cn } from '../class-names.ts';
import { CheckboxBox } from '../forms/Checkbox.tsx';
import { BodyRow, type RowOptions } from './BodyRow.tsx';
import type { Column } from './columns.ts';
import { HeadCell, STICKY_HEAD } from './HeadCell.tsx';
import { SkeletonRows } from './SkeletonRows.tsx';
import { Table, Th } from './Table.tsx';
import type { DataTableModel } from './use-data-table.ts';
import { useOverflow } from './use-overflow.ts';

interface TableGridProps<Row extends object> extends RowOptions<Row> {
  label: string;
  table: DataTableModel<Row>;
  columns: readonly Column<Row>[];
  loading: boolean;
  selectable: boolean;
}

/** Head and rows. Scrolls sideways inside itself only when it must; the first column then stays in view. */
export function TableGrid<Row extends object>(props: TableGridProps<Row>) {
  const { label, table, columns, loading, selectable } = props;
  const box = useRef<HTMLElement>(null);
  const overflows = useOverflow(box);
  const { density } = usePreferences().preferences;
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const columnOf = (id: string) => columns.find((column) => column.id === id);
  const rows = table.getRowModel().rows;
  return (
    <section
      ref={box}
      aria-label={label}
      tabIndex={overflows ? 0 : undefined}
      data-overflows={overflows || undefined}
      className={cn(
        'group/grid relative min-w-0 focus-visible:-outline-offset-2',
        overflows ? 'max-h-[calc(100dvh-160px)] overflow-auto' : 'overflow-x-clip',
      )}
    >
      <Table className={density === 'compact' ? '[--row-height:28px]' : '[--row-height:36px]'}>
        <thead>
          <tr>
            {selectable && <SelectAll table={table} />}
            {headers.map((header, index) => (
              <HeadCell key={header.id} header={header} column={columnOf(header.id)} isFirst={index === 0} />
            ))}
            {props.rowActions && (
              <Th className={cn(STICKY_HEAD, 'w-10')}>
                <span className="sr-only">Actions</span>
              </Th>
            )}
          </tr>
        </thead>
        <tbody>
          {loading && (
            <SkeletonRows
              columns={headers.flatMap((header) => columnOf(header.id) ?? [])}
              before={selectable ? 1 : 0}
              after={props.rowActions ? 1 : 0}
            />
          )}
          {rows.map((row) => (
            <BodyRow key={row.id} row={row} columnOf={columnOf} selectable={selectable} options={props} />
          ))}
        </tbody>
      </Table>
    </section>
  );
}

function SelectAll<Row extends object>({ table }: { table: DataTableModel<Row> }) {
  const all = table.getIsAllRowsSelected();
  return (
    <Th className={cn(STICKY_HEAD, 'w-8 pr-0')}>
      <CheckboxBox
        aria-label="Select all rows"
        checked={all || (table.getIsSomeRowsSelected() && 'indeterminate')}
        onCheckedChange={(on) => table.toggleAllRowsSelected(on === true)}
      />
    </Th>
  );
}

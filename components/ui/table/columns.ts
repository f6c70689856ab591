import type { ReactNode } from 'react';
import type { TableSort, TableSpec } from './table-state.ts';

/** How pages describe a table. Pages do not meet the table library; DataTable turns this into its terms. */
export interface Column<Row> {
  id: string;
  header: string;
  /** Behind the header text: the zone of a time, the unit of a number. */
  headerNote?: ReactNode;
  cell: (row: Row) => ReactNode;
  /** First column only: controls that stand beside the link instead of inside it. */
  aside?: (row: Row) => ReactNode;
  /** Makes the column sortable: by this value here, by its id when the server sorts. */
  sortBy?: (row: Row) => SortValue;
  /** The first click sorts downwards: sizes, ages, counts. */
  descendingFirst?: boolean;
  align?: 'start' | 'end';
  hiddenByDefault?: boolean;
  /** Left out where the window is narrow, however it is chosen. */
  wideOnly?: boolean;
  /** A CSS length, where content may not decide. */
  minWidth?: string;
}

export type SortValue = string | number | null | undefined;

interface SpecMore {
  filterIds?: readonly string[];
  defaultSort?: TableSort;
  prefix?: string;
}

/** The spec for `useTableState` that fits the columns; make it once, at module scope or in a memo. */
export function tableSpec<Row>(columns: readonly Column<Row>[], more: SpecMore = {}): TableSpec {
  return {
    filterIds: more.filterIds ?? [],
    sortableIds: columns.filter((column) => column.sortBy).map((column) => column.id),
    columnIds: columns.map((column) => column.id),
    defaultSort: more.defaultSort ?? null,
    prefix: more.prefix,
  };
}

/** Of every cell of a column that is left out where it is narrow. */
export const WIDE_ONLY = 'max-[1360px]:hidden';

/** The first column always stays: it names the row and links to it. */
export function shownColumns<Row>(
  columns: readonly Column<Row>[],
  chosen: readonly string[] | null,
): readonly string[] {
  return columns
    .filter((column, index) => index === 0 || (chosen ? chosen.includes(column.id) : !column.hiddenByDefault))
    .map((column) => column.id);
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Numbers by size, words as people sort them (`vm-9` before `vm-10`). */
export function compareValues(a: NonNullable<SortValue>, b: NonNullable<SortValue>): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : words.compare(String(a), String(b));
}

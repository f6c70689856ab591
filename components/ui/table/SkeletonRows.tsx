import { Skeleton } from '../Skeleton.tsx';
import { type Column, WIDE_ONLY } from './columns.ts';
import { Td } from './Table.tsx';

const WIDTHS = ['w-32', 'w-24', 'w-28', 'w-36', 'w-24', 'w-32', 'w-28', 'w-24'];

interface SkeletonRowsProps<Row> {
  columns: readonly Column<Row>[];
  /** Columns before and after: checkbox and menu. */
  before: number;
  after: number;
}

/** As high as the rows that will come, so that nothing jumps when they do. */
export function SkeletonRows<Row>({ columns, before, after }: SkeletonRowsProps<Row>) {
  return WIDTHS.map((width, row) => (
    <tr key={`${width} ${row.toString()}`}>
      {before > 0 && <Td colSpan={before} />}
      {columns.map((column, index) => (
        <Td key={column.id} className={column.wideOnly ? WIDE_ONLY : undefined}>
          <Skeleton
            className={`h-3 ${index === 0 ? width : 'w-14'} ${column.align === 'end' ? 'ml-auto' : ''}`}
          />
          {row === 0 && index === 0 && <span className="sr-only">Loading</span>}
        </Td>
      ))}
      {after > 0 && <Td colSpan={after} />}
    </tr>
  ));
}

import type { ComponentProps } from 'react';
import { cn } from '../class-names.ts';

/** Plain table parts for small, fixed lists; what is sorted, filtered or paged is a DataTable. */

export function Table({ className, ...rest }: ComponentProps<'table'>) {
  return <table {...rest} className={cn('w-full border-separate border-spacing-0 text-table', className)} />;
}

interface CellLook {
  align?: 'start' | 'end';
}

export function Th({ align = 'start', className, ...rest }: Omit<ComponentProps<'th'>, 'align'> & CellLook) {
  return (
    <th
      scope="col"
      {...rest}
      className={cn(
        'h-8 border-b bg-surface px-3 text-small font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4',
        align === 'end' ? 'text-right' : 'text-left',
        className,
      )}
    />
  );
}

export function Td({ align = 'start', className, ...rest }: Omit<ComponentProps<'td'>, 'align'> & CellLook) {
  return (
    <td
      {...rest}
      className={cn(
        'h-(--row-height,36px) border-b px-3 first:pl-4 last:pr-4 [tr:last-child>&]:border-b-0',
        align === 'end' && 'text-right tabular-nums',
        className,
      )}
    />
  );
}

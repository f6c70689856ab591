import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

export interface KeyValue {
  label: string;
  value: ReactNode;
}

interface KeyValueListProps {
  entries: readonly KeyValue[];
  /** `beside` for facts of a thing; `apart` pushes values to the right edge, for sums. */
  layout?: 'beside' | 'apart';
  className?: string;
}

export function KeyValueList({ entries, layout = 'beside', className }: KeyValueListProps) {
  return (
    <dl className={cn('grid text-table', className)}>
      {entries.map((entry) => (
        <div
          key={entry.label}
          className={cn(
            'flex min-w-0 gap-x-4 py-1.5',
            layout === 'apart' ? 'justify-between not-last:border-b' : 'flex-wrap sm:flex-nowrap',
          )}
        >
          <dt className={cn('shrink-0 text-muted', layout === 'beside' && 'w-full sm:w-40')}>
            {entry.label}
          </dt>
          <dd className={cn('min-w-0 wrap-anywhere', layout === 'apart' && 'text-right')}>{entry.value}</dd>
        </div>
      ))}
    </dl>
  );
}

import { cva, type VariantProps } from 'class-variance-authority';
import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

const look = cva(
  'inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 text-small font-medium whitespace-nowrap',
  {
    variants: {
      tone: {
        neutral: 'bg-surface text-muted',
        ok: 'border-ok/40 text-ok',
        warn: 'border-warn/40 text-warn',
        err: 'border-err/40 text-err',
        info: 'border-info/40 text-info',
        maintenance: 'border-maintenance/40 text-maintenance',
      },
    },
    defaultVariants: { tone: 'neutral' },
  },
);

export type Tone = NonNullable<VariantProps<typeof look>['tone']>;

/** A property in a word or two: a kind, a tag, a count. States use StatusBadge. */
export function Badge({
  tone,
  className,
  children,
}: {
  tone?: Tone;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span className={cn(look({ tone }), className)}>
      <span className="truncate">{children}</span>
    </span>
  );
}

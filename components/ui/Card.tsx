import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

interface CardProps {
  title?: ReactNode;
  /** A note beside the title: what the numbers are and as of when. */
  note?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** The content goes to the edge: tables and lists bring their own padding. */
  flush?: boolean;
  className?: string;
  children?: ReactNode;
}

export function Card({ title, note, actions, footer, flush = false, className, children }: CardProps) {
  return (
    <section className={cn('flex min-w-0 flex-col rounded-lg border bg-bg', className)}>
      {(title || actions) && (
        <header className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-2">
          <h2 className="font-semibold">{title}</h2>
          {note && <p className="text-table text-muted">{note}</p>}
          {actions && <div className="ml-auto flex items-center gap-1">{actions}</div>}
        </header>
      )}
      <div
        className={cn(
          'min-w-0 flex-1',
          !flush && 'px-4 pb-4',
          !flush && (title || actions ? 'pt-1' : 'pt-4'),
        )}
      >
        {children}
      </div>
      {footer && <footer className="border-t px-4 py-2.5 text-table text-muted">{footer}</footer>}
    </section>
  );
}

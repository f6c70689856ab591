import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

interface StateBlockProps {
  icon: ReactNode;
  title: string;
  /** For failures: read out at once. */
  alert?: boolean;
  /** It is all there is on the page, so its title is the page's. */
  wholePage?: boolean;
  actions?: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** What stands where content would be: nothing there, nothing found, not allowed, failed. */
export function StateBlock({
  icon,
  title,
  alert = false,
  wholePage = false,
  actions,
  className,
  children,
}: StateBlockProps) {
  const Heading = wholePage ? 'h1' : 'h2';
  return (
    <div
      role={alert ? 'alert' : undefined}
      className={cn('mx-auto grid w-full max-w-140 justify-items-start gap-3 px-6 py-10', className)}
    >
      <span className="flex size-9 items-center justify-center rounded-md border bg-surface text-muted [&_svg]:size-4.5">
        {icon}
      </span>
      <div className="grid min-w-0 gap-1">
        <Heading className="text-heading font-semibold">{title}</Heading>
        {children && <div className="grid min-w-0 gap-2 wrap-anywhere text-muted">{children}</div>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}

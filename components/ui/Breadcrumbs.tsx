import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { cn } from './class-names.ts';

export interface Crumb {
  label: string;
  /** The last one has none: it is where you are. */
  href?: string;
}

/** On a narrow screen only the place itself is shown. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumb" className="min-w-0">
      <ol className="flex min-w-0 items-center gap-1">
        {crumbs.map((crumb, index) => {
          const isLast = index === crumbs.length - 1;
          return (
            <li
              key={crumb.href ?? crumb.label}
              className={cn('min-w-0 items-center gap-1', isLast ? 'flex' : 'hidden shrink-0 md:flex')}
            >
              {index > 0 && (
                <ChevronRight aria-hidden="true" className="hidden size-3.5 shrink-0 text-muted md:block" />
              )}
              <CrumbText crumb={crumb} isLast={isLast} />
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function CrumbText({ crumb, isLast }: { crumb: Crumb; isLast: boolean }) {
  if (isLast || !crumb.href) {
    return (
      <span
        aria-current={isLast ? 'page' : undefined}
        className={cn('truncate px-1', isLast ? 'font-medium' : 'text-muted')}
      >
        {crumb.label}
      </span>
    );
  }
  return (
    <Link href={crumb.href} className="flex h-6 items-center rounded-sm px-1 text-muted hover:text-text">
      {crumb.label}
    </Link>
  );
}

import Link from 'next/link';
import { cn } from '../ui/class-names.ts';
import type { TableState } from '../ui/table/table-state.ts';
import { isView, TASK_VIEWS } from './task-views.ts';

/** Questions that everybody asks, one click away. */
export function SavedViews({ state }: { state: TableState }) {
  return (
    <nav aria-label="Saved views" className="-mx-1 overflow-x-auto border-b px-1 pt-1">
      <ul className="flex min-w-max gap-5">
        {TASK_VIEWS.map((view) => {
          const isCurrent = isView(view, state);
          return (
            <li key={view.label}>
              <Link
                href={view.href}
                aria-current={isCurrent ? 'page' : undefined}
                className={cn(
                  'flex h-9 items-center border-b-2 border-transparent whitespace-nowrap text-muted hover:text-text focus-visible:-outline-offset-2',
                  isCurrent && 'border-accent font-medium text-text',
                )}
              >
                {view.label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

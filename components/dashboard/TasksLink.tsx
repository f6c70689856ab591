import Link from 'next/link';
import type { ReactNode } from 'react';

/** To the list of tasks, filtered by what the address says. */
export function TasksLink({ query, children }: { query?: string; children: ReactNode }) {
  return (
    <Link
      href={query ? `/tasks?${query}` : '/tasks'}
      className="rounded-sm text-table text-accent underline-offset-2 hover:underline"
    >
      {children}
    </Link>
  );
}

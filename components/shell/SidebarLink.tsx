'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { cn } from '../ui/class-names.ts';
import { Tooltip } from '../ui/Tooltip.tsx';

interface SidebarLinkProps {
  href: string;
  label: string;
  icon: ReactNode;
  /** Behind the label: how full, how many. */
  end?: ReactNode;
  isCurrent: boolean;
  collapsed: boolean;
  /** Below another entry: smaller and further in. */
  nested?: boolean;
  /** Says more than the label when the sidebar is collapsed. */
  tooltip?: string;
}

export function SidebarLink({
  href,
  label,
  icon,
  end,
  isCurrent,
  collapsed,
  nested,
  tooltip,
}: SidebarLinkProps) {
  return (
    <Tooltip side="right" content={collapsed && (tooltip ?? label)}>
      <Link
        href={href}
        aria-current={isCurrent ? 'page' : undefined}
        className={cn(
          'flex h-8 items-center gap-2.5 rounded-md px-3 text-muted hover:bg-hover hover:text-text focus-visible:-outline-offset-2',
          nested && 'h-7 gap-2 text-table',
          nested && !collapsed && 'pl-5.5',
          isCurrent && 'bg-selected font-medium text-text hover:bg-selected',
        )}
      >
        <span className={cn('flex size-4 shrink-0 items-center justify-center', isCurrent && 'text-accent')}>
          {icon}
        </span>
        <span className={cn('min-w-0 flex-1 truncate', collapsed && 'sr-only')}>{label}</span>
        {end && <span className={cn('shrink-0 text-small font-normal', collapsed && 'sr-only')}>{end}</span>}
      </Link>
    </Tooltip>
  );
}

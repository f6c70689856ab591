'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { cn } from './class-names.ts';

export interface TabLink {
  href: string;
  label: string;
  /** A number or a mark behind the label. */
  note?: ReactNode;
}

interface TabLinksProps {
  tabs: readonly TabLink[];
  /** Names the navigation: "Datastore ibs-primary". */
  label: string;
}

/** Tabs are pages of their own: they can be linked, opened apart and gone back to. */
export function TabLinks({ tabs, label }: TabLinksProps) {
  const pathname = usePathname();
  return (
    <nav aria-label={label} className="-mx-1 overflow-x-auto border-b px-1 pt-1">
      <ul className="flex min-w-max gap-5">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Tab tab={tab} isCurrent={pathname === tab.href} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Tab({ tab, isCurrent }: { tab: TabLink; isCurrent: boolean }) {
  return (
    <Link
      href={tab.href}
      aria-current={isCurrent ? 'page' : undefined}
      className={cn(
        'flex h-9 items-center gap-1.5 border-b-2 border-transparent whitespace-nowrap text-muted hover:text-text focus-visible:-outline-offset-2',
        isCurrent && 'border-accent font-medium text-text',
      )}
    >
      {tab.label}
      {tab.note !== undefined && <span className="text-small font-normal text-muted">{tab.note}</span>}
    </Link>
  );
}

'use client';

import { usePathname } from 'next/navigation';
import { Fragment, type ReactNode } from 'react';
import { cn } from '../ui/class-names.ts';
import { PRODUCT } from './breadcrumb-trail.ts';
import { NavigationIcon } from './NavigationIcon.tsx';
import { isWithin, type NavigationEntry } from './navigation.ts';
import { type PinnedDatastore, PinnedDatastores } from './PinnedDatastores.tsx';
import { SidebarLink } from './SidebarLink.tsx';

export interface SidebarData {
  navigation: readonly NavigationEntry[];
  /** Shown below Datastores, in the user's order. */
  pinned: readonly PinnedDatastore[];
}

interface SidebarContentProps extends SidebarData {
  collapsed: boolean;
  footer?: ReactNode;
}

export function SidebarContent({ navigation, pinned, collapsed, footer }: SidebarContentProps) {
  const pathname = usePathname();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <nav
        aria-label={PRODUCT}
        className="relative min-h-0 flex-1 overflow-x-hidden overflow-y-auto px-2 py-3"
      >
        <h2
          className={cn(
            'px-2 pb-1.5 text-small font-medium whitespace-nowrap text-muted',
            collapsed && 'sr-only',
          )}
        >
          {PRODUCT}
        </h2>
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
          {navigation.map((entry) => (
            <Fragment key={entry.id}>
              <li>
                <SidebarLink
                  href={entry.href}
                  label={entry.label}
                  icon={<NavigationIcon name={entry.icon} className="size-4" />}
                  isCurrent={isWithin(pathname, entry.href)}
                  collapsed={collapsed}
                />
              </li>
              {entry.id === 'datastores' && pinned.length > 0 && (
                <li>
                  <PinnedDatastores datastores={pinned} collapsed={collapsed} pathname={pathname} />
                </li>
              )}
            </Fragment>
          ))}
        </ul>
      </nav>
      {footer && <div className="border-t p-2">{footer}</div>}
    </div>
  );
}

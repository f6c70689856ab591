'use client';

import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import Link from 'next/link';
import { usePreferences } from '../preferences/PreferencesProvider.tsx';
import { cn } from '../ui/class-names.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { LogoMark } from './Logo.tsx';
import { SidebarContent, type SidebarData } from './SidebarContent.tsx';

/** Left of the page on wide screens; its width is known before the first paint. */
export function Sidebar({ navigation, pinned }: SidebarData) {
  const { preferences, setPreferences } = usePreferences();
  const collapsed = preferences.sidebarCollapsed;
  return (
    <aside
      className={cn(
        'sticky top-0 hidden h-dvh shrink-0 flex-col border-r bg-surface md:flex',
        collapsed ? 'w-14' : 'w-60',
      )}
    >
      <Brand collapsed={collapsed} />
      <SidebarContent
        navigation={navigation}
        pinned={pinned}
        collapsed={collapsed}
        footer={
          <IconButton
            label={collapsed ? 'Expand sidebar' : 'Collapse sidebar'}
            tooltipSide="right"
            icon={collapsed ? <PanelLeftOpen /> : <PanelLeftClose />}
            aria-expanded={!collapsed}
            onClick={() => setPreferences({ sidebarCollapsed: !collapsed })}
            className="ml-1 text-muted"
          />
        }
      />
    </aside>
  );
}

export function Brand({ collapsed = false }: { collapsed?: boolean }) {
  return (
    <div className="flex h-12 shrink-0 items-center border-b px-3.5">
      <Link href="/" className="flex h-8 min-w-0 items-center gap-2.5 rounded-sm">
        <LogoMark className="mx-0.5 size-6 shrink-0" />
        <span className={cn('truncate font-semibold tracking-tight', collapsed && 'sr-only')}>
          Ironcore Backup
        </span>
      </Link>
    </div>
  );
}

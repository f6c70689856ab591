'use client';

import { Search } from 'lucide-react';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { Breadcrumbs } from '../ui/Breadcrumbs.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { breadcrumbTrail } from './breadcrumb-trail.ts';
import { DisplayMenu } from './DisplayMenu.tsx';
import { MobileSidebar } from './MobileSidebar.tsx';
import { PaletteKey } from './PaletteKey.tsx';
import { useShell } from './ShellContext.tsx';
import type { SidebarData } from './SidebarContent.tsx';

interface TopBarProps extends SidebarData {
  onSearch: () => void;
  /** TaskCounter, alerts: between the search and the menus. */
  status?: ReactNode;
  userMenu?: ReactNode;
}

export function TopBar({ navigation, pinned, onSearch, status, userMenu }: TopBarProps) {
  const pathname = usePathname();
  const { crumbs } = useShell();
  return (
    <header className="sticky top-0 z-30 flex h-12 shrink-0 items-center gap-1 border-b bg-bg px-2 lg:px-4">
      <MobileSidebar navigation={navigation} pinned={pinned} />
      <div className="min-w-0 flex-1 lg:px-1">
        <Breadcrumbs crumbs={crumbs ?? breadcrumbTrail(pathname, navigation)} />
      </div>
      <button
        type="button"
        onClick={onSearch}
        className="mr-1 hidden h-8 w-56 cursor-default items-center gap-2 rounded-md border border-strong bg-bg px-2.5 text-muted hover:bg-hover sm:flex"
      >
        <Search aria-hidden="true" className="size-4" />
        <span className="flex-1 text-left">Search</span>
        <PaletteKey />
      </button>
      <IconButton label="Search" icon={<Search />} onClick={onSearch} className="sm:hidden" />
      {status}
      <DisplayMenu />
      {userMenu}
    </header>
  );
}

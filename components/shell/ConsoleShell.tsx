'use client';

import { useRouter } from 'next/navigation';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { usePreferences } from '../preferences/PreferencesProvider.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import type { NavigationEntry } from './navigation.ts';
import { type PaletteEntry, pageEntries } from './palette-entry.ts';
import { ShellProvider } from './ShellContext.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { Sidebar } from './Sidebar.tsx';
import type { SidebarData } from './SidebarContent.tsx';
import type { Shortcut } from './shortcuts.ts';
import { TopBar } from './TopBar.tsx';
import { usePaletteKey, useShortcuts } from './use-shortcuts.ts';

interface ConsoleShellProps extends SidebarData {
  /** Offered by the palette on every page, besides the pages themselves. */
  paletteEntries?: readonly PaletteEntry[];
  /** Top bar, before the menus: TaskCounter. */
  status?: ReactNode;
  /** Top bar, last: UserMenu. */
  userMenu?: ReactNode;
  /** Banners that hold for the whole console, above every page. */
  notices?: ReactNode;
  children: ReactNode;
}

const NO_ENTRIES: readonly PaletteEntry[] = [];

/** Everything around a page: sidebar, top bar, palette, shortcuts. Data comes in by props, pages by children. */
export function ConsoleShell(props: ConsoleShellProps) {
  return (
    <ShellProvider>
      <Frame {...props} />
    </ShellProvider>
  );
}

function Frame({
  navigation,
  pinned,
  paletteEntries = NO_ENTRIES,
  status,
  userMenu,
  notices,
  children,
}: ConsoleShellProps) {
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  const { preferences } = usePreferences();
  const shortcuts = useShellShortcuts(navigation, setSearching, setHelping);
  const toggleSearch = useCallback(() => setSearching((open) => !open), []);
  useShortcuts(shortcuts, preferences.shortcuts);
  usePaletteKey(toggleSearch);
  const entries = useMemo(
    () => [
      ...paletteEntries,
      ...pageEntries(navigation),
      { id: 'help', group: 'Help', label: 'Keyboard shortcuts', note: '?', run: () => setHelping(true) },
    ],
    [paletteEntries, navigation],
  );
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3.5 focus:py-1.5 focus:font-medium focus:text-on-accent"
      >
        Skip to content
      </a>
      <Sidebar navigation={navigation} pinned={pinned} />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar
          navigation={navigation}
          pinned={pinned}
          onSearch={() => setSearching(true)}
          status={status}
          userMenu={userMenu}
        />
        <main
          id="content"
          tabIndex={-1}
          className="mx-auto grid w-full min-w-0 max-w-360 flex-1 grid-cols-[minmax(0,1fr)] content-start gap-6 px-4 py-6 outline-none lg:px-6"
        >
          {notices}
          {children}
        </main>
      </div>
      <CommandPalette open={searching} onOpenChange={setSearching} entries={entries} />
      <ShortcutsDialog open={helping} onOpenChange={setHelping} shortcuts={shortcuts} />
    </div>
  );
}

function useShellShortcuts(
  navigation: readonly NavigationEntry[],
  setSearching: (open: boolean) => void,
  setHelping: (open: boolean) => void,
): Shortcut[] {
  const router = useRouter();
  return useMemo(
    () => [
      ...navigation.flatMap(({ key, label, href }) =>
        key
          ? [{ keys: ['g', key], label: `Go to ${label.toLowerCase()}`, run: () => router.push(href) }]
          : [],
      ),
      { keys: ['/'], label: 'Filter this page', run: () => focusFilter() || setSearching(true) },
      { keys: ['?'], label: 'Show this help', run: () => setHelping(true) },
    ],
    [navigation, router, setSearching, setHelping],
  );
}

/** The filter of the page's first list; false where there is none. */
function focusFilter(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-filter-input]');
  field?.focus();
  field?.select();
  return field !== null;
}

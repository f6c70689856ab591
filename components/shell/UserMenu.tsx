'use client';

import { LogOut, UserRound } from 'lucide-react';
import { IconButton } from '../ui/IconButton.tsx';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';

interface UserMenuProps {
  /** `alice@ibs` */
  userId: string;
  /** More entries, above signing out. */
  entries?: readonly MenuEntry[];
  onSignOut: () => void;
}

export function UserMenu({ userId, entries = [], onSignOut }: UserMenuProps) {
  const all: MenuEntry[] = [
    { heading: `Signed in as ${userId}` },
    ...entries,
    'separator',
    { label: 'Sign out', icon: <LogOut />, onSelect: onSignOut },
  ];
  return <Menu trigger={<IconButton label={`Account of ${userId}`} icon={<UserRound />} />} entries={all} />;
}

'use client';

import { Star } from 'lucide-react';
import { usePreferences } from '../preferences/PreferencesProvider.tsx';
import { togglePin } from '../shell/pinned.ts';
import { cn } from '../ui/class-names.ts';
import { IconButton } from '../ui/IconButton.tsx';

/** Keeps a datastore in the sidebar of this browser. */
export function PinButton({ name }: { name: string }) {
  const { preferences, setPreferences } = usePreferences();
  const pinned = preferences.pinned.includes(name);
  return (
    <IconButton
      size="small"
      label={pinned ? `Unpin ${name} from the sidebar` : `Pin ${name} to the sidebar`}
      icon={<Star className={cn('text-muted', pinned && 'fill-current text-accent')} />}
      aria-pressed={pinned}
      onClick={() => setPreferences({ pinned: togglePin(preferences.pinned, name) })}
      className="size-6"
    />
  );
}

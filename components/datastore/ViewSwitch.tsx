'use client';

import { LayoutGrid, List } from 'lucide-react';
import { usePreferences } from '../preferences/PreferencesProvider.tsx';
import { IconButton } from '../ui/IconButton.tsx';

/** Table or cards, remembered. */
export function ViewSwitch() {
  const { preferences, setPreferences } = usePreferences();
  const cards = preferences.datastoreView === 'cards';
  return (
    <IconButton
      size="small"
      label={cards ? 'Show as table' : 'Show as cards'}
      icon={cards ? <List /> : <LayoutGrid />}
      onClick={() => setPreferences({ datastoreView: cards ? 'table' : 'cards' })}
    />
  );
}

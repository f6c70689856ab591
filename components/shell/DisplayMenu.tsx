'use client';

import { SunMoon } from 'lucide-react';
import { useTheme } from 'next-themes';
import { usePreferences } from '../preferences/PreferencesProvider.tsx';
import type { Density, ZoneChoice } from '../preferences/preferences.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { type Choice, ChoiceMenu, MenuSeparator, OneOf } from '../ui/MenuChoices.tsx';

const THEMES: Choice[] = [
  { value: 'system', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];
const ZONES: Choice<ZoneChoice>[] = [
  { value: 'local', label: 'Local' },
  { value: 'server', label: 'Server' },
  { value: 'utc', label: 'UTC' },
];
const DENSITIES: Choice<Density>[] = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'compact', label: 'Compact' },
];

/** Theme, time zone and row height: how the same things are shown. */
export function DisplayMenu() {
  const { theme, setTheme } = useTheme();
  const { preferences, setPreferences } = usePreferences();
  return (
    <ChoiceMenu trigger={<IconButton label="Theme and display" icon={<SunMoon />} />}>
      <OneOf heading="Theme" choices={THEMES} value={theme} onChange={setTheme} />
      <MenuSeparator />
      <OneOf
        heading="Times in"
        choices={ZONES}
        value={preferences.zone}
        onChange={(zone) => setPreferences({ zone })}
      />
      <MenuSeparator />
      <OneOf
        heading="Table rows"
        choices={DENSITIES}
        value={preferences.density}
        onChange={(density) => setPreferences({ density })}
      />
    </ChoiceMenu>
  );
}

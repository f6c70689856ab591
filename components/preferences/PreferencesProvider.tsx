'use client';

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { DEFAULT_PREFERENCES, type Preferences, writePreferences } from './preferences.ts';

interface PreferencesContext {
  preferences: Preferences;
  setPreferences: (change: Partial<Preferences>) => void;
}

const Context = createContext<PreferencesContext>({
  preferences: DEFAULT_PREFERENCES,
  setPreferences: () => {},
});

/** `initial` is what the server read from the cookie: server and browser draw the same first frame. */
export function PreferencesProvider({ initial, children }: { initial: Preferences; children: ReactNode }) {
  const [preferences, setState] = useState(initial);
  const setPreferences = useCallback(
    (change: Partial<Preferences>) => {
      const next = { ...preferences, ...change };
      setState(next);
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing on plain http
      document.cookie = writePreferences(next);
    },
    [preferences],
  );
  const value = useMemo(() => ({ preferences, setPreferences }), [preferences, setPreferences]);
  return <Context value={value}>{children}</Context>;
}

export function usePreferences(): PreferencesContext {
  return useContext(Context);
}

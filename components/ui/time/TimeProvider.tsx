'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { usePreferences } from '../../preferences/PreferencesProvider.tsx';
import { UTC, type Zone, zoneOf } from './absolute-time.ts';

const TICK_MS = 5000;

const Now = createContext<number>(0);
const InZone = createContext<Zone>(UTC);

interface TimeProviderProps {
  /** When the page was rendered, ms since 1970: browser and server write the same words until the first tick. */
  initialNow: number;
  /** IANA name of the zone that schedules run in. */
  serverZone: string;
  children: ReactNode;
}

/** One clock for every relative time of the page, and the zone that absolute times are written in. */
export function TimeProvider({ initialNow, serverZone, children }: TimeProviderProps) {
  const [now, setNow] = useState(initialNow);
  const { preferences } = usePreferences();
  const zone = useMemo(() => zoneOf(preferences.zone, serverZone), [preferences.zone, serverZone]);

  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, TICK_MS);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, []);

  return (
    <Now value={now}>
      <InZone value={zone}>{children}</InZone>
    </Now>
  );
}

export function useNow(): number {
  return useContext(Now);
}

export function useZone(): Zone {
  return useContext(InZone);
}

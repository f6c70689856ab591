'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { BackupDialogProvider } from '../backup/BackupDialogProvider.tsx';
import { LiveProvider } from '../live/LiveProvider.tsx';
import { usePreferences } from '../preferences/PreferencesProvider.tsx';
import { SessionGate } from '../session/SessionGate.tsx';
import { useTRPC } from '../trpc/trpc.ts';
import { TimeProvider } from '../ui/time/TimeProvider.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { ConsoleShell } from './ConsoleShell.tsx';
import { NAVIGATION } from './navigation.ts';
import { pinnedDatastores } from './pinned.ts';
import { RunningTaskCounter } from './RunningTaskCounter.tsx';
import { ServerPaletteEntries } from './ServerPaletteEntries.tsx';

interface ConsoleFrameProps {
  /** The newest event when the page was put together. */
  startAfter: number | null;
  /** Of the server at that moment, ms since 1970. */
  now: number;
  children: ReactNode;
}

/** The shell, fed with what the server says. */
export function ConsoleFrame({ startAfter, now, children }: ConsoleFrameProps) {
  const trpc = useTRPC();
  const { preferences } = usePreferences();
  const { data: me } = useQuery(trpc.session.me.queryOptions());
  const { data: about } = useQuery(trpc.system.about.queryOptions());
  const { data: datastores = [] } = useQuery(trpc.datastore.list.queryOptions());
  const user = me?.principal ?? '';
  return (
    <LiveProvider startAfter={startAfter}>
      <TimeProvider initialNow={now} serverZone={about?.timeZone ?? 'UTC'}>
        <BackupDialogProvider>
          <ConsoleShell
            navigation={NAVIGATION}
            pinned={pinnedDatastores(preferences.pinned, datastores)}
            status={<RunningTaskCounter />}
            userMenu={<AccountMenu userId={user} />}
          >
            <ServerPaletteEntries datastores={datastores} />
            {children}
          </ConsoleShell>
          <SessionGate user={user} />
        </BackupDialogProvider>
      </TimeProvider>
    </LiveProvider>
  );
}

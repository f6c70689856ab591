'use client';

import { ThemeProvider } from 'next-themes';
import type { ReactNode } from 'react';
import { PreferencesProvider } from '../preferences/PreferencesProvider.tsx';
import type { Preferences } from '../preferences/preferences.ts';
import { TrpcProvider } from '../trpc/TrpcProvider.tsx';
import { Toaster } from '../ui/Toaster.tsx';
import { TooltipProvider } from '../ui/Tooltip.tsx';

interface ProvidersProps {
  /** Lets the theme's first script run under the page's content security policy. */
  nonce: string | undefined;
  preferences: Preferences;
  children: ReactNode;
}

/** What every page needs around it, signed in or not. */
export function Providers({ nonce, preferences, children }: ProvidersProps) {
  return (
    <ThemeProvider attribute="class" storageKey="ibs-theme" nonce={nonce} disableTransitionOnChange>
      <PreferencesProvider initial={preferences}>
        <TrpcProvider>
          <TooltipProvider delayDuration={300} skipDelayDuration={200}>
            {children}
            <Toaster />
          </TooltipProvider>
        </TrpcProvider>
      </PreferencesProvider>
    </ThemeProvider>
  );
}

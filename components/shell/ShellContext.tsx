'use client';

import { createContext, type ReactNode, useContext, useEffect, useId, useMemo, useState } from 'react';
import type { Crumb } from '../ui/Breadcrumbs.tsx';
import type { PaletteEntry } from './palette-entry.ts';

interface ShellState {
  /** What the page says its trail is; null leaves it to the address. */
  crumbs: readonly Crumb[] | null;
  setCrumbs: (crumbs: readonly Crumb[] | null) => void;
  /** What is typed into the palette, for entries that are searched for on the server. */
  query: string;
  setQuery: (query: string) => void;
  /** Entries of the page and of searches, by who registered them. */
  registered: ReadonlyMap<string, readonly PaletteEntry[]>;
  register: (id: string, entries: readonly PaletteEntry[] | null) => void;
}

const Context = createContext<ShellState | null>(null);

/** What pages tell the shell around them. */
export function ShellProvider({ children }: { children: ReactNode }) {
  const [crumbs, setCrumbs] = useState<readonly Crumb[] | null>(null);
  const [query, setQuery] = useState('');
  const [registered, setRegistered] = useState<ReadonlyMap<string, readonly PaletteEntry[]>>(new Map());
  const value = useMemo<ShellState>(() => {
    const register = (id: string, entries: readonly PaletteEntry[] | null) =>
      setRegistered((known) => {
        const next = new Map(known);
        if (entries) next.set(id, entries);
        else next.delete(id);
        return next;
      });
    return { crumbs, setCrumbs, query, setQuery, registered, register };
  }, [crumbs, query, registered]);
  return <Context value={value}>{children}</Context>;
}

export function useShell(): ShellState {
  const shell = useContext(Context);
  if (!shell) throw new Error('This component works inside the console shell only.');
  return shell;
}

/** Replaces the trail that the address tells, while mounted. Draws nothing. */
export function PageCrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  const { setCrumbs } = useShell();
  useEffect(() => {
    setCrumbs(crumbs);
    return () => setCrumbs(null);
  }, [crumbs, setCrumbs]);
  return null;
}

/** Adds entries to the palette while the caller is mounted. `entries` must be stable. */
export function usePaletteEntries(entries: readonly PaletteEntry[]) {
  const { register } = useShell();
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: register changes with what it registers
  useEffect(() => {
    register(id, entries);
    return () => register(id, null);
  }, [entries, id]);
}

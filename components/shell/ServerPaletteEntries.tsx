'use client';

import { useMemo } from 'react';
import { useBackupDialog } from '../backup/BackupDialogProvider.tsx';
import { useProbe } from '../datastore/use-probe.ts';
import { usePermissions } from '../session/use-permissions.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { DATASTORE_LOOKS } from '../ui/status-looks.ts';
import type { PaletteEntry } from './palette-entry.ts';
import { usePaletteEntries, useShell } from './ShellContext.tsx';
import { useFoundEntries } from './use-found-entries.ts';

/** What the palette finds besides pages: running tasks, datastores and what lies in them, and what can be done from anywhere. Draws nothing. */
export function ServerPaletteEntries({ datastores }: { datastores: readonly DatastoreView[] }) {
  const { query } = useShell();
  const { holds, holdsBelow } = usePermissions();
  const openBackup = useBackupDialog();
  const { probe } = useProbe();
  const typed = query.trim();
  const found = useFoundEntries(typed, datastores.length > 0);
  const entries = useMemo<PaletteEntry[]>(
    () => [
      ...(typed === '' ? [] : [searchEntry(typed)]),
      ...found,
      ...datastores.map(datastoreEntry),
      ...(holdsBelow('/datastore', 'Datastore.Backup') && datastores.length > 0
        ? [{ id: 'verb backup', group: 'Actions', label: 'Back up a machine…', run: () => openBackup() }]
        : []),
      ...(holds('/datastore', 'Datastore.Allocate')
        ? [{ id: 'verb add', group: 'Actions', label: 'Add datastore', href: '/datastores/new' }]
        : []),
      { id: 'verb failures', group: 'Actions', label: 'Show failed tasks', href: '/tasks?state=failed' },
      ...datastores
        .filter(({ name }) => holds(`/datastore/${name}`, 'Datastore.Audit', 'Datastore.Modify'))
        .map(({ name }) => ({
          id: `verb probe ${name}`,
          group: 'Actions',
          label: `Probe ${name}`,
          run: () => probe(name),
        })),
    ],
    [typed, found, datastores, holds, holdsBelow, openBackup, probe],
  );
  usePaletteEntries(entries);
  return null;
}

function searchEntry(typed: string): PaletteEntry {
  return {
    id: `search ${typed}`,
    group: 'Search',
    label: `Snapshots that match “${typed}”`,
    href: `/snapshots?q=${encodeURIComponent(typed)}`,
    always: true,
  };
}

function datastoreEntry({ name, status, comment }: DatastoreView): PaletteEntry {
  return {
    id: `datastore ${name}`,
    group: 'Datastores',
    label: name,
    note: DATASTORE_LOOKS[status].word,
    keywords: comment ? [comment] : [],
    href: `/datastores/${encodeURIComponent(name)}/summary`,
  };
}

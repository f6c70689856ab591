'use client';

import { useMemo, useState } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { PRUNE_PRIVILEGES } from '#domain/prune.ts';
import { useBackupDialog } from '../backup/BackupDialogProvider.tsx';
import { datastoreHref } from '../datastore/datastore-words.ts';
import { RunGcDialog } from '../datastore/gc/RunGcDialog.tsx';
import { trashHref } from '../datastore/trash/trash-words.ts';
import { useProbe } from '../datastore/use-probe.ts';
import { RunVerifyDialog } from '../datastore/verify/RunVerifyDialog.tsx';
import { type Permissions, usePermissions } from '../session/use-permissions.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { DATASTORE_LOOKS } from '../ui/status-looks.ts';
import type { PaletteEntry } from './palette-entry.ts';
import { usePaletteEntries, useShell } from './ShellContext.tsx';
import { useFoundEntries } from './use-found-entries.ts';

/** What the palette finds besides pages: running tasks, datastores and what lies in them, and what can be done from anywhere. Draws only what such a verb asks. */
export function ServerPaletteEntries({ datastores }: { datastores: readonly DatastoreView[] }) {
  const { query } = useShell();
  const { holds, holdsBelow } = usePermissions();
  const openBackup = useBackupDialog();
  const { probe } = useProbe();
  const [asked, setAsked] = useState<Asked | null>(null);
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
      ...datastores.flatMap((datastore) => upkeepEntries(datastore, holds, setAsked)),
    ],
    [typed, found, datastores, holds, holdsBelow, openBackup, probe],
  );
  usePaletteEntries(entries);
  return asked && <AskedDialog asked={asked} onClose={() => setAsked(null)} />;
}

/** What a verb asks before it runs. */
interface Asked {
  verb: 'gc' | 'verify';
  datastore: DatastoreView;
}

function AskedDialog({ asked: { verb, datastore }, onClose }: { asked: Asked; onClose: () => void }) {
  switch (verb) {
    case 'gc':
      return <RunGcDialog datastore={datastore} onClose={onClose} />;
    case 'verify':
      return <RunVerifyDialog name={datastore.name} onClose={onClose} />;
  }
}

/** Both ways to get space back and the way to what one wants back after all, and the way to know that what is kept is sound. */
function upkeepEntries(
  datastore: DatastoreView,
  holds: Permissions['holds'],
  onAsk: (asked: Asked) => void,
): PaletteEntry[] {
  const { name } = datastore;
  const path = datastorePath(name);
  const collect = {
    id: `verb gc ${name}`,
    group: 'Actions',
    label: `Run garbage collection on ${name}…`,
    keywords: ['gc'],
    run: () => onAsk({ verb: 'gc', datastore }),
  };
  const verify = {
    id: `verb verify ${name}`,
    group: 'Actions',
    label: `Verify ${name}…`,
    keywords: ['verification'],
    run: () => onAsk({ verb: 'verify', datastore }),
  };
  const prune = {
    id: `verb prune ${name}`,
    group: 'Actions',
    label: `Prune ${name}…`,
    href: datastoreHref(name, 'prune'),
  };
  const trash = {
    id: `verb trash ${name}`,
    group: 'Actions',
    label: `Trash of ${name}`,
    keywords: ['restore', 'forgotten', 'undo'],
    href: trashHref(name),
  };
  return [
    ...(holds(path, 'Datastore.Modify') ? [collect] : []),
    ...(holds(path, 'Datastore.Verify', 'Datastore.Modify') ? [verify] : []),
    ...(holds(path, ...PRUNE_PRIVILEGES) ? [prune, trash] : []),
  ];
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

'use client';

import { useMutation } from '@tanstack/react-query';
import {
  Activity,
  Copy,
  ListRestart,
  Recycle,
  Scissors,
  SearchCheck,
  Settings2,
  ShieldCheck,
  Trash2,
  Unplug,
  Wrench,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { datastorePath } from '#domain/permissions.ts';
import { usePermissions } from '../session/use-permissions.ts';
import { errorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { DatastoreView } from '../trpc/views.ts';
import { copyText } from '../ui/copy-text.ts';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { AuditDialog } from './AuditDialog.tsx';
import { datastoreHref, whyNotWritable } from './datastore-words.ts';
import { RunGcDialog } from './gc/RunGcDialog.tsx';
import { MaintenanceDialog } from './MaintenanceDialog.tsx';
import { RemoveDialog } from './RemoveDialog.tsx';
import { useProbe } from './use-probe.ts';
import { RunVerifyDialog } from './verify/RunVerifyDialog.tsx';

type Open = {
  dialog: 'maintenance' | 'audit' | 'gc' | 'verify' | 'remove' | 'destroy';
  datastore: DatastoreView;
};

/** Every act on a datastore, as menu entries; `dialogs` and `problem` belong somewhere on the page. */
export function useDatastoreActions() {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const { probe, error: probeError, clearError } = useProbe();
  const rescan = useMutation({
    ...trpc.datastore.rescan.mutationOptions(),
    onSuccess: (_, { name }) => toastSuccess(`Rescanning ${name}`),
  });
  const [open, setOpen] = useState<Open | null>(null);

  const entriesOf = (datastore: DatastoreView): MenuEntry[] => {
    const { name } = datastore;
    const path = datastorePath(name);
    const show = (dialog: Open['dialog']) => () => setOpen({ dialog, datastore });
    const allocate = lacks(path, 'Datastore.Allocate');
    return [
      {
        label: 'Probe now',
        icon: <Activity />,
        onSelect: () => probe(name),
        disabledReason: lacks(path, 'Datastore.Audit', 'Datastore.Modify'),
      },
      {
        label: 'Rescan',
        icon: <ListRestart />,
        onSelect: () => rescan.mutate({ name }),
        disabledReason: lacks(path, 'Datastore.Modify'),
      },
      {
        label: 'Audit…',
        icon: <SearchCheck />,
        onSelect: show('audit'),
        disabledReason: lacks(path, 'Datastore.Verify', 'Datastore.Modify'),
      },
      {
        label: 'Run garbage collection…',
        icon: <Recycle />,
        onSelect: show('gc'),
        disabledReason: lacks(path, 'Datastore.Modify') || whyNotWritable(datastore),
      },
      {
        label: 'Run verification…',
        icon: <ShieldCheck />,
        onSelect: show('verify'),
        disabledReason: lacks(path, 'Datastore.Verify', 'Datastore.Modify') || whyNotWritable(datastore),
      },
      { label: 'Prune…', icon: <Scissors />, href: datastoreHref(name, 'prune') },
      { label: 'Maintenance…', icon: <Wrench />, onSelect: show('maintenance'), disabledReason: allocate },
      { label: 'Edit options', icon: <Settings2 />, href: datastoreHref(name, 'options') },
      { label: 'Copy path', icon: <Copy />, onSelect: () => void copyText(datastore.path) },
      'separator',
      {
        label: 'Remove configuration…',
        icon: <Unplug />,
        onSelect: show('remove'),
        danger: true,
        disabledReason: allocate,
      },
      {
        label: 'Destroy data…',
        icon: <Trash2 />,
        onSelect: show('destroy'),
        danger: true,
        disabledReason: allocate,
      },
    ];
  };

  const failed = probeError ?? rescan.error;
  const problem = failed && (
    <ErrorBanner
      title="That did not start"
      error={errorDetails(failed)}
      onDismiss={() => {
        clearError();
        rescan.reset();
      }}
    />
  );
  const show = (dialog: Open['dialog'], datastore: DatastoreView) => setOpen({ dialog, datastore });
  return { entriesOf, show, dialogs: dialogFor(open, () => setOpen(null)), problem };
}

function dialogFor(open: Open | null, onClose: () => void): ReactNode {
  if (!open) return null;
  const { dialog, datastore } = open;
  switch (dialog) {
    case 'maintenance':
      return <MaintenanceDialog datastore={datastore} onClose={onClose} />;
    case 'audit':
      return <AuditDialog datastore={datastore} onClose={onClose} />;
    case 'gc':
      return <RunGcDialog datastore={datastore} onClose={onClose} />;
    case 'verify':
      return <RunVerifyDialog name={datastore.name} onClose={onClose} />;
    case 'remove':
      return <RemoveDialog datastore={datastore} act="remove-configuration" onClose={onClose} />;
    case 'destroy':
      return <RemoveDialog datastore={datastore} act="destroy-data" onClose={onClose} />;
  }
}

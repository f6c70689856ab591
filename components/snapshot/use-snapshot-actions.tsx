'use client';

import { useMutation } from '@tanstack/react-query';
import {
  Copy,
  FolderInput,
  FolderOpen,
  NotebookPen,
  ScanSearch,
  ShieldCheck,
  ShieldOff,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { NamespacePath } from '#domain/ids.ts';
import { datastorePath } from '#domain/permissions.ts';
import { RunVerifyDialog, type VerifyTarget } from '../datastore/verify/RunVerifyDialog.tsx';
import { usePermissions } from '../session/use-permissions.ts';
import { useTaskAction } from '../task/use-task-action.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { GroupView, SnapshotView } from '../trpc/views.ts';
import { copyText } from '../ui/copy-text.ts';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { ForgetDialog } from './ForgetDialog.tsx';
import { MoveGroupDialog } from './MoveGroupDialog.tsx';
import { NotesDialog } from './NotesDialog.tsx';
import { snapshotHref, snapshotId, snapshotInput, unfinishedReason } from './snapshot-words.ts';
import { groupTarget, snapshotTarget } from './verify-target.ts';

type Open =
  | { dialog: 'notes'; snapshot: SnapshotView }
  | { dialog: 'forget'; snapshots: readonly SnapshotView[] }
  | { dialog: 'move'; datastore: string; group: GroupView }
  | { dialog: 'verify'; datastore: string; target: VerifyTarget };

interface SnapshotActionsOptions {
  onForgotten?: () => void;
}

/** Every act on a snapshot, as menu entries; `dialogs` and `problem` belong somewhere on the page. */
export function useSnapshotActions({ onForgotten }: SnapshotActionsOptions = {}) {
  const { lacks } = usePermissions();
  const [open, setOpen] = useState<Open | null>(null);
  const { protect, problem } = useProtect();

  const whyNotVerify = ({ datastore, namespace }: { datastore: string; namespace: string }) =>
    lacks(datastorePath(datastore, namespace as NamespacePath), 'Datastore.Verify', 'Datastore.Modify');
  const verify = (datastore: string, target: VerifyTarget) =>
    setOpen({ dialog: 'verify', datastore, target });

  const groupEntriesOf = (datastore: string, group: GroupView): MenuEntry[] => [
    {
      label: 'Verify…',
      icon: <ScanSearch />,
      onSelect: () => verify(datastore, groupTarget(group)),
      disabledReason:
        (group.snapshotCount === 0 && 'None of its backups has finished') ||
        whyNotVerify({ datastore, namespace: group.namespace }),
    },
    {
      label: 'Move…',
      icon: <FolderInput />,
      onSelect: () => setOpen({ dialog: 'move', datastore, group }),
      disabledReason: lacks(
        datastorePath(datastore, group.namespace as NamespacePath),
        ...(['Datastore.Modify', 'Datastore.Prune'] as const),
      ),
    },
  ];

  const entriesOf = (snapshot: SnapshotView): MenuEntry[] => {
    const path = datastorePath(snapshot.datastore, snapshot.namespace as NamespacePath);
    const change = lacks(path, 'Datastore.Modify', 'Datastore.Backup');
    return [
      {
        label: 'Browse files',
        icon: <FolderOpen />,
        href: snapshotHref(snapshot),
        disabledReason: !snapshot.finished && unfinishedReason(snapshot),
      },
      {
        label: snapshot.protected ? 'Remove protection' : 'Protect',
        icon: snapshot.protected ? <ShieldOff /> : <ShieldCheck />,
        onSelect: () => protect(snapshot, !snapshot.protected),
        disabledReason: change,
      },
      {
        label: 'Verify…',
        icon: <ScanSearch />,
        onSelect: () => verify(snapshot.datastore, snapshotTarget(snapshot)),
        disabledReason: (!snapshot.finished && unfinishedReason(snapshot)) || whyNotVerify(snapshot),
      },
      {
        label: 'Notes…',
        icon: <NotebookPen />,
        onSelect: () => setOpen({ dialog: 'notes', snapshot }),
        disabledReason: change || (!snapshot.finished && unfinishedReason(snapshot)),
      },
      { label: 'Copy id', icon: <Copy />, onSelect: () => void copyText(snapshotId(snapshot)) },
      'separator',
      {
        label: 'Forget…',
        icon: <Trash2 />,
        onSelect: () => setOpen({ dialog: 'forget', snapshots: [snapshot] }),
        danger: true,
        disabledReason:
          (snapshot.protected && 'It is protected') || lacks(path, 'Datastore.Modify', 'Datastore.Prune'),
      },
    ];
  };

  const close = () => setOpen(null);
  let dialogs: ReactNode = null;
  if (open?.dialog === 'notes') dialogs = <NotesDialog snapshot={open.snapshot} onClose={close} />;
  if (open?.dialog === 'forget') {
    dialogs = <ForgetDialog snapshots={open.snapshots} onClose={close} onForgotten={onForgotten} />;
  }
  if (open?.dialog === 'move') {
    const { datastore, group } = open;
    dialogs = <MoveGroupDialog datastore={datastore} group={group} onClose={close} />;
  }
  if (open?.dialog === 'verify')
    dialogs = <RunVerifyDialog name={open.datastore} target={open.target} onClose={close} />;
  return {
    entriesOf,
    groupEntriesOf,
    protect,
    forget: (snapshots: readonly SnapshotView[]) => setOpen({ dialog: 'forget', snapshots }),
    editNotes: (snapshot: SnapshotView) => setOpen({ dialog: 'notes', snapshot }),
    dialogs,
    problem,
  };
}

/** Taken back as easily as it is done. */
function useProtect() {
  const trpc = useTRPC();
  const { mutateAsync } = useMutation(trpc.snapshot.update.mutationOptions());
  const [undo, setUndo] = useState<(() => void) | null>(null);
  const { start, error, clearError } = useTaskAction(mutateAsync, {
    onDone: (task) => toastSuccess(task.outcome ?? 'Changed', undo ? { undo } : {}),
  });
  const protect = (snapshot: SnapshotView, on: boolean) => {
    const input = snapshotInput(snapshot);
    setUndo(() => () => {
      setUndo(null);
      void start({ ...input, protected: !on });
    });
    void start({ ...input, protected: on });
  };
  const problem = error && (
    <ErrorBanner title="The protection was not changed" error={error} onDismiss={clearError} />
  );
  return { protect, problem };
}

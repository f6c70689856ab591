'use client';

import { useMutation } from '@tanstack/react-query';
import { Ban, CircleCheck, KeyRound, Pencil, RectangleEllipsis, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { usePermissions } from '../session/use-permissions.ts';
import { errorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { UserView } from '../trpc/views.ts';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import type { MenuEntry } from '../ui/Menu.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { TOKENS_HREF } from './access-words.ts';
import { EditUserDialog } from './EditUserDialog.tsx';
import { RemoveUserDialog } from './RemoveUserDialog.tsx';
import { SetPasswordDialog } from './SetPasswordDialog.tsx';

type Open = { dialog: 'edit' | 'password' | 'remove'; user: UserView };

/** Every act on a user, as menu entries; `dialogs` and `problem` belong somewhere on the page. */
export function useUserActions() {
  const { lacks, principal } = usePermissions();
  const { setEnabled, problem } = useEnabling();
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);

  const entriesOf = (user: UserView): MenuEntry[] => {
    const show = (dialog: Open['dialog']) => () => setOpen({ dialog, user });
    const manage = lacks('/access', 'Permissions.Modify');
    const self = user.user === principal && 'You are signed in as this user';
    return [
      { label: 'Edit…', icon: <Pencil />, onSelect: show('edit'), disabledReason: manage },
      {
        label: 'Set password…',
        icon: <RectangleEllipsis />,
        onSelect: show('password'),
        disabledReason: manage,
      },
      {
        label: 'Show tokens',
        icon: <KeyRound />,
        href: `${TOKENS_HREF}?q=${encodeURIComponent(`${user.user}!`)}`,
      },
      user.enabled
        ? {
            label: 'Disable',
            icon: <Ban />,
            onSelect: () => setEnabled(user.user, false),
            disabledReason: manage || self,
          }
        : {
            label: 'Enable',
            icon: <CircleCheck />,
            onSelect: () => setEnabled(user.user, true),
            disabledReason: manage,
          },
      'separator',
      {
        label: 'Remove…',
        icon: <Trash2 />,
        onSelect: show('remove'),
        danger: true,
        disabledReason: manage || self,
      },
    ];
  };
  const dialogs = (
    <>
      {open?.dialog === 'edit' && <EditUserDialog user={open.user} onClose={close} />}
      {open?.dialog === 'password' && <SetPasswordDialog user={open.user.user} onClose={close} />}
      {open?.dialog === 'remove' && <RemoveUserDialog user={open.user} onClose={close} />}
    </>
  );
  return { entriesOf, dialogs, problem };
}

/** Takes effect at once and can be taken back; the sessions that a disabled user had do not come back. */
function useEnabling() {
  const trpc = useTRPC();
  const update = useMutation(trpc.user.update.mutationOptions());
  const setEnabled = (user: string, enabled: boolean) =>
    update.mutate(
      { user, enabled },
      {
        onSuccess: () =>
          toastSuccess(enabled ? `${user} can sign in again` : `${user} is disabled`, {
            description: enabled ? undefined : 'All sessions ended; the tokens are refused.',
            undo: () => update.mutate({ user, enabled: !enabled }),
          }),
      },
    );
  const problem = update.error && (
    <ErrorBanner
      title="The user was not changed"
      error={errorDetails(update.error)}
      onDismiss={() => update.reset()}
    />
  );
  return { setEnabled, problem };
}

'use client';

import { useMutation } from '@tanstack/react-query';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { RoleView } from '../trpc/views.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { removeRoleCommands } from './access-commands.ts';

export function RemoveRoleDialog({ role: { role }, onClose }: { role: RoleView; onClose: () => void }) {
  const trpc = useTRPC();
  const remove = useMutation({
    ...trpc.role.remove.mutationOptions(),
    onSuccess: () => {
      onClose();
      toastSuccess(`${role} removed`);
    },
  });
  const error = maybeErrorDetails(remove.error);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${role}?`}
      description="It can no longer be granted. While somebody has it, it stays."
      confirmLabel={`Remove ${role}`}
      danger
      pending={remove.isPending}
      error={error && <ErrorBanner title="The role was not removed" error={error} />}
      onConfirm={() => remove.mutate({ role })}
    >
      <CommandLine forms={removeRoleCommands(role)} />
    </ConfirmDialog>
  );
}

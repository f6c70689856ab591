'use client';

import { useMutation } from '@tanstack/react-query';
import { roleWords } from '#domain/permissions.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { AclView } from '../trpc/views.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { revokeGrantCommands } from './access-commands.ts';

export function RevokeGrantDialog({ grant, onClose }: { grant: AclView; onClose: () => void }) {
  const trpc = useTRPC();
  const { principal, role, path, propagate } = grant;
  const revoke = useMutation({
    ...trpc.acl.revoke.mutationOptions(),
    onSuccess: () => {
      onClose();
      toastSuccess(`${principal} no longer has ${role} on ${path}`);
    },
  });
  const error = maybeErrorDetails(revoke.error);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${role} of ${principal}?`}
      description="It counts at once, for sessions and tokens that are in use too. The role can be granted again."
      confirmLabel={`Revoke ${role}`}
      danger
      pending={revoke.isPending}
      error={error && <ErrorBanner title="The role was not revoked" error={error} />}
      onConfirm={() => revoke.mutate({ principal, role, path })}
    >
      <KeyValueList
        layout="apart"
        entries={[
          { label: 'On', value: propagate ? `${path} and below` : path },
          { label: 'No longer', value: roleWords(role, grant.privileges ?? []) },
          { label: 'Stays', value: 'what is granted on other paths' },
        ]}
      />
      <CommandLine forms={revokeGrantCommands({ principal, role, path })} />
    </ConfirmDialog>
  );
}

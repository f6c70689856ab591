'use client';

import { useMutation } from '@tanstack/react-query';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { TokenView } from '../trpc/views.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { RelativeTime } from '../ui/time/RelativeTime.tsx';
import { revokeTokenCommands } from './access-commands.ts';
import { grantText } from './access-words.ts';

export function RevokeTokenDialog({ token, onClose }: { token: TokenView; onClose: () => void }) {
  const trpc = useTRPC();
  const revoke = useMutation({
    ...trpc.token.revoke.mutationOptions(),
    onSuccess: () => {
      onClose();
      toastSuccess(`${token.id} revoked`);
    },
  });
  const error = maybeErrorDetails(revoke.error);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Revoke ${token.id}?`}
      description="It is refused everywhere at once. This cannot be taken back; a new token has a new secret."
      confirmLabel={`Revoke ${token.id}`}
      danger
      pending={revoke.isPending}
      error={error && <ErrorBanner title="The token was not revoked" error={error} />}
      onConfirm={() => revoke.mutate({ id: token.id })}
    >
      <KeyValueList
        layout="apart"
        entries={[
          { label: 'Last use', value: <LastUseWords token={token} /> },
          { label: 'Grants that go', value: token.grants.map(grantText).join(', ') || 'none' },
          { label: 'Stays', value: 'every backup that it owns' },
          { label: 'Stops working', value: 'every program that uses it' },
        ]}
      />
      <CommandLine forms={revokeTokenCommands(token.id)} />
    </ConfirmDialog>
  );
}

function LastUseWords({ token }: { token: TokenView }) {
  if (!token.lastUsedAt) return 'never';
  return (
    <>
      <RelativeTime at={token.lastUsedAt.getTime()} />
      {token.lastUsedFrom && ` from ${token.lastUsedFrom}`}
    </>
  );
}

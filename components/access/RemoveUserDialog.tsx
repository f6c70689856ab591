'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { UserView } from '../trpc/views.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { removeUserCommands } from './access-commands.ts';
import { removalSums } from './access-words.ts';

export function RemoveUserDialog({ user, onClose }: { user: UserView; onClose: () => void }) {
  const trpc = useTRPC();
  const { data: tokens = [] } = useQuery(trpc.token.list.queryOptions());
  const remove = useMutation({
    ...trpc.user.remove.mutationOptions(),
    onSuccess: () => {
      onClose();
      toastSuccess(`${user.user} removed`);
    },
  });
  const sums = removalSums(user, tokens);
  const error = maybeErrorDetails(remove.error);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${user.user}?`}
      description="Its sessions end and its tokens are refused at once. This cannot be taken back."
      confirmLabel={`Remove ${user.user}`}
      typeName={user.user}
      danger
      pending={remove.isPending}
      error={error && <ErrorBanner title="The user was not removed" error={error} />}
      onConfirm={() => remove.mutate({ user: user.user })}
    >
      <KeyValueList
        layout="apart"
        entries={[
          { label: 'Tokens that go', value: sums.tokens },
          { label: 'Grants that go', value: sums.grants },
          { label: 'Stays', value: 'every backup that it or its tokens own' },
          {
            label: 'Stops working',
            value:
              user.tokenCount === 0 ? 'nothing but its sign-in' : 'backups and programs that use its tokens',
          },
        ]}
      />
      <CommandLine forms={removeUserCommands(user.user)} />
    </ConfirmDialog>
  );
}

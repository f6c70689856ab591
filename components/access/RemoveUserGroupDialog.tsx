'use client';

import { useMutation } from '@tanstack/react-query';
import { countOf } from '#domain/units.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import type { UserGroupView } from '../trpc/views.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { removeUserGroupCommands } from './access-commands.ts';
import { grantText } from './access-words.ts';

interface RemoveUserGroupDialogProps {
  group: UserGroupView;
  onClose: () => void;
}

export function RemoveUserGroupDialog({ group: view, onClose }: RemoveUserGroupDialogProps) {
  const trpc = useTRPC();
  const { group, members, grants } = view;
  const remove = useMutation({
    ...trpc.userGroup.remove.mutationOptions(),
    onSuccess: () => {
      onClose();
      toastSuccess(`${group} removed`);
    },
  });
  const error = maybeErrorDetails(remove.error);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${group}?`}
      description="What was granted to it no longer counts for its members, at once. This cannot be taken back."
      confirmLabel={`Remove ${group}`}
      danger
      pending={remove.isPending}
      error={error && <ErrorBanner title="The group was not removed" error={error} />}
      onConfirm={() => remove.mutate({ group })}
    >
      <KeyValueList
        layout="apart"
        entries={[
          { label: 'Grants that go', value: grants.map(grantText).join(', ') || 'none' },
          { label: 'Lose them', value: members.length === 0 ? 'nobody' : countOf(members.length, 'member') },
          { label: 'Stays', value: 'the members, with what is granted to themselves' },
        ]}
      />
      <CommandLine forms={removeUserGroupCommands(group)} />
    </ConfirmDialog>
  );
}

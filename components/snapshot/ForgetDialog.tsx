'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { countOf } from '#domain/units.ts';
import { forgetCommands } from '../commands/snapshot-commands.ts';
import { RestorableUntil } from '../datastore/trash/RestorableUntil.tsx';
import { trashHref } from '../datastore/trash/trash-words.ts';
import { useTaskAction } from '../task/use-task-action.ts';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC, useTRPCClient } from '../trpc/trpc.ts';
import { CommandLine } from '../ui/CommandLine.tsx';
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../ui/ErrorState.tsx';
import { KeyValueList } from '../ui/KeyValueList.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { toastSuccess } from '../ui/Toaster.tsx';
import { fateWords, forgetFacts } from './forget-words.ts';
import { type SnapshotKey, snapshotId, snapshotLabel } from './snapshot-words.ts';

interface ForgetDialogProps {
  /** All of one datastore, at least one. */
  snapshots: readonly SnapshotKey[];
  onClose: () => void;
  onForgotten?: () => void;
}

/** Asks the server for the plan first: what is shown is what will happen. */
export function ForgetDialog({ snapshots, onClose, onForgotten }: ForgetDialogProps) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const input = inputOf(snapshots);
  const plan = useQuery({
    queryKey: ['forget-plan', snapshots.map(snapshotId)],
    queryFn: () => client.snapshot.forget.mutate({ ...input, dryRun: true }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  const fate = plan.data && fateWords(plan.data);
  const { mutateAsync } = useMutation(trpc.snapshot.forget.mutationOptions());
  const { start, pending, error } = useTaskAction(mutateAsync, {
    onDone: (task) => {
      toastSuccess(
        task.outcome ?? 'Forgotten',
        fate?.until == null ? {} : { link: { label: 'Open trash', href: trashHref(input.datastore) } },
      );
      onClose();
      onForgotten?.();
    },
  });
  const going = plan.data?.remove.length ?? snapshots.length;
  const failure = error ?? maybeErrorDetails(plan.error);
  const [first] = snapshots;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={
        snapshots.length === 1 && first
          ? `Forget ${snapshotLabel(first)}?`
          : `Forget ${countOf(going, 'snapshot')}?`
      }
      description={fate?.words ?? 'Looking what becomes of it.'}
      confirmLabel={going === 0 ? 'Forget nothing' : `Forget ${countOf(going, 'snapshot')}`}
      danger
      pending={pending}
      error={failure && <ErrorBanner title="Nothing was forgotten" error={failure} />}
      onConfirm={() => going > 0 && void start({ ...input, dryRun: false })}
    >
      {plan.data ? (
        <KeyValueList
          layout="apart"
          entries={[
            ...(fate?.until == null
              ? []
              : [{ label: 'Can be restored until at least', value: <RestorableUntil at={fate.until} /> }]),
            ...forgetFacts(plan.data),
          ]}
        />
      ) : (
        !plan.error && <Skeleton className="h-24" />
      )}
      <CommandLine forms={forgetCommands(snapshots)} />
    </ConfirmDialog>
  );
}

function inputOf(snapshots: readonly SnapshotKey[]) {
  return {
    datastore: snapshots[0]?.datastore ?? '',
    snapshots: snapshots.map(({ namespace, type, id, time }) => ({ namespace, type, id, time })),
  };
}

'use client';

import { useMutation } from '@tanstack/react-query';
import { jobNoun } from '#domain/job.ts';
import { removeJobCommands } from '../../commands/job-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail, JobView } from '../../trpc/views.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { toastSuccess } from '../../ui/Toaster.tsx';
import { useJobsRefresh } from './use-jobs-refresh.ts';

interface RemoveJobDialogProps {
  datastore: DatastoreDetail;
  job: JobView;
  onClose: () => void;
}

/** Removes a job and no backup. */
export function RemoveJobDialog({ datastore: { name, version }, job, onClose }: RemoveJobDialogProps) {
  const trpc = useTRPC();
  const refresh = useJobsRefresh(name);
  const noun = jobNoun(job);
  const remove = useMutation({
    ...trpc.datastore.removeJob.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      toastSuccess(`${name} has no ${noun} any more`);
      onClose();
    },
  });
  const error = maybeErrorDetails(remove.error);
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove the ${noun}?`}
      description={`It does not run by itself on ${name} any more. No backup goes with it, and a run that is on its way goes on.`}
      confirmLabel={`Remove ${job.name}`}
      pending={remove.isPending}
      error={error && <ErrorBanner title="The job was not removed" error={error} />}
      onConfirm={() => remove.mutate({ name, version, kind: job.kind, job: job.name })}
    >
      <CommandLine forms={removeJobCommands(name, job)} />
    </ConfirmDialog>
  );
}

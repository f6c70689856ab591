'use client';

import { useMutation } from '@tanstack/react-query';
import type { JobWish } from '../../commands/job-commands.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail } from '../../trpc/views.ts';
import { toastSuccess } from '../../ui/Toaster.tsx';
import { useJobsRefresh } from './use-jobs-refresh.ts';

interface SaveJobProps {
  datastore: DatastoreDetail;
  isNew: boolean;
  onSaved: () => void;
}

/** Makes a job or changes it, and says so. */
export function useSaveJob({ datastore: { name, version }, isNew, onSaved }: SaveJobProps) {
  const trpc = useTRPC();
  const refresh = useJobsRefresh(name);
  const create = useMutation(trpc.datastore.createJob.mutationOptions());
  const update = useMutation(trpc.datastore.updateJob.mutationOptions());
  const save = useMutation({
    mutationFn: async (wish: JobWish) => {
      const { kind, name: job, schedule, window, change } = wish;
      const when = { schedule: schedule.trim() || null, window: window.trim() || null };
      const input = { name, version, job, ...when, ...change };
      return isNew && (kind === 'prune' || kind === 'verify')
        ? create.mutateAsync({ kind, ...input })
        : update.mutateAsync({ kind, ...input });
    },
    onSuccess: async () => {
      await refresh();
      toastSuccess('Schedule saved');
      onSaved();
    },
  });
  return { save, error: maybeErrorDetails(save.error) };
}

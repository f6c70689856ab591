'use client';

import { useMutation } from '@tanstack/react-query';
import { DEFAULT_JOB, keepOf } from '#domain/job.ts';
import { datastorePath } from '#domain/permissions.ts';
import { KEEP_RULES, type KeepOptions } from '#domain/retention.ts';
import { usePermissions } from '../../session/use-permissions.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { DatastoreDetail, JobView } from '../../trpc/views.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorBanner } from '../../ui/ErrorState.tsx';
import { toastSuccess } from '../../ui/Toaster.tsx';
import { useJobsRefresh } from '../schedule/use-jobs-refresh.ts';
import { isSamePolicy } from './policy-address.ts';

interface SavePolicyProps {
  datastore: DatastoreDetail;
  keep: KeepOptions;
  /** Whose policy it would be. */
  job: JobView;
}

/** Gives the policy that was tried to a job; nothing where it has it already. */
export function useSavePolicy({ datastore, keep, job }: SavePolicyProps) {
  const trpc = useTRPC();
  const { lacks } = usePermissions();
  const { name, version } = datastore;
  const refresh = useJobsRefresh(name);
  const save = useMutation({
    ...trpc.datastore.updateJob.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      toastSuccess('The schedule keeps by this policy from now on');
    },
  });
  const error = maybeErrorDetails(save.error);
  const button = isSamePolicy(keep, keepOf(job)) ? null : (
    <Button
      size="small"
      pending={save.isPending}
      onClick={() => save.mutate({ name, kind: 'prune', job: job.name, version, keep: wholeChange(keep) })}
      disabledReason={lacks(datastorePath(name), 'Datastore.Allocate')}
    >
      {job.name === DEFAULT_JOB ? 'Use in the schedule' : `Use in ${job.name}`}
    </Button>
  );
  const problem = error && (
    <ErrorBanner title="The schedule was not changed" error={error} onDismiss={save.reset} />
  );
  return { button, problem };
}

/** Every rule is named, so that those without a number are taken away. */
export function wholeChange(keep: KeepOptions): KeepOptions {
  return Object.fromEntries(KEEP_RULES.map((rule) => [rule, keep[rule] ?? 0]));
}

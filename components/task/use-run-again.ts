'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { maybeErrorDetails } from '../trpc/api-error.ts';
import { useTRPC } from '../trpc/trpc.ts';
import { taskHref } from './task-words.ts';

/** Sends the wish of a task once more, and goes to the new one. */
export function useRunAgain() {
  const trpc = useTRPC();
  const router = useRouter();
  const { mutate, isPending, error, reset } = useMutation({
    ...trpc.task.retry.mutationOptions(),
    onSuccess: ({ taskId }) => router.push(taskHref(taskId)),
  });
  return {
    runAgain: (id: string) => mutate({ id }),
    pending: isPending,
    error: maybeErrorDetails(error),
    clearError: reset,
  };
}

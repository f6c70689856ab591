'use client';

import { useMutation } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTRPC } from '../trpc/trpc.ts';
import { toastSuccess } from '../ui/Toaster.tsx';

/** Asks the owner of a datastore to look at its storage now; what it finds comes in by itself. */
export function useProbe() {
  const trpc = useTRPC();
  const { mutate, isPending, error, reset } = useMutation(trpc.datastore.probe.mutationOptions());
  const probe = useCallback(
    (name: string) => mutate({ name }, { onSuccess: () => toastSuccess(`Probing ${name}`) }),
    [mutate],
  );
  return { probe, pending: isPending, error, clearError: reset };
}

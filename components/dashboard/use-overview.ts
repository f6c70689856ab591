'use client';

import { useQuery } from '@tanstack/react-query';
import { useLive } from '../live/LiveProvider.tsx';
import { useTRPC } from '../trpc/trpc.ts';

/** Rates and silences change though nothing happens, so no event tells of them. */
const ASK_EVERY_MS = 60_000;
const ASK_WORKERS_EVERY_MS = 20_000;

/** What the dashboard shows; the stream tells when it changed. */
export function useOverview() {
  const trpc = useTRPC();
  const { paused } = useLive();
  return useQuery({
    ...trpc.system.overview.queryOptions(),
    refetchInterval: paused ? false : ASK_EVERY_MS,
  });
}

/** The storage workers; undefined until they are known. */
export function useWorkers() {
  const trpc = useTRPC();
  const { paused } = useLive();
  const { data } = useQuery({
    ...trpc.system.about.queryOptions(),
    refetchInterval: paused ? false : ASK_WORKERS_EVERY_MS,
  });
  return data?.workers;
}

'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../../trpc/trpc.ts';

/** Reads the jobs again, and the datastore with the version that the next change is made from. */
export function useJobsRefresh(name: string): () => Promise<void> {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return async () => {
    await Promise.all([
      queries.invalidateQueries(trpc.datastore.jobs.queryFilter({ name })),
      queries.invalidateQueries(trpc.datastore.get.queryFilter({ name })),
    ]);
  };
}

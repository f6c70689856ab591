'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc/trpc.ts';

/** One datastore, live; the header and the tabs share the answer. */
export function useDatastore(name: string) {
  const trpc = useTRPC();
  return useQuery(trpc.datastore.get.queryOptions({ name }));
}

'use client';

import { useQuery } from '@tanstack/react-query';
import type { SnapshotRef } from '#domain/ids.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPCClient } from '../../trpc/trpc.ts';

/** What is free changes without telling. */
const FRESH_MS = 15_000;

/** What a drill needs, and what there is; `snapshot` null for a random one, undefined while none can be asked about. */
export function useDrillRoom(name: string, snapshot: SnapshotRef | null | undefined) {
  const client = useTRPCClient();
  const { data, error, isFetching } = useQuery({
    queryKey: ['drill-room', name, snapshot],
    queryFn: () => client.drill.room.mutate({ name, snapshot: snapshot ?? null }),
    enabled: snapshot !== undefined,
    staleTime: FRESH_MS,
    retry: false,
  });
  return { room: data, looking: isFetching, error: maybeErrorDetails(isFetching ? null : error) };
}

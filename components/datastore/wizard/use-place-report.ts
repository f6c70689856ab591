'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { checkPathSyntax } from '#domain/datastore.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPCClient } from '../../trpc/trpc.ts';
import type { PlaceReport } from '../../trpc/views.ts';
import type { ErrorDetails } from '../../ui/error-details.ts';
import type { Draft } from './draft.ts';

const TYPING_MS = 500;
/** A directory changes without telling; what was seen a moment ago is not asked again. */
const FRESH_MS = 15_000;

export interface PlaceLook {
  /** About exactly the path and purpose of the draft; null until the server has answered. */
  report: PlaceReport | null;
  looking: boolean;
  error: ErrorDetails | null;
  /** Ask now: the field was left, or something changed on the disk. */
  lookNow: () => void;
  lookAgain: () => void;
}

/** What the server finds at the path, asked once the typing rests. */
export function usePlaceReport({ path, purpose }: Pick<Draft, 'path' | 'purpose'>): PlaceLook {
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [rested, setRested] = useState(path);
  useEffect(() => {
    const timer = setTimeout(() => setRested(path), TYPING_MS);
    return () => clearTimeout(timer);
  }, [path]);

  const askable = checkPathSyntax(path).ok;
  const key = ['place', path, purpose];
  const query = useQuery({
    queryKey: key,
    queryFn: () => client.datastore.inspectPath.mutate({ path, purpose }),
    enabled: askable && rested === path,
    staleTime: FRESH_MS,
    retry: false,
  });
  return {
    report: query.data ?? null,
    looking: askable && (query.isFetching || rested !== path),
    error: query.error && !query.isFetching ? errorDetails(query.error) : null,
    lookNow: () => setRested(path),
    lookAgain: () => void queries.invalidateQueries({ queryKey: key }),
  };
}

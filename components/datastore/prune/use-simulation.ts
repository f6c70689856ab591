'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';
import { type KeepOptions, rulesOf } from '#domain/retention.ts';
import { useSettled } from '../../shell/use-settled.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import {
  changeSimulation,
  formatPolicy,
  parsePolicy,
  readSimulation,
  type Simulation,
} from './policy-address.ts';

/** Snapshots of a page, more or less: a datastore with a hundred thousand must not be sent whole. */
export const PLAN_PAGE = 1000;

/** A question to the server, once the typing rests. */
const REST_MS = 300;

export interface Place {
  name: string;
  namespace: string;
  /** Levels below it; null or left out for all. */
  depth?: number | null;
  /** Only this group, directly in the namespace. */
  group?: { type: string; id: string };
}

/** What the address says, and the way to change it; `scheduled` stands where it names no policy. */
export function useSimulation(scheduled: KeepOptions) {
  const params = useSearchParams();
  const simulation = useMemo(
    () => readSimulation(new URLSearchParams(params.toString()), scheduled),
    [params, scheduled],
  );
  const change = useCallback((changed: Partial<Simulation>) => {
    const query = changeSimulation(new URLSearchParams(location.search), changed).toString();
    window.history.replaceState(null, '', location.pathname + (query ? `?${query}` : ''));
  }, []);
  return { simulation, change };
}

/** What a policy would do in a place; the plan before stays until the next one is there. Null for no policy. */
export function usePlan(place: Place, keep: KeepOptions | null, page: { offset: number; limit: number }) {
  const trpc = useTRPC();
  const settled = useSettled(formatPolicy(keep ?? {}), REST_MS);
  const { name, namespace, depth, group } = place;
  const scope = group ? { depth: 0, group } : { depth };
  return useQuery({
    ...trpc.datastore.prunePlan.queryOptions({
      ...{ name, namespace, keep: parsePolicy(settled) },
      ...{ ...scope, ...page },
    }),
    placeholderData: keepPreviousData,
    enabled: keep !== null,
  });
}

export function hasRules(keep: KeepOptions): boolean {
  return rulesOf(keep).length > 0;
}

'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { isFinal, type TaskKind } from '#domain/task.ts';
import { maybeErrorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import { prepareRuns } from './prepare-runs.ts';
import { runsQuestion } from './runs-question.ts';

/** The event stream tells sooner; this is for when it is away. */
const ASK_EVERY_MS = 5000;

/** The last runs of a kind on a datastore, live; `runs` is undefined until the first answer. */
export function useRuns(datastore: string, kind: TaskKind) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery({
    ...trpc.task.list.queryOptions(runsQuestion(datastore, kind)),
    refetchInterval: ({ state }) =>
      state.data?.tasks.some((task) => !isFinal(task.state)) ? ASK_EVERY_MS : false,
  });
  const runs = useMemo(() => data && prepareRuns(data.tasks), [data]);
  return { tasks: data?.tasks, runs, error: maybeErrorDetails(error), refetch };
}

/** Asks anew for every list of tasks: what was just started then shows before its button is free again. */
export function useRunsRefresh() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useCallback(() => queries.invalidateQueries(trpc.task.list.pathFilter()), [queries, trpc.task.list]);
}

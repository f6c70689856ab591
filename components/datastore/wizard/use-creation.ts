'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { isFinal } from '#domain/task.ts';
import { replaceParameters } from '../../address/parameters.ts';
import { failedStep } from '../../task/prepare-steps.ts';
import { errorDetails } from '../../trpc/api-error.ts';
import { useTRPC } from '../../trpc/trpc.ts';
import type { PlaceReport } from '../../trpc/views.ts';
import type { ErrorDetails } from '../../ui/error-details.ts';
import { toastSuccess } from '../../ui/Toaster.tsx';
import { datastoreHref } from '../datastore-words.ts';
import { creationInput, type Draft } from './draft.ts';

const ASK_EVERY_MS = 2000;

export interface Failure {
  /** Names the step that failed, where there is one. */
  title: string;
  error: ErrorDetails;
}

/**
 * Sends the draft and follows its task, which stands in the address: a reload goes on watching. It ends on the
 * new datastore, or back at the form with the step that failed.
 */
export function useCreation(onDone: () => void) {
  const trpc = useTRPC();
  const router = useRouter();
  const taskId = useSearchParams().get('task');
  const [failure, setFailure] = useState<Failure | null>(null);
  const create = useMutation(trpc.datastore.create.mutationOptions());
  const adopt = useMutation(trpc.datastore.adopt.mutationOptions());
  const { data: task } = useQuery({
    ...trpc.task.get.queryOptions({ id: taskId ?? '' }),
    enabled: taskId !== null,
    refetchInterval: ASK_EVERY_MS,
  });

  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  }, [onDone]);
  useEffect(() => {
    if (taskId === null || task?.id !== taskId || !isFinal(task.state)) return;
    if (task.state === 'succeeded' || task.state === 'warnings') {
      done.current();
      toastSuccess(task.outcome ?? `${task.subject} is online.`);
      router.replace(datastoreHref(task.subject));
      return;
    }
    const step = failedStep(task);
    setFailure({
      title: step ? `Failed at “${step}”` : `${task.subject} was not created`,
      error: task.error ?? { code: 'CANCELLED', message: task.outcome ?? 'The task was cancelled.' },
    });
    replaceParameters({ task: null, step: 'details' });
  }, [task, taskId, router]);

  const send = async (draft: Draft, report: PlaceReport | null) => {
    setFailure(null);
    const input = creationInput(draft, report);
    try {
      const sent =
        draft.purpose === 'adopt'
          ? await adopt.mutateAsync(input)
          : await create.mutateAsync({ ...input, syncLevel: draft.syncLevel });
      replaceParameters({ task: sent.taskId });
    } catch (refused) {
      setFailure({ title: 'The server refused it', error: errorDetails(refused) });
    }
  };
  return {
    send,
    sending: create.isPending || adopt.isPending,
    task: taskId !== null && task?.id === taskId ? task : null,
    following: taskId !== null,
    failure,
    clearFailure: () => setFailure(null),
  };
}
